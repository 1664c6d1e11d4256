/**
 * `node bare-server.ts`: a `ws` server with no function, table or signature. It shows the best that
 * this machine can do, in two ways:
 *
 * - `POST` to the first port sends the body to every socket in a loop;
 * - the second port takes one push for each socket, by its number: `POST /<number>`. Only the
 *   length of a push is checked. Its frame is written as in the gateway of sam-offline: together
 *   with those of the same turn of the event loop.
 */
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { payloadOf } from './handlers/payload.ts';

const sockets: Socket[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const payload = payloadOf(Buffer.concat(chunks).toString());
    for (const socket of webSockets.clients) socket.send(payload);
    response.writeHead(202).end();
  });
});
const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
webSockets.on('connection', (_, { socket }) => sockets.push(socket));

const frames: [Socket, Buffer][] = [];
/** The sockets that pushed in this turn of the event loop and wait for the response. */
const waiting: Socket[] = [];
let lastPayload = Buffer.alloc(0);
let lastFrame = textFrame(lastPayload);
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

const pushes = createTcpServer((pusher) => {
  pusher.setNoDelay(true);
  pusher.on('error', () => undefined);
  // A connection has one push at a time under way, which is small enough to arrive in one read.
  pusher.on('data', (request) => {
    const headEnd = request.indexOf('\r\n\r\n');
    const head = request.toString('latin1', 0, headEnd);
    const socket = sockets[Number(head.slice('POST /'.length, head.indexOf(' ', 'POST /'.length)))];
    if (socket === undefined) throw new Error(`no such socket: ${head}`);
    const payload = request.subarray(headEnd + 4);
    // The frame is made once for a broadcast, as in the gateway of sam-offline.
    if (!payload.equals(lastPayload)) {
      lastPayload = payload;
      lastFrame = textFrame(payload);
    }
    frames.push([socket, lastFrame]);
    if (waiting.push(pusher) === 1) setImmediate(writeAll);
  });
});

/** Makes a final, unmasked text frame (RFC 6455, section 5.2). */
function textFrame(payload: Buffer): Buffer {
  const { length } = payload;
  const head = length < 126 ? [0x81, length] : [0x81, 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), payload]);
}

function writeAll(): void {
  for (const pusher of waiting) pusher.write(RESPONSE, 'latin1');
  for (const [socket, frame] of frames) socket.write(frame);
  frames.length = 0;
  waiting.length = 0;
}

server.listen(0, '127.0.0.1', () => {
  pushes.listen(0, '127.0.0.1', () => {
    const [port, pushesPort] = [server, pushes].map((each) => (each.address() as AddressInfo).port);
    console.log(`LISTENING ${port} ${pushesPort}`);
  });
});
