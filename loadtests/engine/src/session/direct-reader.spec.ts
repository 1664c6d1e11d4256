import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { seeded } from '../testing/random.ts';
import { DirectReader } from './direct-reader.ts';

/** What a client read from a stream of bytes. */
interface Seen {
  readonly messages: string[];
  /** The opcodes and payloads of the frames that the server received from the client. */
  readonly sent: string[];
  readonly code: number;
  readonly errors: string[];
}

type Open = (url: string, take: (message: Buffer) => void) => WebSocket;

const plain: Open = (url, take) => {
  const webSocket = new WebSocket(url, { perMessageDeflate: false });
  webSocket.on('message', take);
  return webSocket;
};
const direct: Open = (url, take) => new DirectReader(url, [], {}, { take }).webSocket;

/** A frame of a server. It may break the protocol. */
function frame(
  opcode: number,
  payload: Buffer | string,
  change: { fin?: boolean; rsv?: number; mask?: boolean } = {},
): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const first = (change.fin === false ? 0 : 0x80) | ((change.rsv ?? 0) << 4) | opcode;
  const maskBit = change.mask === true ? 0x80 : 0;
  const head = [Buffer.from([first, maskBit | Math.min(bytes.length, 126)])];
  if (bytes.length > 65_535) {
    head[0] = Buffer.from([first, maskBit | 127]);
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bytes.length));
    head.push(length);
  } else if (bytes.length > 125) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    head.push(length);
  }
  return Buffer.concat([...head, Buffer.alloc(maskBit === 0 ? 0 : 4), bytes]);
}

const text = (payload: string): Buffer => frame(1, payload);
const closing = (code: number): Buffer => frame(8, Buffer.from([code >> 8, code & 0xff]));

/** The ends of streams. Each breaks the protocol in another way, or closes the connection. */
const endings: readonly (readonly [string, Buffer[]])[] = [
  ['close 1001', [closing(1001)]],
  ['close without a code', [frame(8, '')]],
  ['close with a code that must not be sent', [closing(1005)]],
  ['close with half a code', [frame(8, 'x')]],
  ['RSV1', [frame(1, 'x', { rsv: 4 })]],
  ['RSV3', [frame(1, 'x', { rsv: 1 })]],
  ['opcode 3', [frame(3, 'x')]],
  ['opcode 11', [frame(11, 'x')]],
  ['masked', [frame(1, 'x', { mask: true })]],
  ['a continuation without a beginning', [frame(0, 'x')]],
  ['a message between fragments', [frame(1, 'a', { fin: false }), text('b')]],
  ['the same after a ping', [frame(1, 'a', { fin: false }), frame(9, 'p'), text('b')]],
  ['a fragmented ping', [frame(9, 'x', { fin: false })]],
  ['a ping of 126 bytes', [frame(9, 'x'.repeat(126))]],
  ['no UTF-8', [frame(1, Buffer.from([0xc3, 0x28]))]],
  ['a surrogate in UTF-8', [frame(1, Buffer.from([0xed, 0xa0, 0x80]))]],
  ['2^63 bytes', [Buffer.from([0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0])]],
];

/**
 * Serves one connection: it writes the response to the handshake and the stream, in these parts.
 */
