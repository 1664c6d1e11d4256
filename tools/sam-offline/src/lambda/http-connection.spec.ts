import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { serveHttp } from './http-connection.ts';
import type { HttpRequest } from './request-parser.ts';
import { waitUntil } from './testing/lambda-fixture.ts';

interface Seen {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  bodyBytes: number;
}

describe('serveHttp', () => {
  let server: Server;
  let client: Socket;
  let seen: Seen[];
  let later: (() => void) | undefined;

  beforeEach(async () => {
    seen = [];
    server = createServer((socket) => {
      serveHttp(socket, {
        maximumBodyBytes: 10,
        onRequest: (request, responder) => {
          seen.push(describeRequest(request));
          const respond = () => {
            responder.send('HTTP/1.1 200 OK', `body for ${request.path}`);
          };
          if (request.path === '/later') later = respond;
          else respond();
        },
        onClose: () => undefined,
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    await once(client, 'connect');
  });
  afterEach(async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Reads until the text ends with `end`, or until the server closes the connection. */
  async function receive(end?: string): Promise<string> {
    let text = '';
    for await (const chunk of client.iterator({ destroyOnReturn: false })) {
      text += String(chunk);
      if (end !== undefined && text.endsWith(end)) break;
    }
    return text;
  }

  it('responds to a request', async () => {
    client.write('GET /a?b=c HTTP/1.1\r\nHost: x\r\nX-Mixed-Case:  spaced  \r\n\r\n');
    expect(await receive('/a?b=c')).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nbody for /a?b=c',
    );
    expect(seen).toEqual([
      {
        method: 'GET',
        path: '/a?b=c',
        headers: { host: 'x', 'x-mixed-case': 'spaced' },
        body: '',
        bodyBytes: 0,
      },
    ]);
  });

  it('reads pipelined requests, however they are divided into packets', async () => {
    const text =
      'POST /1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nfirst' +
      'POST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n3;ext=1\r\nsec\r\n3\r\nond\r\n0\r\nX-End: yes\r\n\r\n' +
      'GET /3 HTTP/1.1\r\n\r\n';
    const expected = [
      ['/1', 'first'],
      ['/2', 'second'],
      ['/3', ''],
    ];
    for (const size of [text.length, 1, 7]) {
      seen = [];
      for (let at = 0; at < text.length; at += size) {
        await new Promise((resolve) => client.write(text.slice(at, at + size), resolve));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await receive('/3');
      expect(seen.map(({ path, body }) => [path, body])).toEqual(expected);
      expect(seen[1]?.headers['x-end']).toBe('yes');
    }
  });

  it('sends responses together if the client did not wait for the first one', async () => {
    client.write('GET /1 HTTP/1.1\r\n\r\nGET /later HTTP/1.1\r\n\r\n');
    const [chunk] = await Promise.all([
      once(client, 'data').then(([data]) => String(data)),
      waitUntil(() => later !== undefined).then(() => later?.()),
    ]);
    expect(chunk).toMatch(
      /body for \/1HTTP\/1\.1 200 OK\r\nContent-Length: 15\r\n\r\nbody for \/later$/,
    );
  });

  it('asks for the body if the client waits for 100 Continue', async () => {
    client.write('POST /1 HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n');
    expect(await receive('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    client.write('body');
    await receive('/1');
    expect(seen[0]?.body).toBe('body');
  });

  it('keeps a body only up to the limit, and counts the rest', async () => {
    client.write(`POST /1 HTTP/1.1\r\nContent-Length: 25\r\n\r\n${'x'.repeat(25)}`);
    await receive('/1');
    expect(seen[0]).toMatchObject({ body: 'x'.repeat(10), bodyBytes: 25 });
  });

  it('closes the connection if the client asks for it', async () => {
    client.write('GET /1 HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(await receive()).toContain('body for /1');
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nnonsense\r\n\r\n'],
    ['a length that is not a number', 'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n'],
    [
      'a chunk size that is not a number',
      'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
    ],
    ['headers that do not end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(300_000)}`],
  ])('responds to %s with 400', async (_what, text) => {
    client.write(text);
    expect(await receive()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(seen).toEqual([]);
  });
});

function describeRequest(request: HttpRequest): Seen {
  return {
    method: request.method,
    path: request.path,
    headers: Object.fromEntries(request.headers),
    body: request.body.toString(),
    bodyBytes: request.bodyBytes,
  };
}
