import { RawClient } from '@blogapp/realtime-client/raw';
import { SUBPROTOCOL } from '@blogapp/shared-types';
import { signIn } from './support/sign-in.ts';
import type { SignedIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';

const target = readTarget();

let alice: SignedIn;

beforeAll(async () => {
  alice = await signIn(target);
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(new URL(path, target.HttpApiUrl), { method, headers });

describe('reading', () => {
  test('a path with decoded dots does not reach another resource', async () => {
    // API Gateway decodes it twice: the function gets /posts/../health.
    const { status, headers } = await get('/posts/%252e%252e/health');
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  test('again without a change gets a 304', async () => {
    const { post } = await alice.api.posts.create({ title: 'A post', body: 'x' });
    for (const path of [`/posts/${post.postId}`, `/posts/${post.postId}/comments`, '/posts']) {
      const first = await get(path);
      const etag = first.headers.get('etag') ?? '';
      expect([path, first.headers.get('cache-control')]).toEqual([path, 'public, no-cache']);
      const again = await get(path, { 'if-none-match': `"other", W/${etag}` });
      expect([path, again.status, await again.text()]).toEqual([path, 304, '']);
      expect(again.headers.get('etag')).toBe(etag);
    }
    await alice.api.favorites.put(post.postId);
    const changed = await get(`/posts/${post.postId}`, { 'if-none-match': '"1-0"' });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"1-1"']);
  });

  test('the caller’s own data may not be in a shared cache', async () => {
    const response = await get('/me/favorites', { authorization: `Bearer ${alice.token}` });
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
  });

  test('a long response is compressed, and has the same content', async () => {
    const body = 'All work and no play. '.repeat(500);
    const { post } = await alice.api.posts.create({ title: 'A long post', body });
    for (const [accepted, encoding] of [
      ['br, gzip', 'br'],
      ['gzip;q=0.5, br;q=0', 'gzip'],
      ['identity', null],
    ] as const) {
      const response = await get(`/posts/${post.postId}`, { 'accept-encoding': accepted });
      expect([accepted, response.headers.get('content-encoding')]).toEqual([accepted, encoding]);
      expect(response.headers.get('vary')).toContain('accept-encoding');
      expect(await response.json()).toMatchObject({ body });
    }
  });

  test('with HEAD gives only the headers', async () => {
    const response = await get('/posts', {}, 'HEAD');
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('etag')).toMatch(/^".+"$/);
    const whole = await get('/health');
    const { length } = await whole.text();
    expect((await get('/health', {}, 'HEAD')).headers.get('content-length')).toBe(String(length));
  });

  test('a page links to the next one', async () => {
    const { post } = await alice.api.posts.create({ title: 'A post', body: 'x' });
    await alice.api.comments.create(post.postId, { body: '1' });
    await alice.api.comments.create(post.postId, { body: '2' });
    const first = await get(`/posts/${post.postId}/comments?limit=1&order=newest`);
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const second = await get(next);
    expect(await second.json()).toMatchObject({ items: [{ body: '1' }] });
    expect(second.headers.get('link')).toBeNull();
  });
});

test('the response has the correlation id of the request', async () => {
  const response = await get('/posts', { 'x-correlation-id': 'from-the-test' });
  expect(response.headers.get('x-correlation-id')).toBe('from-the-test');
  const other = await get('/posts', { 'x-correlation-id': 'not\tsound' });
  expect(other.headers.get('x-correlation-id')).not.toContain('sound');
});

test('OPTIONS lists the methods', async () => {
  const response = await get('/posts', {}, 'OPTIONS');
  expect(response.status).toBe(204);
  expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
});

describe('a browser on another origin', () => {
  test.each([
    ['HTTP API', target.HttpApiUrl],
    ['Function URL', target.FunctionUrl],
  ])('may use all methods and headers through the %s', async (_door, url) => {
    const preflight = await fetch(new URL('/posts', url), {
      method: 'OPTIONS',
      headers: {
        origin: target.WebOrigin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,idempotency-key,if-match,if-none-match',
      },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(target.WebOrigin);
    const allowed = preflight.headers.get('access-control-allow-headers') ?? '';
    expect(allowed.split(/, ?/)).toEqual(
      expect.arrayContaining(['authorization', 'idempotency-key', 'if-match', 'if-none-match']),
    );
    const response = await fetch(new URL('/posts', url), {
      headers: { origin: target.WebOrigin },
    });
    const exposed = response.headers.get('access-control-expose-headers') ?? '';
    expect(exposed.split(/, ?/)).toEqual(
      expect.arrayContaining(['etag', 'link', 'location', 'retry-after']),
    );
  });
});

describe('the description', () => {
  test('is OpenAPI 3.1', async () => {
    const response = await get('/openapi.json');
    expect(await response.json()).toMatchObject({
      openapi: '3.1.0',
      paths: { '/posts': { get: { operationId: 'listPosts' } } },
    });
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  });

  test('is a page that may fetch only from its own origin', async () => {
    const response = await get('/docs');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*connect-src 'self'/,
    );
    expect(await response.text()).not.toMatch(/(?:src|href)="https?:/);
  });
});

describe('a WebSocket', () => {
  test('with a token belongs to its user, and uses the server’s subprotocol', async () => {
    const client = await RawClient.connect(target.WebSocketUrl, { idToken: alice.token });
    expect(client.protocol).toBe(SUBPROTOCOL);
    expect(client.isOpen).toBe(true);
    await client.close();
  });

  test('with a token that does not verify is refused', async () => {
    const handshake = RawClient.connect(target.WebSocketUrl, { idToken: 'not.a.token' });
    await expect(handshake).rejects.toMatchObject({ status: 401 });
  });
});
