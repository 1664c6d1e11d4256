import { request } from 'undici';
import type { Cors } from '../template/index.ts';
import { closeServers, cors, httpApi, route, startServer } from './testing/harness.ts';

afterEach(closeServers);

const ORIGIN = 'http://localhost:3000';

async function preflight(
  configuration: Partial<Cors>,
  asked: { origin?: string; method?: string; headers?: string } = {},
) {
  const { url, invoker } = await startServer(undefined, {
    apis: [httpApi({ cors: cors(configuration), routes: [route('GET /posts')] })],
  });
  const { statusCode, headers, body } = await request(`${url}/posts`, {
    method: 'OPTIONS',
    headers: {
      origin: asked.origin ?? ORIGIN,
      'access-control-request-method': asked.method ?? 'GET',
      ...(asked.headers === undefined ? {} : { 'access-control-request-headers': asked.headers }),
    },
  });
  expect(invoker.invocations).toEqual([]);
  expect(await body.text()).toBe('');
  return { statusCode, headers: corsHeaders(headers) };
}

function corsHeaders(headers: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('access-control-')),
  );
}

describe('a preflight', () => {
  it('gets the gateway’s response with the configured headers, even if no route has OPTIONS', async () => {
    const response = await preflight(
      { maxAgeSeconds: 600, allowCredentials: true },
      { headers: 'Authorization, content-type' },
    );
    expect(response).toEqual({
      statusCode: 204,
      headers: {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'content-type,authorization',
        'access-control-allow-credentials': 'true',
        'access-control-max-age': '600',
      },
    });
  });

  it.each([
    ['another origin', {}, { origin: 'http://localhost:3001' }],
    ['another scheme', { allowOrigins: ['https://*'] }, { origin: 'http://a.example' }],
    ['the origin null', {}, { origin: 'null' }],
    ['another method', {}, { method: 'DELETE' }],
    ['another header', {}, { headers: 'authorization,x-other' }],
  ])('with %s gets 204 without CORS headers', async (_what, configuration, asked) => {
    expect(await preflight(configuration, asked)).toEqual({ statusCode: 204, headers: {} });
  });

  it.each([
    ['any origin', { allowOrigins: ['*'] }, { origin: 'http://b.example' }, '*'],
    [
      'any origin with credentials',
      { allowOrigins: ['*'], allowCredentials: true },
      { origin: 'http://b.example' },
      'http://b.example',
    ],
    [
      'any origin of a scheme',
      { allowOrigins: ['https://*'] },
      { origin: 'https://b.example' },
      'https://b.example',
    ],
    ['any method', { allowMethods: ['*'] }, { method: 'DELETE' }, ORIGIN],
    ['any header', { allowHeaders: ['*'] }, { headers: 'x-a, x-b' }, ORIGIN],
    ['one of several origins', { allowOrigins: ['http://a.example', ORIGIN] }, {}, ORIGIN],
  ])('can be allowed for %s', async (_what, configuration, asked, origin) => {
    const { headers } = await preflight(configuration, asked);
    expect(headers['access-control-allow-origin']).toBe(origin);
  });

  it('is checked by the authorizer first if a route has OPTIONS, as on AWS', async () => {
    const { url, invoker } = await startServer(undefined, {
      apis: [
        httpApi({
          cors: cors(),
          routes: [route('ANY /{proxy+}', { authorization: { type: 'iam' } })],
        }),
      ],
    });
    const { statusCode, headers } = await request(`${url}/posts`, {
      method: 'OPTIONS',
      headers: { origin: ORIGIN, 'access-control-request-method': 'GET' },
    });
    expect(statusCode).toBe(403);
    expect(headers).not.toHaveProperty('access-control-allow-methods');
    expect(invoker.invocations).toEqual([]);
  });

  it('gets the gateway’s response if a route with OPTIONS has no authorizer', async () => {
    const { url, invoker } = await startServer(undefined, { apis: [httpApi({ cors: cors() })] });
    const { statusCode } = await request(url, {
      method: 'OPTIONS',
      headers: { origin: ORIGIN, 'access-control-request-method': 'GET' },
    });
    expect(statusCode).toBe(204);
    expect(invoker.invocations).toEqual([]);
  });

  it('is passed to the function if the API has no CORS configuration', async () => {
    const { url, invoker } = await startServer(() => ({
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': 'http://mine.example' },
    }));
    const { statusCode, headers } = await request(url, {
      method: 'OPTIONS',
      headers: { origin: ORIGIN, 'access-control-request-method': 'GET' },
    });
    expect(statusCode).toBe(200);
    expect(headers['access-control-allow-origin']).toBe('http://mine.example');
    expect(invoker.lastEvent.requestContext.http.method).toBe('OPTIONS');
  });

  it('needs Access-Control-Request-Method: another OPTIONS request is routed', async () => {
    const { url, invoker } = await startServer(undefined, { apis: [httpApi({ cors: cors() })] });
    const { statusCode } = await request(url, { method: 'OPTIONS', headers: { origin: ORIGIN } });
    expect(statusCode).toBe(200);
    expect(invoker.invocations).toHaveLength(1);
  });
});

describe('an actual response', () => {
  const own = {
    'Access-Control-Allow-Origin': '*',
    'access-control-allow-methods': 'PUT',
    'X-Own': '1',
  };

  async function response(configuration: Partial<Cors>, origin: string | undefined, path = '/') {
    const { url } = await startServer(() => ({ statusCode: 200, headers: own }), {
      apis: [httpApi({ cors: cors(configuration), routes: [route('GET /')] })],
    });
    const { statusCode, headers } = await request(`${url}${path}`, {
      headers: origin === undefined ? {} : { origin },
    });
    return { statusCode, own: headers['x-own'], headers: corsHeaders(headers) };
  }

  it('has the configured headers instead of the function’s', async () => {
    expect(
      await response({ exposeHeaders: ['etag', 'x-id'], allowCredentials: true }, ORIGIN),
    ).toEqual({
      statusCode: 200,
      own: '1',
      headers: {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'etag,x-id',
      },
    });
  });

  it.each([['http://other.example'], [undefined]])(
    'has no CORS headers for the origin %s',
    async (origin) => {
      expect(await response({}, origin)).toEqual({ statusCode: 200, own: '1', headers: {} });
    },
  );

  it('has CORS headers even if it is an error, so that a browser can read it', async () => {
    expect(await response({}, ORIGIN, '/nothing')).toMatchObject({
      statusCode: 404,
      headers: { 'access-control-allow-origin': ORIGIN },
    });
  });
});
