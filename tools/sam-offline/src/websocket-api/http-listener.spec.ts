import { once } from 'node:events';
import { connect } from 'node:net';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { createEventBus } from '../events/index.ts';
import { createHttpListener, type HttpHandlers } from './http-listener.ts';
import { WriteBatch } from './write-batch.ts';

/** Starts a listener whose response to a push repeats the push. */
async function startEcho(): Promise<
  AsyncDisposable & { readonly port: number; readonly server: Server }
> {
  const handlers: HttpHandlers = {
    connections: ({ method, path, query, headers, body }) => ({
      statusCode: 200,
      headers: { 'X-Name': headers['x-name']?.toString() ?? '' },
      body: `${method} ${path}?${query} ${body.toString()}`,
    }),
    upgrade: (_request, socket, head) => {
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nContent-Length: ${head.length}\r\n\r\n${head.toString()}`,
      );
    },
  };
  const server = createHttpListener(handlers, new WriteBatch(), createEventBus());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Sends pieces one after the other. Returns the responses once there are `count` of them, or the
 * connection has ended.
 */
async function exchange(
  port: number,
  pieces: readonly (string | Buffer)[],
  count: number,
): Promise<string[]> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let text = '';
  const responses: string[] = [];
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (;;) {
        const headEnd = text.indexOf('\r\n\r\n') + 4;
        const head = text.slice(0, headEnd);
        const end = headEnd + Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? 0);
        if (headEnd < 4 || text.length < end) break;
        responses.push(`${text.slice(9, 12)} ${text.slice(headEnd, end)}`);
        text = text.slice(end);
      }
      if (responses.length >= count) resolve();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve();
    });
  });
  for (const piece of pieces) {
    if (!socket.writable) break;
    await new Promise((resolve) => socket.write(piece, resolve));
  }
  await done;
  socket.destroy();
  return responses;
}

const UPGRADE = 'GET /dev HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

function post(body: string, path = '/dev/@connections/x'): string {
  return `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

describe('the HTTP listener', () => {
  it('responds to pipelined pushes in their order', async () => {
    await using echo = await startEcho();
    expect(await exchange(echo.port, [post('a') + post('b') + post('c')], 3)).toEqual([
      '200 POST /dev/@connections/x? a',
      '200 POST /dev/@connections/x? b',
      '200 POST /dev/@connections/x? c',
    ]);
  });

  it('responds to pushes however they are cut into packets', async () => {
    await using echo = await startEcho();
    const text = post('first') + post('second', '/dev/@connections/y?a=b') + post('');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 6 }), async (cuts) => {
        const points = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const pieces = points.slice(1).map((point, index) => text.slice(points[index], point));
        expect(await exchange(echo.port, pieces.filter(Boolean), 3)).toEqual([
          '200 POST /dev/@connections/x? first',
          '200 POST /dev/@connections/y?a=b second',
          '200 POST /dev/@connections/x? ',
        ]);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves a connection to node:http at the first request of another kind, and loses nothing', async () => {
    await using echo = await startEcho();
    const chunked =
      'POST /dev/%40connections/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
    const get = 'GET /dev/@connections/x HTTP/1.1\r\nHost: h\r\n\r\n';
    expect(await exchange(echo.port, [post('a') + chunked + get + post('b')], 4)).toEqual([
      '200 POST /dev/@connections/x? a',
      '200 POST /dev/%40connections/x? hello',
      '200 GET /dev/@connections/x? ',
      '200 POST /dev/@connections/x? b',
    ]);
  });

  it('understands Expect: 100-continue and Connection: close', async () => {
    await using echo = await startEcho();
    const expecting = post('a').replace(
      'Host',
      'Expect: 100-continue\r\nConnection: close\r\nHost',
    );
    const responses = await exchange(echo.port, [expecting], Infinity);
    expect(responses.at(-1)).toContain('200 POST /dev/@connections/x? a');
  });

  it.each([
    ['in pieces', [UPGRADE.slice(0, 3), UPGRADE.slice(3, 30), UPGRADE.slice(30)]],
    ['in one piece', [UPGRADE]],
    ['that node:http has to read', [UPGRADE.replace('Host', 'X-A: \xe4\r\nHost')]],
  ])('passes on an upgrade %s', async (_, pieces) => {
    await using echo = await startEcho();
    expect(await exchange(echo.port, pieces, 1)).toEqual(['101 ']);
  });

  it('passes on an upgrade behind pushes, with what came behind it', async () => {
    await using echo = await startEcho();
    const [first, second] = await exchange(echo.port, [`${post('a')}${UPGRADE}hello`], 2);
    expect([first, second]).toEqual(['200 POST /dev/@connections/x? a', '101 hello']);
  });

  it.each([
    ['bytes that are not HTTP', 'hello\r\n\r\n'],
    ['two lengths', post('a').replace('Host', 'Content-Length: 2\r\nHost')],
    [
      'a length that is not a number',
      post('a').replace('Content-Length: 1', 'Content-Length: one'),
    ],
    ['no host', post('a').replace('Host: h\r\n', '')],
    ['a header without a colon', post('a').replace('Host', 'Nonsense\r\nHost')],
  ])('responds to %s with 400', async (_, request) => {
    await using echo = await startEcho();
    const socket = connect(echo.port, '127.0.0.1');
    socket.write(request);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });

  it('continues to serve after bytes that are not HTTP', async () => {
    await using echo = await startEcho();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
          fc.tuple(fc.nat(80), fc.nat(255)).map(([at, byte]) => {
            const bytes = Buffer.from(post('some body'));
            bytes[at % bytes.length] = byte;
            return bytes;
          }),
        ),
        async (bytes) => {
          const socket = connect(echo.port, '127.0.0.1');
          socket.on('error', () => undefined);
          socket.resume();
          socket.end(bytes);
          await once(socket, 'close');
        },
      ),
      { numRuns: 200 },
    );
    expect(await exchange(echo.port, [post('alive')], 1)).toEqual([
      '200 POST /dev/@connections/x? alive',
    ]);
  });
});
