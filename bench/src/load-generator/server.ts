/**
 * The server for the load generators, in a separate process: a bare `ws` server that sends one
 * message with a time stamp a second to all connections, some of them at a time, and records when
 * it wrote each frame.
 *
 * `GET /start` starts the messages. `GET /status` returns `{ open, sent, medianMs }`, and so does
 * `GET /stop`, after the last frame is written.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { quantile } from '../harness/index.ts';

/** The number of groups in which a message's frames are written, within half a second. */
const slices = 100;
const sliceMs = 5;
const text = 'x'.repeat(100);

/** The times from the stamp to the writing of each frame (ms). */
const record: number[] = [];
let sent = 0;
let number = 0;
let timer: NodeJS.Timeout | undefined;

const http = createServer((request, response) => {
  if (request.url === '/start') timer ??= setInterval(push, 1000);
  if (request.url === '/stop') {
    clearInterval(timer);
    setTimeout(() => {
      respond(response);
    }, slices * sliceMs);
  } else respond(response);
});
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
server.on('connection', (socket) => socket.on('error', () => undefined));
http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  console.log(`port ${(http.address() as AddressInfo).port}`);
});

function respond(response: ServerResponse): void {
  const medianMs = record.length === 0 ? null : quantile(record, 0.5);
  response.end(JSON.stringify({ open: server.clients.size, sent, medianMs }));
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function push(): void {
  number += 1;
  const stamp = now();
  const frame = JSON.stringify({ id: String(number), t: stamp, text });
  const sockets = [...server.clients];
  const size = Math.ceil(sockets.length / slices);
  for (let slice = 0; slice < slices; slice += 1) {
    setTimeout(() => {
      for (const socket of sockets.slice(slice * size, (slice + 1) * size)) {
        record.push(now() - stamp);
        socket.send(frame);
        sent += 1;
      }
    }, slice * sliceMs);
  }
}
