/**
 * `node bare-pusher.ts <pushes port> <clients>`: on a `POST`, pushes the body once for each client
 * to the second port of `bare-server.ts`, over as many connections as the product uses at most. It
 * signs nothing and reads no table.
 */
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { payloadOf } from './handlers/payload.ts';

const CONNECTIONS = 128;

const [port, count] = process.argv.slice(2).map(Number);
if (port === undefined || count === undefined) throw new Error('give the port and the clients');

let next = count;
let left = 0;
let requestEnd = '';
let done: (() => void) | undefined;
const ready: Socket[] = [];

function pushNext(): void {
  for (const connection of ready) {
    if (next === count) break;
    connection.write(`POST /${next} HTTP/1.1\r\nHost: 127.0.0.1\r\n${requestEnd}`, 'latin1');
    next += 1;
  }
  ready.length = 0;
}

const connections = Array.from({ length: CONNECTIONS }, () => {
  const connection = connect({ host: '127.0.0.1', port, noDelay: true });
  // A response has no body, and arrives in one read.
  connection.on('data', () => {
    if (ready.push(connection) === 1) setImmediate(pushNext);
    left -= 1;
    if (left === 0) done?.();
  });
  return connection;
});

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const payload = Buffer.from(payloadOf(Buffer.concat(chunks).toString()));
    requestEnd = `Content-Length: ${payload.length}\r\n\r\n${payload.toString('latin1')}`;
    next = 0;
    left = count;
    done = () => response.writeHead(202).end();
    ready.splice(0, Infinity, ...connections);
    pushNext();
  });
});

server.listen(0, '127.0.0.1', () => {
  console.log(`LISTENING ${(server.address() as AddressInfo).port}`);
});
