import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { Fleet } from './fleet.ts';
import { measurePushes } from './pushes.ts';
import type { PushResult } from './protocol.ts';

/**
 * How the server of a test responds to its nth push: the status, and whether it sends the message
 * to the client.
 */
type Respond = (push: number) => { status: number; deliver: boolean };

/**
 * Serves connections whose ids are their numbers, and measures pushes to two of them for a moment.
 */
async function measureAgainst(respond: Respond): Promise<PushResult & { authorized: boolean }> {
  const sockets: WebSocket[] = [];
  let pushes = 0;
  let authorized = true;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      pushes += 1;
      authorized &&= request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') ?? false;
      const { status, deliver } = respond(pushes);
      const id = Number(request.url?.replace('/stage/@connections/', ''));
      if (deliver) sockets[id]?.send(Buffer.concat(chunks).toString());
      response.writeHead(status).end();
    });
  });
  new WebSocketServer({ server }).on('connection', (socket) => {
    const id = sockets.push(socket) - 1;
    socket.on('message', () => {
      socket.send(String(id));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fleet = new Fleet();
  try {
    await fleet.open({ url: `ws://${authority}`, count: 2, inFlight: 1 });
    const result = await measurePushes(fleet, {
      connectionsUrl: `http://${authority}/stage`,
      targets: 2,
      inFlight: 4,
      warmUpMs: 5,
      measureMs: 50,
      arrivalTimeoutMs: 200,
    });
    return { ...result, authorized };
  } finally {
    fleet.drop();
    server.close();
    server.closeAllConnections();
  }
}

describe('measurePushes', () => {
  it('pushes signed messages, which arrive', async () => {
    const result = await measureAgainst(() => ({ status: 200, deliver: true }));
    expect(result).toMatchObject({ refused: {}, lost: 0, authorized: true });
    expect(result.pushesPerSecond).toBeGreaterThan(0);
  });

  it('counts a push that was accepted and never arrived as lost', async () => {
    const result = await measureAgainst((push) => ({ status: 200, deliver: push !== 3 }));
    expect(result.lost).toBe(1);
  });

  it('counts refusals by their status', async () => {
    const result = await measureAgainst((push) =>
      push === 2 ? { status: 410, deliver: false } : { status: 204, deliver: true },
    );
    expect(result).toMatchObject({ refused: { 410: 1 }, lost: 0 });
  });

  it('fails when no push is accepted', async () => {
    await expect(measureAgainst(() => ({ status: 403, deliver: false }))).rejects.toThrow(
      /no push was accepted: {"403":\d+}/,
    );
  });
});
