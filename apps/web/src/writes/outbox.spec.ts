/** @jest-environment node */
import { ApiProblemError, createApiClient, type ApiClient } from '@blogapp/api-client';
import { PROBLEM_TYPE_BASE, PROBLEM_TYPES, type ProblemName } from '@blogapp/shared-types/rest';
import { memoryStore } from '../testing/memory-store.ts';
import { REPEATABLE_MS } from './limits.ts';
import { Outbox } from './outbox.ts';
import type { Operation } from './pending-write.ts';
import { sendWrite } from './send.ts';

const POST = '01KAR6M0G0A1B2C3D4E5F6G7H8';
const COMMENT = '01KAR6PVZ0Z9Y8X7W6V5T4S3R2';

function problem(name: ProblemName, retryAfterSeconds?: number): ApiProblemError {
  const { status, title } = PROBLEM_TYPES[name];
  return new ApiProblemError(
    {
      type: `${PROBLEM_TYPE_BASE}${name}`,
      ...{ title, status, detail: 'The body has 1 fault', instance: '/', correlationId: 'id' },
      ...(name === 'invalid-content' && { errors: [{ pointer: '#/body', detail: 'is empty' }] }),
    },
    retryAfterSeconds,
  );
}

interface Seen {
  readonly line: string;
  readonly key: string | null;
}

type Outcome = ApiProblemError | 'done' | 'lost' | 'no network';

/**
 * The API behind a network with faults: each request has the next outcome. With `lost`, the request
 * is done and its response is lost. A creation with a known key gets the first one's response.
 */
class Api {
  readonly requests: Seen[] = [];
  readonly comments = new Map<string, string>();
  outcomes: Outcome[] = [];
  post = { title: 'Old', body: 'Old', version: 1 };

  readonly client: ApiClient = createApiClient({
    baseUrl: 'http://api',
    token: 'token',
    fetch: async (url, init) => {
      const request = new Request(url, init);
      const path = new URL(request.url).pathname;
      const { method, headers } = request;
      this.requests.push({ line: `${method} ${path}`, key: headers.get('idempotency-key') });
      const outcome = this.outcomes.shift() ?? 'done';
      if (outcome === 'no network') throw new TypeError('fetch failed');
      if (outcome instanceof ApiProblemError) return this.#problem(outcome);
      const response = this.#respond(method, path, headers, await request.text());
      if (outcome === 'lost') throw new TypeError('the connection was reset');
      return response;
    },
  });

  #problem(error: ApiProblemError): Response {
    const { retryAfterSeconds, problem: body } = error;
    const headers = retryAfterSeconds && { 'retry-after': String(retryAfterSeconds) };
    return Response.json(body, { status: error.status, ...(headers && { headers }) });
  }

  #respond(method: string, path: string, headers: Headers, body: string): Response {
    const createdAt = '2026-11-23T08:00:00.000Z';
    if (path.endsWith('/favorite')) return new Response(null, { status: 204 });
    if (path.includes('/comments')) {
      const key = headers.get('idempotency-key') ?? path;
      if (method === 'DELETE') {
        if (this.comments.delete(COMMENT)) return new Response(null, { status: 204 });
        return this.#problem(problem('not-found'));
      }
      const { body: text } = JSON.parse(body) as { body: string };
      this.comments.set(key, this.comments.get(key) ?? text);
      return Response.json({
        ...{ postId: POST, commentId: COMMENT, authorId: 'alice', changeId: COMMENT, createdAt },
        body: this.comments.get(key),
      });
    }
    if (method === 'PATCH') {
      if (headers.get('if-match') !== `"${this.post.version}-0"`) {
        return this.#problem(problem('version-conflict'));
      }
      this.post = { ...this.post, ...JSON.parse(body), version: this.post.version + 1 };
    }
    const post = {
      ...{ postId: POST, authorId: 'alice', excerpt: '', createdAt, ...this.post },
      ...{ commentCount: 0, favoriteCount: 0, countsVersion: 0 },
    };
    return Response.json(post, { headers: { etag: `"${this.post.version}-0"` } });
  }
}

