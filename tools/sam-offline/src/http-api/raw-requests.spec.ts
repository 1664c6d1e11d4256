import { once } from 'node:events';
import { request } from 'undici';
import { recordEvents } from '../events/testing/record-events.ts';
import {
  closeServers,
  exchange,
  httpApi,
  openSocket,
  route,
  startServer,
} from './testing/harness.ts';

afterEach(closeServers);

const CLOSE = 'Connection: close\r\n\r\n';

describe('a request that ordinary clients do not send', () => {
  it.each([
    ['bad percent-encoding', 'GET /%zz HTTP/1.1\r\nHost: x\r\n'],
    ['a path that is not UTF-8', 'GET /%ff HTTP/1.1\r\nHost: x\r\n'],
    ['a truncated escape', 'GET /a% HTTP/1.1\r\nHost: x\r\n'],
    ['no Host', 'GET / HTTP/1.1\r\n'],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n'],
    ['an asterisk as its target', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n'],
    ['the method CONNECT', 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n'],
    ['bytes that are not HTTP', 'hello\r\n'],
    [
      'two different lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n',
    ],
    ['a header name with a space', 'GET / HTTP/1.1\r\nHost: x\r\nbad header: 1\r\n'],
  ])('gets 400 with %s, and invokes no function', async (_what, head) => {
    const { url, invoker } = await startServer();
    const response = await exchange(url, `${head}${CLOSE}`);
    expect(response).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(response).toMatch(/\r\n\r\n\{"message":"Bad Request"\}$/);
    expect(invoker.invocations).toEqual([]);
  });

  it('may have a whole URL as its target', async () => {
    const { url, invoker } = await startServer();
    const response = await exchange(
      url,
      `GET http://api.example/a?b=c HTTP/1.1\r\nHost: x\r\n${CLOSE}`,
    );
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
    expect(invoker.lastEvent).toMatchObject({
      rawPath: '/a',
      rawQueryString: 'b=c',
      requestContext: { domainName: 'api.example' },
    });
  });

  it('may ask for a WebSocket, and gets an ordinary response', async () => {
    const { url, invoker } = await startServer();
    const response = await exchange(
      url,
      `GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n`,
    );
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
    expect(invoker.lastEvent.rawPath).toBe('/ws');
  });

  it('may be HTTP/1.0 without a Host', async () => {
    const { url, invoker } = await startServer();
    const response = await exchange(url, 'GET /a HTTP/1.0\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
    expect(invoker.lastEvent.requestContext).toMatchObject({
      domainName: 'a1b2c3d4e5.execute-api.ap-northeast-1.amazonaws.com',
      http: { protocol: 'HTTP/1.0' },
    });
  });

  it('may repeat headers, whose values are joined by commas, and cookies become a list', async () => {
    const { url, invoker } = await startServer();
    await exchange(
      url,
      `GET / HTTP/1.1\r\nHost: x\r\nAccept: a/b\r\nX-A: 1\r\naccept: c/d\r\nCookie: a=1\r\nCookie: b=2; c=3\r\nTE: trailers\r\n${CLOSE}`,
    );
    const { headers, cookies } = invoker.lastEvent;
    expect(headers.accept).toBe('a/b,c/d');
    expect(cookies).toEqual(['a=1', 'b=2', 'c=3']);
    expect(Object.keys(headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(cookie|te|connection)$/)]),
    );
  });

  it('may send a chunked body, which has a length in the event', async () => {
    const { url, invoker } = await startServer();
    await exchange(
      url,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n' +
        CLOSE,
      '3\r\nabc\r\n',
      '2;name=value\r\nde\r\n0\r\nTrailer: 1\r\n\r\n',
    );
    const { body, headers } = invoker.lastEvent;
    expect(body).toBe('abcde');
    expect(headers).toMatchObject({ 'content-length': '5' });
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  it('may wait for 100 Continue before it sends its body', async () => {
    const { url, invoker } = await startServer();
    const socket = await openSocket(url);
    socket.write(
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nExpect: 100-continue\r\n${CLOSE}`,
    );
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    expect(invoker.invocations).toEqual([]);
    socket.write('hi');
    const [second] = (await once(socket, 'data')) as [Buffer];
    expect(second.toString()).toMatch(/^HTTP\/1\.1 200 /);
    expect(invoker.lastEvent.body).toBe('hi');
    expect(invoker.lastEvent.headers).not.toHaveProperty('expect');
    socket.destroy();
  });

  it('gets 413 before it sends a body that is too large, if it waits for 100 Continue', async () => {
    const { url } = await startServer();
    const response = await exchange(
      url,
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10485761\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect(response).toMatch(/^HTTP\/1\.1 413 /);
    expect(response).toMatch(/Connection: close/);
  });

  it('invokes no function if its client closes the connection within the body', async () => {
    const { url, invoker } = await startServer();
    const socket = await openSocket(url);
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    socket.end();
    await once(socket.resume(), 'close');
    // The server has noticed the end of the first connection when it responds to a second request.
    expect((await request(url)).statusCode).toBe(200);
    expect(invoker.invocations).toHaveLength(1);
  });

  it('does not disturb the server if its client closes the connection before the response', async () => {
    let invoked: (() => void) | undefined;
    let response: (() => void) | undefined;
    const reached = new Promise<void>((resolve) => (invoked = resolve));
    const { url, lines } = await startServer(
      () =>
        new Promise((resolve) => {
          response = () => {
            resolve({ statusCode: 200 });
          };
          invoked?.();
        }),
      { apis: [httpApi({ routes: [route('GET /slow')] })] },
    );
    const socket = await openSocket(url);
    socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await reached;
    socket.destroy();
    await once(socket, 'close');
    response?.();
    expect((await request(`${url}/other`)).statusCode).toBe(404);
    expect(lines).toEqual([]);
  });

  it('may be pipelined, and the responses keep the order', async () => {
    let count = 0;
    const { url } = await startServer(async () => {
      const mine = (count += 1);
      // Later requests are served faster.
      for (let turn = 0; turn < 30 - mine * 10; turn += 1) await Promise.resolve();
      return { statusCode: 200, body: `<${mine}>` };
    });
    const one = 'GET / HTTP/1.1\r\nHost: x\r\n';
    const responses = await exchange(url, `${one}\r\n${one}\r\n${one}${CLOSE}`);
    expect(responses.match(/<\d>/g)).toEqual(['<1>', '<2>', '<3>']);
  });
});

describe('a limit', () => {
  it('of 10 MB for the body responds with 413 to more', async () => {
    const { url, invoker } = await startServer();
    const { statusCode, body } = await request(url, {
      method: 'POST',
      body: Buffer.alloc(10 * 1024 * 1024 + 1),
    });
    expect(statusCode).toBe(413);
    expect(await body.text()).toBe('{"message":"Request Entity Too Large"}');
    expect(invoker.invocations).toEqual([]);
  });

  it('of 10 MB also applies to a body of unknown length', async () => {
    const { url, invoker } = await startServer();
    const chunk = Buffer.alloc(1024 * 1024);
    const { statusCode } = await request(url, {
      method: 'POST',
      body: (function* () {
        for (let index = 0; index < 11; index += 1) yield chunk;
      })() as unknown as AsyncIterable<Buffer> as never,
    });
    expect(statusCode).toBe(413);
    expect(invoker.invocations).toEqual([]);
  });

  it('of 6 MB for an event responds with 413 to a body that grows past it as base64', async () => {
    const { url, invoker } = await startServer();
    const size = 5 * 1024 * 1024;
    const text = { 'content-type': 'text/plain' };
    const asText = await request(url, {
      method: 'POST',
      headers: text,
      body: Buffer.alloc(size, 'a'),
    });
    expect(asText.statusCode).toBe(200);
    const asBytes = await request(url, { method: 'POST', body: Buffer.alloc(size, 'a') });
    expect(asBytes.statusCode).toBe(413);
    expect(invoker.invocations).toHaveLength(1);
  });

  it('of 10,240 bytes for request line and header values responds with 431 to more', async () => {
    const { url, invoker } = await startServer();
    const withHeader = (bytes: number) =>
      request(url, { headers: { 'x-large': 'a'.repeat(bytes) } });
    expect((await withHeader(10_000)).statusCode).toBe(200);
    const { statusCode, body } = await withHeader(10_240);
    expect(statusCode).toBe(431);
    expect(await body.json()).toEqual({ message: 'Request Header Fields Too Large' });
    const huge = await exchange(
      url,
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(70_000)}\r\n${CLOSE}`,
    );
    expect(huge).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(invoker.invocations).toHaveLength(1);
  });

  it('reports requests that were refused before an API was chosen', async () => {
    const events = recordEvents();
    const { url } = await startServer(undefined, { events: events.bus });
    await request(`${url}/large?q=1`, { headers: { 'x-large': 'a'.repeat(10_240) } });
    await request(url, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    await exchange(url, `GET /twice HTTP/1.1\r\nHost: x\r\nHost: y\r\n${CLOSE}`);
    const told = events.of('http.request');
    expect(told.map(({ method, path, statusCode }) => [method, path, statusCode])).toEqual([
      ['GET', '/large', 431],
      ['POST', '/', 413],
      ['GET', '/twice', 400],
    ]);
    expect(told.every(({ apiId, requestId }) => apiId === undefined && requestId !== '')).toBe(
      true,
    );
  });
});
