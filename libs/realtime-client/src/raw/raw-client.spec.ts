import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from '@blogapp/shared-types';
import { WebSocketServer, type WebSocket } from 'ws';
import { connect, HandshakeRefusedError, RawClient } from './index.ts';

let server: Server;
let url: string;
let offered: string[];
let onMessage: (socket: WebSocket, text: string) => void;
let refusal: number | undefined;
/** Sockets after their upgrade, which the HTTP server does not close by itself. */
let upgraded: Duplex[];

beforeEach(async () => {
  offered = [];
  upgraded = [];
  refusal = undefined;
  onMessage = (socket, text) => {
    socket.send(text);
  };
  server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    upgraded.push(socket);
    offered = (request.headers['sec-websocket-protocol'] ?? '').split(/, ?/);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', (data: Buffer) => {
        onMessage(webSocket, data.toString());
      });
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const socket of upgraded) socket.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

test('an anonymous client offers no subprotocol', async () => {
  const connection = await connect(url);
  expect(offered).toEqual(['']);
  expect([connection.isOpen, connection.protocol]).toEqual([true, '']);
  await connection.close();
  await connection.close();
  expect(connection.isOpen).toBe(false);
});

test('a client signs in with its ID token', async () => {
  const client = await RawClient.connect(url, { idToken: 'a.b.c' });
  expect(offered).toEqual([SUBPROTOCOL, `${TOKEN_SUBPROTOCOL_PREFIX}a.b.c`]);
  expect([client.isOpen, client.protocol]).toEqual([true, SUBPROTOCOL]);
  await client.close();
});

test.each([401, 503])('a refused handshake reports its status: %i', async (status) => {
  refusal = status;
  const failure: unknown = await connect(url).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(HandshakeRefusedError);
  expect(failure).toMatchObject({ status });
});

test('a handshake that takes too long fails', async () => {
  server.removeAllListeners('upgrade');
  server.on('upgrade', (_request, socket) => {
    upgraded.push(socket);
  });
  await expect(connect(url, { handshakeTimeoutMs: 20 })).rejects.toThrow('timed out');
});

test('a connection waits for the response to a message, and calls its listener for other messages', async () => {
  const connection = await connect(url);
  await expect(connection.ask('one', 5_000)).resolves.toBe('one');
  const heard = new Promise<string>((listen) => {
    connection.onMessage(listen);
  });
  connection.send('two');
  await expect(heard).resolves.toBe('two');
  onMessage = () => undefined;
  await expect(connection.ask('three', 20)).rejects.toThrow('no message within 20 ms');
  connection.drop();
});

test('a client waits for a matching message, and for the response to its own', async () => {
  onMessage = (socket, text) => {
    socket.send(JSON.stringify({ type: 'announcement', n: 1 }));
    socket.send(JSON.stringify({ type: 'pong', of: text }));
  };
  const client = await RawClient.connect(url);
  await expect(client.ask({ action: 'ping' }, 'pong')).resolves.toEqual({
    type: 'pong',
    of: '{"action":"ping"}',
  });
  await expect(client.next(({ n }) => n === 1)).resolves.toMatchObject({ type: 'announcement' });
  await expect(client.next(({ n }) => n === 2, 0, 20)).rejects.toThrow(
    'no such message within 20 ms: [{"type":"announcement"',
  );
  await expect(client.ask('again', 'pong')).resolves.toMatchObject({ of: 'again' });
  expect(client.received).toHaveLength(4);
  await client.close();
});

test('a client has each event of a replay as a message, before the response', async () => {
  const events = [
    { type: 'comment.created', id: '1' },
    { type: 'comment.deleted', id: '2' },
  ];
  onMessage = (socket) => {
    socket.send(JSON.stringify({ type: 'replay', events }));
    socket.send(JSON.stringify({ type: 'subscribed', replayed: 2 }));
  };
  const client = await RawClient.connect(url);
  await client.ask({ action: 'subscribe', since: '0' }, 'subscribed');
  expect(client.received).toEqual([...events, { type: 'subscribed', replayed: 2 }]);
  await client.close();
});
