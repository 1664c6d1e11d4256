import { gzipSync } from 'node:zlib';
import { problemSchema } from '@blogapp/shared-types/rest';
import type { Problem } from '@blogapp/shared-types/rest';
import { apiRoutes } from '../app.ts';
import { TestApi, service } from '../testing/api.ts';
import { chooseEncoding, compress } from './compress.ts';
import { isNotModified, readIfMatch } from './conditional.ts';
import { MAX_BODY_BYTES } from './json-body.ts';

const good = { title: 'A title', body: 'A body' };
let api: TestApi;

beforeEach(() => {
  api = new TestApi();
});

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return problemSchema.parse(await response.json());
}

describe('a body', () => {
  test('whose header says that it is too large is refused unread, before the token is checked', async () => {
    const headers = { 'content-length': String(MAX_BODY_BYTES + 1) };
    const response = await api.send('POST', '/posts', { headers, body: '{}' });
    expect((await problemOf(response)).status).toBe(413);
  });

  test('that is larger than its header says is refused', async () => {
    const body = JSON.stringify({ ...good, body: 'x'.repeat(MAX_BODY_BYTES) });
    const response = await api.send('POST', '/posts', {
      as: 'alice',
      headers: { 'content-length': '2' },
      body,
    });
    expect((await problemOf(response)).status).toBe(413);
  });

  test.each([
    ['not UTF-8', Uint8Array.from([0x22, 0xff, 0x22])],
    ['no JSON', '{"title":"x",}'],
    ['two values', '{}{}'],
    ['nothing', ' '],
  ])('that is %s is malformed', async (_case, body) => {
    const response = await api.send('POST', '/posts', { as: 'alice', body });
    expect((await problemOf(response)).type).toMatch(/malformed-request$/);
  });

  test('may begin with a byte order mark', async () => {
    const body = `\ufeff${JSON.stringify(good)}`;
    expect((await api.send('POST', '/posts', { as: 'alice', body })).status).toBe(201);
  });

  test.each([
    ['POST', 'application/json; charset=utf-8', true],
    ['POST', 'APPLICATION/JSON;charset="UTF-8"', true],
    ['POST', 'application/merge-patch+json', false],
    ['PATCH', 'application/merge-patch+json', true],
    ['POST', 'application/json; charset=utf-16', false],
    ['POST', 'text/json', false],
  ])('of a %s as %s', async (method, contentType, isTaken) => {
    const path = method === 'POST' ? '/posts' : `/posts/${await api.post()}`;
    const headers = { 'content-type': contentType, 'if-match': '*' };
    const response = await api.send(method, path, { as: 'alice', headers, body: good });
    expect([contentType, response.status !== 415]).toEqual([contentType, isTaken]);
  });

  test('with a fault in a field with slashes and spaces gets a pointer to it', async () => {
    const body = { ...good, 'a/b ~é': 1 };
    const { errors } = await problemOf(await api.send('POST', '/posts', { as: 'alice', body }));
    expect(errors).toEqual([{ pointer: '#/a~1b%20~0%C3%A9', detail: 'is not known' }]);
  });

  test('with a thousand faults gets twenty of them named', async () => {
    const body = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [index, 1]));
    const { errors } = await problemOf(await api.send('POST', '/posts', { as: 'alice', body }));
    expect(errors).toHaveLength(20);
  });
});

test.each([
  ['bytes that are not UTF-8', [0xff]],
  ['Latin 1', [0xe9]],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
  ['the U+FFFD that a gateway put in place of such bytes', [0xef, 0xbf, 0xbd]],
])('a body with %s is malformed, on every route that takes a body', async (_case, bytes) => {
  const postId = await api.post();
  const { commentId } = await api.comments.create({
    ...{ postId, authorId: 'alice', body: 'x', correlationId: 'abc' },
  });
  const body = Buffer.concat([Buffer.from('{"body":"'), Buffer.from(bytes), Buffer.from('"}')]);
  const headers = { 'content-type': 'application/json', 'if-match': '*' };
  for (const [method, path] of [
    ['POST', '/posts'],
    ['PATCH', `/posts/${postId}`],
    ['POST', `/posts/${postId}/comments`],
    ['PATCH', `/posts/${postId}/comments/${commentId}`],
  ] as const) {
    const response = await api.send(method, path, { as: 'alice', headers, body });
    const { type, detail } = await problemOf(response);
    expect([path, response.status, type]).toEqual([
      path,
      400,
      expect.stringMatching(/malformed-request$/),
    ]);
    expect(detail).toContain('not UTF-8');
  }
});

test('a U+FFFD is accepted when it is written as an escape', async () => {
  const body = '{"title":"\\ufffd","body":"x"}';
  const response = await api.send('POST', '/posts', { as: 'alice', body });
  expect(await response.json()).toMatchObject({ title: '\ufffd' });
});

test('a query parameter that a route does not have is refused, on every route', async () => {
  const routes = apiRoutes(api, service).map(({ route }) => route);
  expect(routes.length).toBeGreaterThan(15);
  const id = '01M83WMPR2H6F0XQR4JKS7D1J1';
  for (const { method, path } of routes) {
    const url = `${path.replaceAll(/\{\w+\}/g, id)}?limti=1`;
    const response = await api.send(method.toUpperCase(), url, { as: 'alice' });
    expect([path, response.status]).toEqual([path, 400]);
    expect((await problemOf(response)).errors).toEqual([
      { parameter: 'limti', detail: 'is not known' },
    ]);
  }
});

