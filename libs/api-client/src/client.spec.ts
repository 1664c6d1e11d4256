import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { createApiClient } from './client.ts';
import { ApiProblemError, UnexpectedResponseError } from './errors.ts';
import { eachItem } from './pages.ts';

const post = {
  postId: '01KAR6M0G0A1B2C3D4E5F6G7H8',
  authorId: 'alice',
  title: 'A title',
  excerpt: 'A body',
  body: 'A body',
  createdAt: '2026-11-23T08:00:00.000Z',
  version: 1,
  commentCount: 0,
  favoriteCount: 0,
  countsVersion: 0,
};

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let baseUrl: string;
const seen: Seen[] = [];
/** The responses of the server, one after the other; the last one is repeated. */
let responses: { status?: number; headers?: Record<string, string>; body?: unknown }[];

beforeEach(async () => {
  seen.length = 0;
  responses = [{}];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      const {
        status = 200,
        headers,
        body: content = {},
      } = (responses.length > 1 ? responses.shift() : responses[0]) ?? {};
      response.writeHead(status, headers);
      response.end(typeof content === 'string' ? content : JSON.stringify(content));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
});

afterEach(async () => {
  await new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  });
});

test('creates a post as the user of the token, once', async () => {
  responses = [{ status: 201, headers: { etag: '"1-0"' }, body: post }];
  const api = createApiClient({ baseUrl, token: async () => 'a-token' });
  const created = await api.posts.create(
    { title: 'A title', body: 'A body' },
    { idempotencyKey: 'key' },
  );
  expect(created).toEqual({ post, etag: '"1-0"' });
  expect(seen).toMatchObject([
    {
      line: 'POST /posts',
      headers: {
        authorization: 'Bearer a-token',
        'content-type': 'application/json',
        'idempotency-key': 'key',
      },
      body: '{"title":"A title","body":"A body"}',
    },
  ]);
});

test('sends no token when there is none, and no header without a value', async () => {
  responses = [{ status: 201, body: post }];
  await createApiClient({ baseUrl }).posts.create({ title: 'A title', body: 'A body' });
  expect(seen[0]?.headers).not.toHaveProperty('authorization');
  expect(seen[0]?.headers).not.toHaveProperty('idempotency-key');
});

test('changes and deletes the version that was read', async () => {
  responses = [{ body: post }, { status: 204, body: '' }];
  const api = createApiClient({ baseUrl });
  await api.posts.update(post.postId, { title: 'Another' }, '"1-0"');
  await api.posts.delete('a/b', '*');
  expect(seen).toMatchObject([
    { line: `PATCH /posts/${post.postId}`, headers: { 'if-match': '"1-0"' } },
    { line: 'DELETE /posts/a%2Fb', headers: { 'if-match': '*' } },
  ]);
});

test('reads every page of a list', async () => {
  responses = [
    { body: { items: [post], nextCursor: 'b=c' } },
    { body: { items: [{ ...post, title: 'Another' }] } },
  ];
  const api = createApiClient({ baseUrl });
  const titles: string[] = [];
  for await (const { title } of eachItem((page) => api.posts.list({ limit: 1, ...page }))) {
    titles.push(title);
  }
  expect(titles).toEqual(['A title', 'Another']);
  expect(seen.map(({ line }) => line)).toEqual([
    'GET /posts?limit=1',
    'GET /posts?limit=1&cursor=b%3Dc',
  ]);
});

test.each([true, false])('tells whether a post is a favorite: %s', async (isFavorite) => {
  responses = [{ body: { isFavorite } }];
  expect(await createApiClient({ baseUrl }).favorites.has(post.postId)).toBe(isFavorite);
  expect(seen.map(({ line }) => line)).toEqual([`GET /posts/${post.postId}/favorite`]);
});

test('throws the problem that the API responds with', async () => {
  const problem = {
    type: 'https://blogapp.example/problems/rate-limited',
    title: 'Too many writes',
    status: 429,
    detail: 'Wait',
    instance: '/posts',
    correlationId: 'abc',
  };
  responses = [{ status: 429, headers: { 'retry-after': '3' }, body: problem }];
  const error: unknown = await createApiClient({ baseUrl })
    .favorites.put(post.postId)
    .catch((reason: unknown) => reason);
  if (!(error instanceof ApiProblemError)) throw new Error(`no problem: ${String(error)}`);
  expect(error).toMatchObject({ status: 429, retryAfterSeconds: 3, problem });
  expect([error.is('rate-limited'), error.is('forbidden')]).toEqual([true, false]);
});

test.each([
  ['an error that is not a problem document', { status: 502, body: '<html>' }],
  ['a success that is not JSON', { status: 200, body: '<html>' }],
  ['a success of another shape', { status: 200, body: { items: 1 } }],
])('throws at %s', async (_case, response) => {
  responses = [response];
  await expect(createApiClient({ baseUrl }).posts.list()).rejects.toBeInstanceOf(
    UnexpectedResponseError,
  );
});
