import { brotliDecompressSync } from 'node:zlib';
import { noTracing } from '@blogapp/observability';
import { Hono } from 'hono';
import type { RequestEnvironment } from './app.ts';
import { failedResponse, serveEvents } from './lambda.ts';
import type { HttpEvent, ServedInvocation } from './lambda.ts';
import { TestApi } from './testing/api.ts';

const logged: unknown[] = [];
const recorded: unknown[] = [];
const invocation: ServedInvocation = {
  correlationId: 'abc',
  logger: {
    summary: (message: string, attributes: object) => logged.push({ message, ...attributes }),
  } as unknown as ServedInvocation['logger'],
  metrics: {
    record: (...metric: unknown[]) => void recorded.push(metric),
    recordDistribution: (...metric: unknown[]) => void recorded.push(metric),
  },
  tracing: noTracing,
};

beforeEach(() => {
  logged.length = 0;
  recorded.length = 0;
});

/** An event of an HTTP API; that of a Function URL has the same format. */
function httpEvent(method: string, path: string, overrides: Partial<HttpEvent> = {}): HttpEvent {
  return {
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'api.example' },
    requestContext: {
      domainName: 'api.example',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
    },
    isBase64Encoded: false,
    ...overrides,
  };
}

const echo = new Hono<{ Bindings: RequestEnvironment }>();
echo.all('*', async (context) =>
  context.json({
    method: context.req.method,
    path: context.req.path,
    queries: context.req.queries(),
    contentLength: context.req.header('content-length'),
    body: await context.req.text(),
  }),
);

async function echoed(event: HttpEvent): Promise<unknown> {
  return JSON.parse((await serveEvents(echo)(event, invocation)).body);
}

test('responds to an event with the correlation id, and logs one line', async () => {
  const response = await serveEvents(new TestApi().app)(httpEvent('GET', '/health'), invocation);
  expect(response).toMatchObject({
    statusCode: 200,
    isBase64Encoded: false,
    headers: { 'content-type': 'application/json', 'x-correlation-id': 'abc' },
  });
  expect(JSON.parse(response.body)).toMatchObject({ status: 'ok' });
  expect(logged).toEqual([
    expect.objectContaining({ message: 'responded', method: 'GET', route: '/health', status: 200 }),
  ]);
});

test.each([
  ['a path that no route has', 'GET', '/nothing', 404],
  ['a method that no route has', 'PUT', '/posts', 405],
  ['OPTIONS', 'OPTIONS', '/posts', 204],
  ['TRACE, which a Request can not have', 'TRACE', '/posts', 405],
  ['a method that is not valid', 'G T', '/posts', 400],
])('logs one line for %s', async (_case, method, path, status) => {
  const response = await serveEvents(new TestApi().app)(httpEvent(method, path), invocation);
  expect(response.statusCode).toBe(status);
  expect(logged).toEqual([
    { message: 'responded', method, path, status, durationMs: expect.any(Number) },
  ]);
});

test.each([
  ['a request', 'GET', '/health', 'GET /health', undefined],
  ['a HEAD, together with GET', 'HEAD', '/health', 'GET /health', undefined],
  [
    'a client error',
    'GET',
    '/posts/01M83WMPR2H6F0XQR4JKS7D1J1',
    'GET /posts/{postId}',
    'ApiClientErrors',
  ],
  ['a request without a route, whatever its path', 'GET', '/x/y/z', 'no route', 'ApiClientErrors'],
  ['a method that the path does not have', 'PUT', '/posts', 'no route', 'ApiClientErrors'],
])('counts %s by route', async (_case, method, path, route, errors) => {
  await serveEvents(new TestApi().app)(httpEvent(method, path), invocation);
  expect(recorded).toEqual([
    ['ApiLatency', expect.any(Number), { route }],
    ...(errors === undefined ? [] : [[errors, 1, { route }]]),
  ]);
});

test('counts a route that failed as a server error', async () => {
  const api = new TestApi();
  api.posts.listNewest = () => Promise.reject(new Error('no table'));
  await expect(serveEvents(api.app)(httpEvent('GET', '/posts'), invocation)).rejects.toThrow();
  expect(recorded).toContainEqual(['ApiServerErrors', 1, { route: 'GET /posts' }]);
});

test('logs the start of a path that is very long', async () => {
  await serveEvents(new TestApi().app)(httpEvent('GET', `/${'x'.repeat(9_000)}`), invocation);
  expect(logged).toEqual([expect.objectContaining({ path: `/${'x'.repeat(255)}`, status: 404 })]);
});

