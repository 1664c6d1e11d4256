import { once } from 'node:events';
import { connect } from 'node:net';
import { startConsolePort } from './console/testing/console-port.ts';
import { until } from './testing/end-of-test.ts';
import { PORTS, type TestPort } from './testing/ports.ts';

const ALL: Readonly<Record<string, () => Promise<TestPort>>> = {
  ...PORTS,
  'console-port': startConsolePort,
};

/** Sends bytes, and reads until the other side closes. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

const LONG = 'x'.repeat(100_000);

describe.each(Object.keys(ALL))('on --%s', (name) => {
  it.each([
    ['bytes that are not HTTP', 'hello\r\n\r\n', 400, {}],
    ['an unknown protocol', 'GET /a?b=c HTTP/9.9\r\nHost: x\r\n\r\n', 400, { path: '/a' }],
    ['a header name with a space', 'GET /a HTTP/1.1\r\nbad header: 1\r\n\r\n', 400, {}],
    ['two lengths', 'POST /a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, {}],
    ['a header that is too long', `GET /a HTTP/1.1\r\nX: ${LONG}\r\n\r\n`, 431, {}],
    ['a tunnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n', 400, { method: 'CONNECT' }],
    [
      'an unknown expectation',
      'PUT /a HTTP/1.1\r\nHost: x\r\nExpect: more\r\nConnection: close\r\n\r\n',
      417,
      { method: 'PUT', path: '/a', refusal: 'Expect: more' },
    ],
  ])('responds to %s, and emits a fact', async (_what, bytes, statusCode, fields) => {
    const start = ALL[name];
    if (start === undefined) throw new Error(name);
    await using server = await start();
    const response = await exchange(server.port, bytes);
    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${statusCode} `));
    expect(server.events.of('http.request')).toEqual([
      expect.objectContaining({
        ...{ statusCode, sourceIp: expect.stringContaining('127.0.0.1') },
        refusal: expect.stringMatching(/./),
        ...fields,
      }),
    ]);
    // The request reached no API, so no API's metrics count it.
    expect(server.events.of('http.request')[0]).not.toHaveProperty('apiId');
  });
});

describe.each(Object.keys(ALL))('on --%s', (name) => {
  it.each([
    ['a tunnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n'],
    ['bytes that are not HTTP', 'hello\r\n\r\n'],
  ])('survives a client that asks for %s and resets the connection', async (_what, bytes) => {
    const start = ALL[name];
    if (start === undefined) throw new Error(name);
    await using server = await start();
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.write(bytes);
    await once(socket, 'data');
    socket.resetAndDestroy();
    // The server has handled the reset when it responds to another request.
    expect(await exchange(server.port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('closes the connection of a client that does not close it', async () => {
    const start = ALL[name];
    if (start === undefined) throw new Error(name);
    await using server = await start();
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write('CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n');
    socket.resume();
    await once(socket, 'end');
    // The server notices a closed connection only when it writes to it.
    await until(() => {
      socket.write('more');
      return socket.destroyed;
    }, 20);
  });
});

describe('the port of WebSocket APIs', () => {
  it.each([
    ['a path that is not @connections', 'GET /dev/other HTTP/1.1\r\nHost: x\r\n', 403],
    ['no Host', 'PUT /dev/@connections/a= HTTP/1.1\r\n', 400],
  ])('reports a request with %s', async (_what, head, statusCode) => {
    await using server = await PORTS['websocket-port']();
    const response = await exchange(server.port, `${head}Connection: close\r\n\r\n`);
    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${statusCode} `));
    expect(server.events.of('http.request')).toMatchObject([{ kind: 'websocket-api', statusCode }]);
  });
});

const SHORT = { headerMs: 100, requestMs: 200, keepAliveMs: 600_000, checkEveryMs: 20 };

describe.each(['http-port', 'websocket-port', 'aws-port'] as const)('on --%s', (name) => {
  it('reports a request that does not end', async () => {
    await using server = await PORTS[name](SHORT);
    const begun =
      'POST /dev/@connections/a= HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345';
    expect(await exchange(server.port, begun)).toMatch(/^HTTP\/1\.1 408 /);
    expect(server.events.of('http.request')).toMatchObject([{ statusCode: 408 }]);
  });

  it('closes a connection that never sends anything, and does not report a request', async () => {
    await using server = await PORTS[name](SHORT);
    expect(await exchange(server.port, '')).toMatch(/^HTTP\/1\.1 408 /);
    expect(server.events.all).toEqual([]);
  });
});
