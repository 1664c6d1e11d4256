import { ContentionError, UnprocessedError } from '@blogapp/data-access';
import { problemSchema } from '@blogapp/shared-types/rest';
import { createApp } from './app.ts';
import { service, TestApi } from './testing/api.ts';

let api: TestApi;

beforeEach(() => {
  api = new TestApi();
});

test('GET /health says that the function runs, and is not cached', async () => {
  const response = await api.send('GET', '/health');
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({ status: 'ok', version: '1.2.3', environment: 'staging' });
});

test('GET / introduces the API', async () => {
  expect(await (await api.send('GET', '/')).json()).toEqual({
    name: 'blogapp',
    version: '1.2.3',
    links: {
      self: '/',
      health: '/health',
      openapi: '/openapi.json',
      asyncapi: '/asyncapi.json',
      docs: '/docs',
      web: 'https://web.example',
    },
  });
});

test.each(['/nothing/here', '/posts/', '/Posts', '/posts/x/comments/y/z'])(
  'GET %s is a problem document',
  async (path) => {
    const response = await api.send('GET', path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'https://blogapp.example/problems/not-found',
      title: 'There is no such resource',
      status: 404,
      detail: `There is no ${path}`,
      instance: path,
      correlationId: 'abc',
    });
  },
);

test.each([
  ['POST', '/health', 'GET, HEAD, OPTIONS'],
  ['DELETE', '/', 'GET, HEAD, OPTIONS'],
  ['PUT', '/posts', 'GET, HEAD, POST, OPTIONS'],
  ['POST', '/posts/01M83WMPR2H6F0XQR4JKS7D1J1', 'GET, HEAD, PATCH, DELETE, OPTIONS'],
  ['PATCH', '/posts/x/favorite', 'GET, HEAD, PUT, DELETE, OPTIONS'],
  ['X-TRACE', '/me/favorites', 'GET, HEAD, OPTIONS'],
])('the response to %s %s names the allowed methods', async (method, path, allow) => {
  const response = await api.send(method, path);
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allow);
  expect(problemSchema.parse(await response.json()).type).toMatch(/method-not-allowed$/);
});

test('OPTIONS names the allowed methods, and has no body', async () => {
  const response = await api.send('OPTIONS', '/posts');
  expect(response.status).toBe(204);
  expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
  expect(await response.text()).toBe('');
  expect((await api.send('OPTIONS', '/nothing')).status).toBe(404);
});

test('a problem names the path as it was sent, whatever it contains', async () => {
  const response = await api.send('GET', '/no%00thing/%C3%A9');
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    instance: '/no%00thing/%C3%A9',
    detail: 'There is no /no%00thing/%C3%A9',
  });
});

test('HEAD responds as GET does, without a body', async () => {
  const path = `/posts/${await api.post()}`;
  const head = await api.send('HEAD', path);
  expect([head.status, head.headers.get('etag')]).toEqual([200, '"1-0"']);
  expect(await head.text()).toBe('');
});

test.each([
  ['GET', '/health'],
  ['GET', '/nothing'],
  ['DELETE', '/health'],
  ['POST', '/posts'],
])('the response to %s %s can not be framed, sniffed or run', async (method, path) => {
  const { headers } = await api.send(method, path);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
});

describe('a request that needs a user', () => {
  test.each([
    ['no token', undefined],
    ['another scheme', 'Basic YTpi'],
    ['an empty token', 'Bearer '],
    ['two tokens', 'Bearer alice, Bearer bob'],
  ])('with %s gets a response that says how to sign in', async (_case, authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await api.send('GET', '/me/favorites', { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="blogapp"');
  });

  test('with a token that does not verify gets no details', async () => {
    const response = await api.send('GET', '/me/favorites', { as: 'B4D-T0KEN' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(await response.text()).not.toContain('B4D-T0KEN');
  });

  test('with an expired token gets a response that says so', async () => {
    const response = await api.send('GET', '/me/favorites', { as: 'expired' });
    expect(await response.json()).toMatchObject({ detail: 'The ID token has expired' });
  });
});

test('a favorite is one user’s, and a post that is none is no error', async () => {
  const postId = await api.post();
  const isFavorite = async (as: string, id = postId): Promise<unknown> => {
    const response = await api.send('GET', `/posts/${id}/favorite`, { as });
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    return response.json();
  };
  expect(await isFavorite('bob')).toEqual({ isFavorite: false });
  expect((await api.send('PUT', `/posts/${postId}/favorite`, { as: 'bob' })).status).toBe(204);
  expect(await isFavorite('bob')).toEqual({ isFavorite: true });
  expect(await isFavorite('alice')).toEqual({ isFavorite: false });
  expect(await isFavorite('bob', '01ARZ3NDEKTSV4RRFFQ69G5FAV')).toEqual({ isFavorite: false });
});

test('reading is public: a token is not checked', async () => {
  expect((await api.send('GET', '/posts', { as: 'expired' })).status).toBe(200);
});

test('leaves an unknown error to the wrapper', async () => {
  api.posts.listNewest = () => Promise.reject(new Error('secret'));
  await expect(api.send('GET', '/posts')).rejects.toThrow('secret');
});

test.each([
  ['refuses a request', Object.assign(new Error(), { name: 'ThrottlingException' })],
  ['leaves a batch unprocessed', new UnprocessedError('Posts', 3)],
  ['meets too many writers', new ContentionError(undefined)],
])('asks the client to try again later when DynamoDB %s', async (_case, throttled) => {
  api.posts.listNewest = () => Promise.reject(throttled);
  const response = await api.send('GET', '/posts');
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
});

test('reports the route that serves a request, and nothing when no route does', async () => {
  const told: string[] = [];
  const onRoute = (route: string): number => told.push(route);
  const app = createApp(api, service);
  const environment = { correlationId: 'abc', onRoute };
  await app.request('/posts/01M83WMPR2H6F0XQR4JKS7D1J1', {}, environment);
  await app.request('/nothing', {}, environment);
  await app.request('/posts', { method: 'OPTIONS' }, environment);
  expect(told).toEqual(['/posts/{postId}']);
});
