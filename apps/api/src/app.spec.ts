import { Hono } from 'hono';
import { createApp } from './app.ts';
import { failedAnswer, serve } from './lambda.ts';
import type { HttpEvent } from './lambda.ts';

const app = createApp({
  version: '1.2.3',
  environment: 'staging',
  webOrigin: 'https://web.example',
});

/** What `serve` looks at of an invocation. */
const invocation = { correlationId: 'abc' };

/** An HTTP API event; a Function URL's has the same form, with `$default` for its route. */
function httpEvent(method: string, path: string, overrides: Partial<HttpEvent> = {}): HttpEvent {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'api.example' },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'api',
      authentication: null,
      authorizer: {},
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'gateway-id',
      routeKey: '$default',
      stage: '$default',
      time: '23/Nov/2026:08:00:00 +0000',
      timeEpoch: 1795420800000,
    },
    body: null,
    isBase64Encoded: false,
    ...overrides,
  };
}

test('GET /health says that it is well, and is not cached', async () => {
  const response = await app.request('/health');
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({ status: 'ok', version: '1.2.3', environment: 'staging' });
});

test('GET / introduces the API', async () => {
  const response = await app.request('/');
  expect(await response.json()).toEqual({
    name: 'blogapp',
    version: '1.2.3',
    links: { self: '/', health: '/health', web: 'https://web.example' },
  });
});

test.each([
  ['GET', '/nothing/here'],
  ['POST', '/health'],
  ['DELETE', '/'],
])('%s %s is a problem document', async (method, path) => {
  const response = await app.request(path, { method });
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: `There is no ${method} ${path}`,
    instance: path,
  });
});

describe('as a Lambda function', () => {
  test('answers an event with the correlation id', async () => {
    const answer = await serve(app)(httpEvent('GET', '/health'), invocation);
    expect(answer).toMatchObject({
      statusCode: 200,
      isBase64Encoded: false,
      headers: { 'content-type': 'application/json', 'x-correlation-id': 'abc' },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ status: 'ok' });
  });

  test('decodes paths and queries as the browser sent them', async () => {
    const echo = new Hono();
    echo.get('/posts/:id', (context) =>
      context.json({ id: context.req.param('id'), q: context.req.queries('q') }),
    );
    const event = httpEvent('GET', '/posts/a%2Fb', { rawQueryString: 'q=1&q=%C3%A9' });
    const answer = await serve(echo)(event, invocation);
    expect(JSON.parse(answer.body)).toEqual({ id: 'a/b', q: ['1', 'é'] });
  });

  test('leaves an error to the wrapper, whose answer tells nothing of it', async () => {
    const failing = createApp({ version: '1', environment: 'staging', webOrigin: '' });
    failing.get('/fails', () => {
      throw new Error('secret');
    });
    await expect(serve(failing)(httpEvent('GET', '/fails'), invocation)).rejects.toThrow('secret');

    const answer = failedAnswer(invocation);
    expect(answer).toMatchObject({
      statusCode: 500,
      headers: { 'content-type': 'application/problem+json', 'x-correlation-id': 'abc' },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ status: 500, title: 'Internal Server Error' });
  });
});