test('logs the status 500 for a route that failed, and leaves the error to the wrapper', async () => {
  const api = new TestApi();
  api.posts.listNewest = () => Promise.reject(new Error('secret'));
  await expect(serveEvents(api.app)(httpEvent('GET', '/posts'), invocation)).rejects.toThrow(
    'secret',
  );
  expect(logged).toEqual([
    {
      message: 'responded',
      method: 'GET',
      route: '/posts',
      status: 500,
      durationMs: expect.any(Number),
    },
  ]);
});

test('passes on a query as the browser sent it', async () => {
  const event = httpEvent('GET', '/posts', { rawQueryString: 'q=1&q=%C3%A9' });
  expect(await echoed(event)).toMatchObject({ queries: { q: ['1', 'é'] } });
});

test.each([
  ['a slash', '/posts/a/b', '/posts/a/b'],
  ['dots', '/posts/../health', '/posts/%252E%252E/health'],
  ['a dot', '/posts/./a', '/posts/%252E/a'],
  ['a backslash', String.raw`/posts/..\health`, String.raw`/posts/..\health`],
  ['characters that end a path in a URL', '/posts/a#b?c', '/posts/a%23b%3Fc'],
  ['a percent sign', '/posts/%2e%2e/health', '/posts/%252e%252e/health'],
  ['other letters', '/posts/日 本', '/posts/日 本'],
])('reads a decoded path with %s as a text, not as a URL', async (_what, path, url) => {
  expect(await echoed(httpEvent('GET', path))).toMatchObject({ path: url });
});

test.each([
  ['text', { body: '{"é":1}', isBase64Encoded: false }],
  ['base64', { body: Buffer.from('{"é":1}').toString('base64'), isBase64Encoded: true }],
])('passes on a body that came as %s, with its true length', async (_case, overrides) => {
  const headers = { 'content-length': '999999999' };
  expect(await echoed(httpEvent('POST', '/', { headers, ...overrides }))).toMatchObject({
    body: '{"é":1}',
    contentLength: '8',
  });
});

test('drops the body of a GET', async () => {
  expect(await echoed(httpEvent('GET', '/', { body: 'x' }))).toMatchObject({ body: '' });
});

test('gives the gateway the body of a HEAD, for its length', async () => {
  const serve = serveEvents(new TestApi().app);
  const got = await serve(httpEvent('GET', '/health'), invocation);
  expect(await serve(httpEvent('HEAD', '/health'), invocation)).toEqual(got);
  expect(logged).toEqual([
    expect.objectContaining({ method: 'GET' }),
    expect.objectContaining({ method: 'HEAD' }),
  ]);
});

test.each(['TRACE', 'CONNECT', 'TRACK'])('no resource has the method %s', async (method) => {
  const serve = serveEvents(new TestApi().app);
  expect((await serve(httpEvent(method, '/posts'), invocation)).statusCode).toBe(405);
});

test.each([
  ['a header with characters that are not Latin-1', { headers: { 'x-name': 'é\u4e00' } }],
  ['an invalid method', httpEvent('G T', '/')],
])('responds to %s with a problem', async (_case, overrides) => {
  const response = await serveEvents(echo)(httpEvent('GET', '/', overrides), invocation);
  expect(response.statusCode).toBe(400);
  expect(JSON.parse(response.body)).toMatchObject({ status: 400, correlationId: 'abc' });
});

test('compresses a long response for clients that accept it', async () => {
  const api = new TestApi();
  const path = `/posts/${await api.post({ body: 'A body. '.repeat(1_000) })}`;
  const serve = serveEvents(api.app);
  const plain = await serve(httpEvent('GET', path), invocation);
  const short = await serve(httpEvent('GET', path, { headers: encodings('br, gzip') }), invocation);
  expect(plain.headers.vary).toBe('accept-encoding, origin');
  expect(short).toMatchObject({
    isBase64Encoded: true,
    headers: { 'content-encoding': 'br', vary: 'accept-encoding, origin' },
  });
  expect(brotliDecompressSync(Buffer.from(short.body, 'base64')).toString()).toBe(plain.body);
  expect(short.headers.etag).not.toBe(plain.headers.etag);
});

test('the response to a failure says nothing about its cause', () => {
  const response = failedResponse(invocation, { rawPath: '/posts' });
  expect(response).toMatchObject({
    statusCode: 500,
    headers: { 'content-type': 'application/problem+json', 'x-correlation-id': 'abc' },
  });
  expect(JSON.parse(response.body)).toMatchObject({
    status: 500,
    instance: '/posts',
    correlationId: 'abc',
  });
});

function encodings(value: string): Record<string, string> {
  return { 'accept-encoding': value };
}
