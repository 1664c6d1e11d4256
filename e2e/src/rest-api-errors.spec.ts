import { problemSchema } from '@blogapp/shared-types/rest';
import type { ProblemName } from '@blogapp/shared-types/rest';
import { signIn } from './support/sign-in.ts';
import type { SignedIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';

const target = readTarget();
const json = { 'content-type': 'application/json' };
const nowhere = '00000000000000000000000000';
const good = { title: 'A title', body: 'A body' };

let alice: SignedIn;
let postId: string;
let commentId: string;

beforeAll(async () => {
  alice = await signIn(target);
  const { post } = await alice.api.posts.create(good);
  ({ postId } = post);
  ({ commentId } = await alice.api.comments.create(postId, { body: 'A comment' }));
});

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** The body; a text is sent unchanged, and any other value as JSON. */
  readonly body?: unknown;
}

async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  return fetch(new URL(path, target.HttpApiUrl), {
    method,
    headers: { authorization: `Bearer ${alice.token}`, ...headers },
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
}

async function problemOf(response: Response, name: ProblemName) {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const problem = problemSchema.strict().parse(await response.json());
  expect(problem.type).toMatch(new RegExp(`/${name}$`));
  expect(problem.status).toBe(response.status);
  expect(problem.correlationId).toBe(response.headers.get('x-correlation-id'));
  return problem;
}

describe('a body', () => {
  test.each<[string, Sent, number, ProblemName]>([
    ['that is not JSON', { headers: json, body: '{"title":' }, 400, 'malformed-request'],
    ['that is empty', { headers: json, body: '' }, 400, 'malformed-request'],
    ['of no type', { headers: { 'content-type': '' }, body: good }, 415, 'unsupported-media-type'],
    [
      'of text',
      { headers: { 'content-type': 'text/plain' }, body: good },
      415,
      'unsupported-media-type',
    ],
    [
      'of a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'title=x' },
      415,
      'unsupported-media-type',
    ],
    [
      'in another charset',
      { headers: { 'content-type': 'application/json; charset=latin1' }, body: good },
      415,
      'unsupported-media-type',
    ],
    [
      'that is compressed',
      { headers: { ...json, 'content-encoding': 'gzip' }, body: good },
      415,
      'unsupported-media-type',
    ],
    [
      'that is too large',
      { headers: json, body: { ...good, body: 'x'.repeat(400_000) } },
      413,
      'content-too-large',
    ],
  ])('%s is refused', async (_case, sent, status, name) => {
    const response = await send('/posts', { method: 'POST', ...sent });
    expect(response.status).toBe(status);
    await problemOf(response, name);
  });

  test.each<[string, unknown, string[]]>([
    ['not an object', [], ['#']],
    ['null', null, ['#']],
    ['a text', '"x"', ['#']],
    ['empty', {}, ['#/title', '#/body']],
    ['without a title', { body: 'x' }, ['#/title']],
    ['with an empty title', { ...good, title: '' }, ['#/title']],
    ['with a blank title', { ...good, title: ' \u3000 ' }, ['#/title']],
    ['with a long title', { ...good, title: 'x'.repeat(201) }, ['#/title']],
    ['with a title of two lines', { ...good, title: 'a\nb' }, ['#/title']],
    ['with a title with a control character', { ...good, title: 'a\u0007' }, ['#/title']],
    ['with half of a surrogate pair', '{"title":"\\ud83d","body":"x"}', ['#/title']],
    ['with a title that is a number', { ...good, title: 1 }, ['#/title']],
    ['with an empty body', { ...good, body: '' }, ['#/body']],
    ['with a body of a byte too many', { ...good, body: 'é'.repeat(51_201) }, ['#/body']],
    ['with a NUL', { ...good, body: 'a\u0000b' }, ['#/body']],
    ['with a C1 control character', { ...good, body: 'a\u0085b' }, ['#/body']],
    ['with a lone carriage return', { ...good, body: 'a\rb' }, ['#/body']],
    ['with unknown fields', { ...good, 'a/b': 1, authorId: 'bob' }, ['#/a~1b', '#/authorId']],
    ['with a prototype', `{"title":"x","body":"x","__proto__":{"x":1}}`, ['#/__proto__']],
  ])('of a post that is %s is explained', async (_case, body, pointers) => {
    const response = await send('/posts', { method: 'POST', headers: json, body });
    expect(response.status).toBe(422);
    const { errors } = await problemOf(response, 'invalid-content');
    expect(errors?.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(errors?.every(({ detail }) => detail !== '')).toBe(true);
  });

  test.each<[string, unknown]>([
    ['empty', { body: '' }],
    ['too long', { body: 'x'.repeat(5_001) }],
    ['not a text', { body: ['x'] }],
    ['with an unknown field', { body: 'x', parent: 'y' }],
  ])('of a comment that is %s is explained', async (_case, body) => {
    const path = `/posts/${postId}/comments`;
    const created = await send(path, { method: 'POST', headers: json, body });
    expect(created.status).toBe(422);
    const changed = await send(`${path}/${commentId}`, { method: 'PATCH', headers: json, body });
    expect(changed.status).toBe(422);
    await problemOf(changed, 'invalid-content');
  });

  test('of the greatest lengths is accepted', async () => {
    const title = '😀'.repeat(200);
    const { post } = await alice.api.posts.create({ title, body: 'é'.repeat(51_200) });
    expect(post.title).toBe(title);
    const comment = await alice.api.comments.create(postId, { body: '😀'.repeat(5_000) });
    expect(comment.body).toHaveLength(10_000);
  });

  test('that changes nothing is explained', async () => {
    const response = await send(`/posts/${postId}`, {
      method: 'PATCH',
      headers: { ...json, 'if-match': '*' },
      body: {},
    });
    expect(response.status).toBe(422);
    expect((await problemOf(response, 'invalid-content')).errors).toMatchObject([{ pointer: '#' }]);
  });
});

describe('a query', () => {
  test.each([
    ['limit=0', ['limit']],
    ['limit=101', ['limit']],
    ['limit=-1', ['limit']],
    ['limit=1.5', ['limit']],
    ['limit=1e1', ['limit']],
    ['limit=', ['limit']],
    ['limit=1&limit=2', ['limit']],
    ['cursor=', ['cursor']],
    ['cursor=nonsense', ['cursor']],
    ['cursor=WzEsInBvc3RzIiwiMDAiXQ', ['cursor']],
    ['authorId=', ['authorId']],
    ['limt=5', ['limt']],
  ])('?%s is explained', async (query, parameters) => {
    const response = await send(`/posts?${query}`);
    expect(response.status).toBe(400);
    const { errors } = await problemOf(response, 'malformed-request');
    expect(errors?.map(({ parameter }) => parameter)).toEqual(parameters);
  });

  test('with the cursor of another list is explained', async () => {
    await alice.api.comments.create(postId, { body: 'Another comment' });
    const { nextCursor = '' } = await alice.api.comments.list(postId, { limit: 1 });
    for (const path of ['/posts', '/me/favorites', `/posts/${postId}/comments?order=newest`]) {
      const url = `${path}${path.includes('?') ? '&' : '?'}cursor=${nextCursor}`;
      expect([path, (await send(url)).status]).toEqual([path, 400]);
    }
  });

  test('with an unknown order is explained', async () => {
    expect((await send(`/posts/${postId}/comments?order=best`)).status).toBe(400);
  });
});

describe('a path', () => {
  test.each([
    ['GET', '/posts/x'],
    ['GET', `/posts/${nowhere}`],
    ['GET', `/posts/${nowhere.replace('0', '8')}`],
    ['GET', `/posts/${nowhere}/comments`],
    ['GET', `/posts/${nowhere}/comments/${nowhere}`],
    ['PUT', `/posts/${nowhere}/favorite`],
    ['PUT', '/posts/x/favorite'],
    ['GET', '/'.repeat(2)],
    ['GET', '/me'],
  ])('%s %s does not exist', async (method, path) => {
    const response = await fetch(`${target.HttpApiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${alice.token}` },
    });
    expect(response.status).toBe(404);
    await problemOf(response, 'not-found');
  });

  test('lists its methods', async () => {
    const response = await send('/me/favorites', { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    await problemOf(response, 'method-not-allowed');
  });
});

describe('a token', () => {
  const [header = '', payload = ''] = signInTokenParts();

  test.each([
    ['is missing', undefined],
    ['is empty', 'Bearer '],
    ['is of another scheme', 'Basic YTpi'],
    ['is not a token', 'Bearer x'],
    ['is for another project', `Bearer ${forged({ aud: 'other' })}`],
    ['has expired', `Bearer ${forged({ exp: 1 })}`],
    ['has no subject', `Bearer ${forged({ sub: '' })}`],
    [
      'claims a signature and has none',
      `Bearer ${encoded({ alg: 'RS256', kid: 'x' })}.${payload}.`,
    ],
    ['has a made-up signature', `Bearer ${header}.${payload}.AAAA`],
  ])('that %s is refused', async (_case, authorization) => {
    const response = await fetch(new URL('/me/favorites', target.HttpApiUrl), {
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
    await problemOf(response, 'unauthenticated');
  });

  function signInTokenParts(): string[] {
    return [encoded({ alg: 'none', typ: 'JWT' }), encoded(claims({}))];
  }
});

describe('If-Match', () => {
  test.each<[string | undefined, number, ProblemName]>([
    [undefined, 428, 'precondition-required'],
    ['1-0', 400, 'malformed-request'],
    ['"1-0', 400, 'malformed-request'],
    ['W/"1-0"', 412, 'version-conflict'],
    ['"nonsense"', 412, 'version-conflict'],
    ['"9-0"', 412, 'version-conflict'],
    ['"8-0", "9-0"', 412, 'version-conflict'],
  ])('of %j gets %s', async (ifMatch, status, name) => {
    const headers = { ...json, ...(ifMatch !== undefined && { 'if-match': ifMatch }) };
    const changed = await send(`/posts/${postId}`, { method: 'PATCH', headers, body: good });
    expect(changed.status).toBe(status);
    await problemOf(changed, name);
    const deleted = await send(`/posts/${postId}`, { method: 'DELETE', headers });
    expect(deleted.status).toBe(status);
  });

  test('accepts a list, and a tag of a compressed response', async () => {
    const { post } = await alice.api.posts.create(good);
    const path = `/posts/${post.postId}`;
    const patch = async (ifMatch: string) =>
      (await send(path, { method: 'PATCH', headers: { ...json, 'if-match': ifMatch }, body: good }))
        .status;
    expect(await patch('"7-0", "1-0"')).toBe(200);
    expect(await patch('"2-4-br"')).toBe(200);
  });
});

test.each(['', ' ', 'é', 'x'.repeat(256)])('Idempotency-Key %j is refused', async (key) => {
  const headers = { ...json, 'idempotency-key': key };
  const response = await send('/posts', { method: 'POST', headers, body: good });
  // A proxy may have removed an empty header.
  expect(key.trim() === '' ? [201, 400] : [400]).toContain(response.status);
});

function claims(overrides: object): object {
  const now = Math.floor(Date.now() / 1000);
  const project = process.env.FIREBASE_PROJECT_ID ?? 'demo-blogapp';
  return {
    iss: `https://securetoken.google.com/${project}`,
    aud: project,
    sub: 'mallory',
    auth_time: now,
    iat: now,
    exp: now + 60,
    ...overrides,
  };
}

function forged(overrides: object): string {
  return `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims(overrides))}.`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
