/** `node bare-server.ts <port>`: see `bare.ts`. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';

const connections = new Map<string, WebSocket>();

const server = createServer((request, response) => {
  const connectionId = request.url?.split('/@connections/')[1] ?? '';
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const socket = connections.get(connectionId);
    socket?.send(Buffer.concat(chunks).toString());
    response.writeHead(socket === undefined ? 410 : 200).end();
  });
});

new WebSocketServer({ server }).on('connection', (socket) => {
  const connectionId = randomUUID();
  connections.set(connectionId, socket);
  socket.on('close', () => connections.delete(connectionId));
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    socket.send(text === 'connection-id' ? connectionId : text);
  });
});

server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  console.log('listening');
});
