/** `node bare-server.ts <port> [own-process]`: see `bare.ts`. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';

const [port, isolation] = process.argv.slice(2);
const connections = new Map<string, WebSocket>();
/** The sizes, in bytes, of the events that sam-offline sends for a handshake and for a message. */
const EVENT_BYTES = { connect: 996, message: 600 };

interface Event {
  readonly body?: string;
  readonly requestContext: { readonly connectionId: string };
}
type Handler = (event: Event, size: keyof typeof EVENT_BYTES) => Promise<string>;

const respond: Handler = ({ body = '', requestContext }) =>
  Promise.resolve(body === 'connection-id' ? requestContext.connectionId : body);
const handle = isolation === 'own-process' ? inOwnProcess() : respond;

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

const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (request, socket, head) => {
  const connectionId = randomUUID();
  void handle({ requestContext: { connectionId } }, 'connect').then(() => {
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      connections.set(connectionId, webSocket);
      webSocket.on('close', () => connections.delete(connectionId));
      webSocket.on('message', (data: Buffer) => {
        const event = { body: data.toString(), requestContext: { connectionId } };
        void handle(event, 'message').then((text) => {
          webSocket.send(text);
        });
      });
    });
  });
});

server.listen(Number(port), '127.0.0.1', () => {
  console.log('listening');
});

/**
 * Runs the handler in a process of its own, one event at a time, over the cheapest channel that
 * Node.js has: a socket pair, a write and a read on each side for an event.
 */
function inOwnProcess(): Handler {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-function.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const channel = child.stdio[3];
  if (!(channel instanceof Socket)) throw new TypeError('The child has no channel.');
  const waiting: { readonly line: string; readonly resolve: (text: string) => void }[] = [];
  let current: ((text: string) => void) | undefined;
  let received = '';
  const next = (): void => {
    const first = current === undefined ? waiting.shift() : undefined;
    if (first === undefined) return;
    current = first.resolve;
    channel.write(first.line);
  };
  channel.on('data', (chunk: Buffer) => {
    received += chunk.toString();
    if (!received.endsWith('\n')) return;
    const { body } = JSON.parse(received) as { readonly body?: string };
    received = '';
    current?.(body ?? '');
    current = undefined;
    next();
  });
  return (event, size) =>
    new Promise((resolve) => {
      const padding = ''.padEnd(EVENT_BYTES[size] - JSON.stringify(event).length - 13, '.');
      waiting.push({ line: `${JSON.stringify({ ...event, padding })}\n`, resolve });
      next();
    });
}