test.each(['', ' ', '\t', 'é', 'x'.repeat(256)])(
  'an Idempotency-Key %j is refused, and nothing is written',
  async (key) => {
    const { size } = api.posts.rows;
    const headers = { 'idempotency-key': key };
    const response = await api.send('POST', '/posts', { as: 'alice', body: good, headers });
    expect(response.status).toBe(400);
    expect((await problemOf(response)).errors).toMatchObject([{ parameter: 'Idempotency-Key' }]);
    expect(api.posts.rows.size).toBe(size);
  },
);

describe('a write', () => {
  test('takes a token of its user, and a read does not', async () => {
    await api.send('POST', '/posts', { as: 'alice', body: good });
    await api.send('GET', '/me/favorites', { as: 'alice' });
    expect(api.writes.subjects).toEqual(['write:alice']);
  });

  test('without a token left is refused with the time to wait, and writes nothing', async () => {
    api.writes.left = 0;
    const response = await api.send('POST', '/posts', { as: 'alice', body: good });
    expect((await problemOf(response)).type).toMatch(/rate-limited$/);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(api.posts.rows.size).toBe(0);
  });

  test('that is refused because of its content costs no token', async () => {
    await api.send('POST', '/posts', { as: 'alice', body: {} });
    expect(api.writes.subjects).toEqual([]);
  });
});

describe('a creation with a key', () => {
  const create = (body: object = good, key = 'a key') =>
    api.send('POST', '/posts', { as: 'alice', body, headers: { 'idempotency-key': key } });

  test('gets the same response again, marked as a repeat', async () => {
    const [first, second] = [await create(), await create()];
    expect(second.status).toBe(201);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(await second.json()).toEqual(await first.json());
    for (const name of ['etag', 'location', 'content-type', 'cache-control']) {
      expect([name, second.headers.get(name)]).toEqual([name, first.headers.get(name)]);
    }
  });

  test('is stored compressed when its response is long', async () => {
    const body = { ...good, body: '"\\'.repeat(50_000) };
    const first = await (await create(body)).json();
    const [kept] = api.idempotency.kept.values();
    expect(kept?.response?.body.length).toBeLessThan(10_000);
    expect(await (await create(body)).json()).toEqual(first);
  });

  test('is refused for another body', async () => {
    await create();
    const other = await problemOf(await create({ ...good, title: 'Another' }));
    expect(other.type).toMatch(/idempotency-key-reused$/);
  });

  test('is refused while the first one is in progress', async () => {
    const work = api.posts.create.bind(api.posts);
    const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    api.posts.create = async (post) => {
      begin(undefined);
      await gate;
      return work(post);
    };
    const first = create();
    await begun;
    const second = await create();
    expect((await problemOf(second)).type).toMatch(/request-in-progress$/);
    expect(second.headers.get('retry-after')).toBe('1');
    open(undefined);
    expect((await first).status).toBe(201);
  });

  test('that failed releases its key, and keeps the id of the resource', async () => {
    const create = api.posts.create.bind(api.posts);
    const ids: (string | undefined)[] = [];
    api.posts.create = async (post) => {
      ids.push(post.postId);
      if (ids.length === 1) throw new Error('died');
      return create(post);
    };
    const send = () =>
      api.send('POST', '/posts', { as: 'alice', body: good, headers: { 'idempotency-key': 'k' } });
    await expect(send()).rejects.toThrow('died');
    expect((await send()).status).toBe(201);
    expect(ids[0]).toBeDefined();
    expect(ids[1]).toBe(ids[0]);
  });

  test('that can not be released fails with its own error', async () => {
    api.posts.create = () => Promise.reject(new Error('died'));
    api.idempotency.release = () => Promise.reject(new Error('throttled'));
    await expect(create()).rejects.toThrow('died');
  });
});

describe('If-Match', () => {
  test.each([
    ['*', { kind: 'any' }],
    ['"1-0"', { kind: 'tags', tags: ['1-0'] }],
    ['"1-0-gzip" , "2-0-br"', { kind: 'tags', tags: ['1-0', '2-0'] }],
    ['W/"1-0", "x"', { kind: 'tags', tags: ['x'] }],
    ['""', { kind: 'tags', tags: [''] }],
  ])('%s is read', (header, expected) => {
    expect(readIfMatch(header)).toEqual(expected);
  });

  test.each(['', '1', '"1', '"1" "2"', '*, "1"', 'w/"1"', '"a" b'])('%j is malformed', (header) => {
    expect(() => readIfMatch(header)).toThrow('malformed');
  });
});

test.each([
  ['"abc"', true],
  ['W/"abc"', true],
  ['"x", "abc-br"', true],
  ['*', true],
  ['"ab"', false],
  ['abc', false],
])('If-None-Match %s', (header, expected) => {
  expect(isNotModified(header, 'abc')).toBe(expected);
});

describe('compression', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['BR', 'br'],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['*;q=0, gzip', 'gzip'],
    ['gzip;q=0.001', 'gzip'],
    ['gzip;q=nonsense', undefined],
    ['identity', undefined],
  ])('for %j is %s', (accepted, expected) => {
    expect(chooseEncoding(accepted)).toBe(expected);
  });

  test('makes a text smaller', () => {
    const text = 'All work and no play. '.repeat(200);
    expect(compress(text, 'gzip').length).toBeLessThanOrEqual(gzipSync(text).length);
    expect(compress(text, 'br').length).toBeLessThan(text.length / 10);
  });
});
