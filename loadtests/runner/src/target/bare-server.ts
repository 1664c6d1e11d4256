/**
 * A bare `ws` server in one process, without a stack. It shows the least that a server needs under
 * these load tests. It takes the body of `POST /broadcast/comments` and pushes it to every
 * connection, one after the other. It prints `port <number>`, and ends when its standard input
 * ends.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';

const server = createServer((request, response) => {
  void text(request).then((body) => {
    number += 1;
    const event = { id: String(number), ...(JSON.parse(body) as object) };
    const frame = JSON.stringify(event);
    for (const socket of sockets.clients) socket.send(frame);
    response.writeHead(202, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ eventId: event.id }));
  });
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
let number = 0;

sockets.on('connection', (socket) => socket.on('error', () => undefined));
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = server.address();
  if (typeof address === 'object') process.stdout.write(`port ${address?.port ?? 0}\n`);
});
process.stdin.resume().once('end', () => process.exit());
