import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { Fleet } from './fleet.ts';
import { measurePushes } from './pushes.ts';
import type { PostResult } from './protocol.ts';

/** How a server of this test answers its nth post: with a status, and by sending it on or not. */
type Answer = (post: number) => { status: number; deliver: boolean };

/** Serves connections whose ids are their numbers, and posts to two of them for a moment. */
async function measureAgainst(answer: Answer): Promise<PostResult & { authorized: boolean }> {
  const sockets: WebSocket[] = [];
  let posts = 0;
  let authorized = true;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts += 1;
      authorized &&= request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') ?? false;
      const { status, deliver } = answer(posts);
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
  it('posts signed messages and sees them arrive', async () => {
    const result = await measureAgainst(() => ({ status: 200, deliver: true }));
    expect(result).toMatchObject({ refused: {}, lost: 0, authorized: true });
    expect(result.pushesPerSecond).toBeGreaterThan(0);
  });

  it('counts a post that was accepted and never arrived as lost', async () => {
    const result = await measureAgainst((post) => ({ status: 200, deliver: post !== 3 }));
    expect(result.lost).toBe(1);
  });

  it('counts refusals by their status', async () => {
    const result = await measureAgainst((post) =>
      post === 2 ? { status: 410, deliver: false } : { status: 204, deliver: true },
    );
    expect(result).toMatchObject({ refused: { 410: 1 }, lost: 0 });
  });

  it('fails when no post is accepted', async () => {
    await expect(measureAgainst(() => ({ status: 403, deliver: false }))).rejects.toThrow(
      /no post was accepted: {"403":\d+}/,
    );
  });
});