async function see(open: Open, stream: Buffer, cuts: readonly number[]): Promise<Seen> {
  const sent: string[] = [];
  const server = net.createServer((socket) => {
    let got: Buffer = Buffer.alloc(0);
    let shaken = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      const end = got.indexOf('\r\n\r\n');
      if (!shaken && end >= 0) {
        shaken = true;
        const request = got.subarray(0, end).toString();
        got = got.subarray(end + 4);
        void writeParts(socket, Buffer.concat([response(request), stream]), cuts);
      }
      if (shaken) got = readClientFrames(got, sent, socket);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as net.AddressInfo;
  const messages: string[] = [];
  const errors: string[] = [];
  const webSocket = open(`ws://127.0.0.1:${port}`, (message) => {
    messages.push(message.toString('latin1'));
  });
  webSocket.on('error', ({ message }) => errors.push(message));
  const code = await new Promise<number>((closed) => webSocket.once('close', closed));
  await new Promise((closed) => server.close(closed));
  return { messages, sent, code, errors };
}

function response(request: string): Buffer {
  const key = /^sec-websocket-key: (.*)$/im.exec(request)?.[1]?.trim() ?? '';
  const accept = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  return Buffer.from(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}

/** The client reads between two turns of the event loop, so each part is read by itself. */
async function writeParts(
  socket: net.Socket,
  bytes: Buffer,
  cuts: readonly number[],
): Promise<void> {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    socket.write(bytes.subarray(from, cut));
    from = cut;
    await nextTurn();
    await nextTurn();
  }
}

/** Records what the client sent, and ends the connection after the client's close frame. */
function readClientFrames(bytes: Buffer, sent: string[], socket: net.Socket): Buffer {
  let rest = bytes;
  for (;;) {
    const [first, second] = rest;
    if (first === undefined || second === undefined) return rest;
    // The control frames of a client are masked and short.
    const length = second & 0x7f;
    if (rest.length < 6 + length) return rest;
    const mask = rest.subarray(2, 6);
    const payload = rest.subarray(6, 6 + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
    sent.push(`${first & 0x0f} ${Buffer.from(payload).toString('hex')}`);
    rest = rest.subarray(6 + length);
    if ((first & 0x0f) === 8) socket.end();
  }
}

/** Messages of all lengths and kinds, whole and in fragments, with pings between them. */
function randomStream(random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit);
  const lengths = [0, 1, 5, 40, 124, 125, 126, 127, 300, 65_535, 65_536, 70_000];
  const parts: Buffer[] = [];
  for (let count = 1 + below(8); count > 0; count -= 1) {
    const length = lengths[below(count % 3 === 0 ? lengths.length : 9)] ?? 0;
    const payload = Buffer.from('aü€😀'.repeat(Math.ceil(length / 4)).slice(0, length));
    const opcode = below(5) === 0 ? 2 : 1;
    if (below(3) === 0) parts.push(frame(9 + below(2), 'ping'.slice(below(4))));
    if (below(3) > 0) parts.push(frame(opcode, payload));
    else {
      const cut = below(payload.length + 1);
      parts.push(frame(opcode, payload.subarray(0, cut), { fin: false }));
      if (below(2) === 0) parts.push(frame(9, 'between'));
      if (below(2) === 0) parts.push(frame(0, '', { fin: false }));
      parts.push(frame(0, payload.subarray(cut)));
    }
  }
  return Buffer.concat(parts);
}

it('reads ordinary messages itself, and leaves other frames to ws', async () => {
  const throughWs: string[] = [];
  const long = 'x'.repeat(300);
  const stream = [text('one'), text(long), text(''), frame(2, 'three'), closing(1000)];
  const { messages } = await see(
    (url, take) => {
      const webSocket = direct(url, take);
      webSocket.on('message', (data) => throughWs.push((data as Buffer).toString()));
      return webSocket;
    },
    Buffer.concat(stream),
    [],
  );
  expect(messages).toEqual(['one', long, '', 'three']);
  expect(throughWs).toEqual(['three']);
});

it('reads nothing after the socket was destroyed', async () => {
  const stream = Buffer.concat([text('one'), text('two'), text('three')]);
  const { messages } = await see(
    (url, take) => {
      const { webSocket } = new DirectReader(
        url,
        [],
        {},
        {
          take: (message) => {
            take(message);
            webSocket.terminate();
          },
        },
      );
      return webSocket;
    },
    stream,
    [],
  );
  expect(messages).toEqual(['one']);
});

it('reads on after it has begun to close, as ws does', async () => {
  const stream = Buffer.concat([text('one'), text('two'), frame(9, 'p'), text('3'), closing(1000)]);
  const closingAtOnce =
    (open: Open): Open =>
    (url, take) => {
      const webSocket = open(url, (message) => {
        take(message);
        webSocket.close(1001);
      });
      return webSocket;
    };
  const expected = await see(closingAtOnce(plain), stream, []);
  expect(expected.messages).toEqual(['one', 'two', '3']);
  expect(await see(closingAtOnce(direct), stream, [])).toEqual(expected);
});

it('gives the same buffer to all connections for the same message', async () => {
  const received: Buffer[] = [];
  const keep: Open = (url, take) =>
    direct(url, (message) => {
      received.push(message);
      take(message);
    });
  const stream = Buffer.concat([text('one'), closing(1000)]);
  for (let connection = 0; connection < 2; connection += 1) await see(keep, stream, []);
  expect(received.map(String)).toEqual(['one', 'one']);
  expect(received[1]).toBe(received[0]);
});

it('reads what ws reads, wherever the bytes are split', async () => {
  const stream = Buffer.concat([
    ...[text('one'), frame(9, 'p'), frame(1, 't', { fin: false }), frame(0, 'wo')],
    ...[text('x'.repeat(200)), text('last'), closing(1001)],
  ]);
  const whole = await see(plain, stream, []);
  expect(whole.messages).toEqual(['one', 'two', 'x'.repeat(200), 'last']);
  const size = response('').length + stream.length;
  for (let cut = 1; cut < size; cut += 1) {
    expect({ cut, ...(await see(direct, stream, [cut])) }).toEqual({ cut, ...whole });
  }
});

it.each(endings)('closes as ws does: %s', async (_ending, frames) => {
  const parts = [text('before'), ...frames, text('too late'), text('too late')];
  const start = response('').length;
  // Each frame is read by itself, and then all of them in one read.
  const boundaries = parts.map((_, at) => start + Buffer.concat(parts.slice(0, at)).length);
  for (const cuts of [boundaries, []]) {
    const expected = await see(plain, Buffer.concat(parts), cuts);
    expect(expected.messages).toEqual(['before']);
    expect(await see(direct, Buffer.concat(parts), cuts)).toEqual(expected);
  }
});

it('reads what ws reads of 60 random streams, and closes as ws does at the end of each', async () => {
  const random = seeded(7);
  for (let round = 0; round < 60; round += 1) {
    const [ending, frames] = endings[round % endings.length] ?? ['', []];
    const stream = Buffer.concat([randomStream(random), ...frames, text('too late')]);
    const cuts = Array.from({ length: Math.floor(random() * 12) }, () =>
      Math.floor(random() * (response('').length + stream.length)),
    ).sort((a, b) => a - b);
    const [expected, seen] = [await see(plain, stream, cuts), await see(direct, stream, cuts)];
    expect({ round, ending, ...seen }).toEqual({ round, ending, ...expected });
  }
});

/**
 * A server that sends these texts, with a ping after every seventh, and closes the connection. With
 * `ca`, it uses TLS.
 */
async function startSender(texts: readonly string[], secure: boolean) {
  const certificate = secure ? selfSigned() : undefined;
  const http = certificate === undefined ? createHttpServer() : createServer(certificate);
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on('connection', (socket) => {
    for (const [number, each] of texts.entries()) {
      socket.send(each);
      if (number % 7 === 6) socket.ping();
    }
    socket.close(1000);
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const { port } = http.address() as net.AddressInfo;
  return {
    address: (host: string) => `${secure ? 'wss' : 'ws'}://${host}:${port}`,
    options: certificate === undefined ? {} : { ca: certificate.cert },
    stop: async (): Promise<void> => {
      server.close();
      http.closeAllConnections();
      await new Promise((closed) => http.close(closed));
    },
  };
}

/** A certificate for `localhost`. */
function selfSigned(): { readonly key: string; readonly cert: string } {
  const directory = mkdtempSync(join(tmpdir(), 'direct-reader-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', key, '-out', cert, '-days', '1', ...subject];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...files], { stdio: 'ignore' });
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(directory, { recursive: true });
  return pair;
}

it('reads over TLS, and checks the name in the certificate', async () => {
  const texts = ['one', 'x'.repeat(40_000), 'two'];
  const sender = await startSender(texts, true);
  const throughWs: string[] = [];
  const read = async (host: string): Promise<string[]> => {
    const messages: string[] = [];
    const { webSocket } = new DirectReader(sender.address(host), [], sender.options, {
      take: (message) => {
        messages.push(message.toString());
      },
    });
    webSocket.on('message', (data) => throughWs.push((data as Buffer).toString()));
    await new Promise((closed, failed) => webSocket.once('error', failed).once('close', closed));
    return messages;
  };
  try {
    expect(await read('localhost')).toEqual(texts);
    expect(throughWs).not.toContain('one');
    await expect(read('127.0.0.1')).rejects.toThrow('does not match certificate');
  } finally {
    await sender.stop();
  }
});

it.each([
  ['', false],
  [' over TLS', true],
])('reads nothing while it is paused, and then everything in order%s', async (_how, secure) => {
  const texts = Array.from(
    { length: 3000 },
    (_, number) => `${number} ${'x'.repeat(number % 2000)}`,
  );
  const sender = await startSender(texts, secure);
  const messages: string[] = [];
  const { webSocket } = new DirectReader(
    ...([sender.address('localhost'), [], sender.options] as const),
    {
      take: (message) => {
        messages.push(message.toString());
        if (messages.length % 300 === 0) webSocket.pause();
      },
    },
  );
  const closed = new Promise((done) => webSocket.once('close', done));
  for (let pauses = 0; pauses < texts.length / 300 - 1; pauses += 1) {
    while (!webSocket.isPaused) await nextTurn();
    // Messages of one read may still be delivered.
    await nextTurn();
    const before = messages.length;
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(messages.length).toBe(before);
    webSocket.resume();
  }
  while (!webSocket.isPaused && webSocket.readyState !== WebSocket.CLOSED) await nextTurn();
  if (webSocket.isPaused) webSocket.resume();
  await closed;
  expect(messages).toEqual(texts);
  await sender.stop();
});