/** An outbox of a page; the test controls its clock, its network and who is signed in. */
function setUp(api = new Api(), store = memoryStore()) {
  const world = { userId: 'alice' as string | undefined, isOnline: true, now: 1_000 };
  const timers: { readonly action: () => void; readonly afterMs: number }[] = [];
  let ids = 0;
  const outbox = new Outbox({
    store,
    send: (write) => sendWrite(api.client, write),
    userId: () => world.userId,
    isOnline: () => world.isOnline,
    exclusively: (action) => action(),
    schedule: (action, afterMs) => {
      const timer = { action, afterMs };
      timers.push(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
    now: () => world.now,
    newId: () => `key-${(ids += 1)}`,
  });
  return { api, store, outbox, world, timers };
}

const comment = (body: string): Operation => ({ kind: 'comment.create', postId: POST, body });
const heart = (isFavorite: boolean): Operation => ({ kind: 'favorite', postId: POST, isFavorite });

test('is shown at once, sent in order, and removed with the response', async () => {
  const { outbox, api } = setUp();
  const results: unknown[] = [];
  outbox.onResult((write, { comment: created }) => results.push([write.id, created?.body]));
  outbox.add(comment('one'));
  outbox.add(comment('two'));
  expect(outbox.writes.map(({ operation }) => operation)).toEqual([comment('one'), comment('two')]);
  await outbox.flush();
  expect(results).toEqual([
    ['key-1', 'one'],
    ['key-2', 'two'],
  ]);
  expect(outbox.writes).toEqual([]);
  expect(api.requests).toHaveLength(2);
});

test('a comment whose response is lost is sent again with its key, so that it exists once', async () => {
  const { outbox, api, timers } = setUp();
  api.outcomes = ['lost', 'no network', problem('unavailable', 7)];
  outbox.add(comment('hello'));
  await outbox.flush();
  timers.pop()?.action();
  await outbox.flush();
  timers.pop()?.action();
  await outbox.flush();
  const timer = timers.pop();
  expect(timer?.afterMs).toBe(7_000);
  timer?.action();
  await outbox.flush();
  expect(api.requests.map(({ key }) => key)).toEqual(['key-1', 'key-1', 'key-1', 'key-1']);
  expect([...api.comments]).toEqual([['key-1', 'hello']]);
  expect(outbox.writes).toEqual([]);
});

test('is kept with the same key when the page is reloaded during a try', async () => {
  const before = setUp();
  before.api.outcomes = ['lost'];
  before.outbox.add(comment('hello'));
  await before.outbox.flush();
  const after = setUp(before.api, before.store);
  expect(after.outbox.writes).toMatchObject([{ id: 'key-1', tries: 1 }]);
  await after.outbox.flush();
  expect([...after.api.comments]).toEqual([['key-1', 'hello']]);
  expect(after.outbox.writes).toEqual([]);
});

test('waits for the network, and is then sent once', async () => {
  const { outbox, api, world } = setUp();
  world.isOnline = false;
  outbox.add(comment('hello'));
  await outbox.flush();
  expect(api.requests).toEqual([]);
  world.isOnline = true;
  await Promise.all([outbox.flush(), outbox.flush()]);
  expect(api.requests).toHaveLength(1);
});

test('is refused with the reason of the API, and the next one is sent', async () => {
  const { outbox, api } = setUp();
  api.outcomes = [problem('invalid-content')];
  outbox.add(comment('\u200b'));
  outbox.add(comment('two'));
  await outbox.flush();
  expect(outbox.writes).toMatchObject([
    {
      id: 'key-1',
      refusal: {
        reason: 'The body does not say what it must: body is empty.',
        isConflict: false,
      },
    },
  ]);
  expect([...api.comments.values()]).toEqual(['two']);
  outbox.retry('key-1');
  await outbox.flush();
  expect(api.requests.at(-1)?.key).toBe('key-3');
});

test('waits after a 401 until its author has signed in again', async () => {
  const { outbox, api, world } = setUp();
  api.outcomes = [problem('unauthenticated')];
  outbox.add(comment('hello'));
  await outbox.flush();
  world.userId = undefined;
  await outbox.flush();
  world.userId = 'bob';
  await outbox.flush();
  expect(api.requests).toHaveLength(1);
  expect(outbox.writes).toMatchObject([{ userId: 'alice', operation: comment('hello') }]);
  world.userId = 'alice';
  await outbox.flush();
  expect([...api.comments.values()]).toEqual(['hello']);
});

test('accepts no write while nobody is signed in', () => {
  const { outbox, world } = setUp();
  world.userId = undefined;
  expect(() => outbox.add(comment('hello'))).toThrow('nobody is signed in');
});

test('a deletion and a change that were done do not count as refused when their responses are lost', async () => {
  const { outbox, api, timers } = setUp();
  api.comments.set(COMMENT, 'hello');
  api.outcomes = ['lost'];
  outbox.add({ kind: 'comment.delete', postId: POST, commentId: COMMENT });
  await outbox.flush();
  timers.pop()?.action();
  await outbox.flush();
  expect([...outbox.deletedComments]).toEqual([COMMENT]);
  api.outcomes = ['lost'];
  outbox.add({ kind: 'post.update', postId: POST, title: 'New', body: 'e\u0301', etag: '"1-0"' });
  api.post = { ...api.post, body: 'é' };
  await outbox.flush();
  api.post = { ...api.post, body: 'é' };
  timers.pop()?.action();
  await outbox.flush();
  expect(outbox.writes).toEqual([]);
});

test('a change of another version is a conflict, also when it is repeated', async () => {
  const { outbox, api, timers } = setUp();
  api.post = { title: 'Theirs', body: 'Theirs', version: 2 };
  api.outcomes = ['no network'];
  outbox.add({ kind: 'post.update', postId: POST, title: 'Mine', body: 'Mine', etag: '"1-0"' });
  await outbox.flush();
  timers.pop()?.action();
  await outbox.flush();
  expect(outbox.writes).toMatchObject([{ refusal: { isConflict: true } }]);
  expect(api.post.title).toBe('Theirs');
});

test('sends only the last of several favorites, and of several edits that wait', async () => {
  const { outbox, api, world } = setUp();
  world.isOnline = false;
  for (const isFavorite of [true, false, true]) outbox.add(heart(isFavorite));
  const edit = { kind: 'comment.update', postId: POST, commentId: COMMENT } as const;
  outbox.add({ ...edit, body: 'a' });
  outbox.add({ ...edit, body: 'b' });
  world.isOnline = true;
  await outbox.flush();
  expect(api.requests.map(({ line }) => line)).toEqual([
    `PUT /posts/${POST}/favorite`,
    `PATCH /posts/${POST}/comments/${COMMENT}`,
  ]);
  expect([...api.comments.values()]).toEqual(['b']);
});

test('does not repeat a creation whose key the API no longer knows', async () => {
  const { outbox, api, world } = setUp();
  api.outcomes = ['lost'];
  outbox.add(comment('hello'));
  await outbox.flush();
  world.now += REPEATABLE_MS + 1;
  await outbox.flush();
  expect(api.requests).toHaveLength(1);
  expect(outbox.writes[0]?.refusal?.reason).toMatch(/Check whether it is there/);
});

test('discards writes that were refused or not tried, but never one that may be under way', async () => {
  const { outbox, api, world } = setUp();
  world.isOnline = false;
  const { id } = outbox.add(comment('never sent'));
  expect(outbox.discard(id)).toBe(true);
  world.isOnline = true;
  api.outcomes = ['lost'];
  const sent = outbox.add(comment('hello'));
  await outbox.flush();
  expect(outbox.discard(sent.id)).toBe(false);
  expect(outbox.writes).toHaveLength(1);
});
