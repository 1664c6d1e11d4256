/**
 * `node bare-server.ts`: a `ws` server with no function, table or gateway, whose `POST` sends the
 * body to every socket in a loop. What this machine could do at best.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { payloadOf } from './handlers/payload.ts';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const payload = payloadOf(Buffer.concat(chunks).toString());
    for (const socket of sockets.clients) socket.send(payload);
    response.writeHead(202).end();
  });
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

server.listen(0, '127.0.0.1', () => {
  console.log(`LISTENING ${(server.address() as AddressInfo).port}`);
});
