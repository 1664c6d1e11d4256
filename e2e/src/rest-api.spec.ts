import { ApiProblemError, createApiClient, eachItem } from '@blogapp/api-client';
import type { ProblemName } from '@blogapp/shared-types/rest';
import { signIn } from './support/sign-in.ts';
import type { SignedIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';

const target = readTarget();
const anonymous = createApiClient({ baseUrl: target.HttpApiUrl });
const nowhere = '00000000000000000000000000';

let alice: SignedIn;
let bob: SignedIn;

beforeEach(async () => {
  [alice, bob] = await Promise.all([signIn(target, 'Alice'), signIn(target)]);
});

async function expectProblem(work: Promise<unknown>, name: ProblemName): Promise<void> {
  const error: unknown = await work.then(
    () => new Error('the request succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiProblemError)) throw error;
  expect(error.problem.type).toMatch(new RegExp(`/${name}$`));
}

describe('a post', () => {
  test('is written, read, changed and deleted by its author', async () => {
    const created = await alice.api.posts.create({
      title: ' e\u0301té ',
      body: '# Hi\r\n<b>x</b>',
    });
    expect(created).toMatchObject({
      etag: '"1-0"',
      post: {
        authorId: alice.userId,
        authorName: 'Alice',
        title: ' été ',
        body: '# Hi\n<b>x</b>',
        version: 1,
        commentCount: 0,
        favoriteCount: 0,
      },
    });
    const { postId } = created.post;
    expect(await anonymous.posts.get(postId)).toEqual(created);

    const changed = await alice.api.posts.update(postId, { title: 'Another' }, created.etag);
    expect(changed).toMatchObject({ etag: '"2-0"', post: { title: 'Another', version: 2 } });
    expect(await anonymous.posts.get(postId)).toEqual(changed);

    await alice.api.posts.delete(postId, changed.etag);
    await expectProblem(anonymous.posts.get(postId), 'not-found');
    await expectProblem(alice.api.posts.update(postId, { title: 'x' }, '*'), 'not-found');
  });

  test('can not be changed by another user', async () => {
    const { post, etag } = await alice.api.posts.create({ title: 'Mine', body: 'x' });
    await expectProblem(bob.api.posts.update(post.postId, { title: 'x' }, etag), 'forbidden');
    await expectProblem(bob.api.posts.delete(post.postId, '*'), 'forbidden');
    expect((await anonymous.posts.get(post.postId)).post).toEqual(post);
  });

  test('that changed meanwhile is not overwritten', async () => {
    const { post, etag } = await alice.api.posts.create({ title: 'One', body: 'x' });
    await alice.api.posts.update(post.postId, { title: 'Two' }, etag);
    const late = alice.api.posts.update(post.postId, { title: 'Three' }, etag);
    await expectProblem(late, 'version-conflict');
    await expectProblem(alice.api.posts.delete(post.postId, etag), 'version-conflict');
    expect((await anonymous.posts.get(post.postId)).post.title).toBe('Two');
  });

  test('that many users change at once is changed once', async () => {
    const { post, etag } = await alice.api.posts.create({ title: 'One', body: 'x' });
    const titles = Array.from({ length: 10 }, (_, index) => `Title ${index}`);
    const outcomes = await Promise.allSettled(
      titles.map((title) => alice.api.posts.update(post.postId, { title }, etag)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await anonymous.posts.get(post.postId)).post.version).toBe(2);
  });

  test('of the greatest size is stored unchanged, also under its idempotency key', async () => {
    const body = '"\\\n'.repeat(Math.floor((100 * 1024) / 3));
    const write = () => alice.api.posts.create({ title: 'Big', body }, { idempotencyKey: 'big' });
    const first = await write();
    expect(first.post.body).toBe(body);
    expect(await write()).toEqual(first);
    expect((await anonymous.posts.get(first.post.postId)).post.body).toBe(body);
  });
});

describe('a creation with an idempotency key', () => {
  test('happens once, and gets the same response again', async () => {
    const create = () =>
      alice.api.posts.create({ title: 'Once', body: 'x' }, { idempotencyKey: 'a key' });
    const first = await create();
    expect(await create()).toEqual(first);
    expect((await anonymous.posts.list({ authorId: alice.userId })).items).toHaveLength(1);
  });

  test('happens once when it is sent many times at once', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        alice.api.posts.create({ title: 'Once', body: 'x' }, { idempotencyKey: 'at once' }),
      ),
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        await expectProblem(Promise.reject(outcome.reason as Error), 'request-in-progress');
      }
    }
    expect((await anonymous.posts.list({ authorId: alice.userId })).items).toHaveLength(1);
  });

  test('is refused with another body, and is independent of another user’s same key', async () => {
    const options = { idempotencyKey: 'shared' };
    await alice.api.posts.create({ title: 'One', body: 'x' }, options);
    const other = alice.api.posts.create({ title: 'Two', body: 'x' }, options);
    await expectProblem(other, 'idempotency-key-reused');
    await bob.api.posts.create({ title: 'Two', body: 'x' }, options);
  });

  test('that failed can be tried again', async () => {
    const options = { idempotencyKey: 'again' };
    const failed = alice.api.comments.create(nowhere, { body: 'x' }, options);
    await expectProblem(failed, 'not-found');
    await expectProblem(alice.api.comments.create(nowhere, { body: 'x' }, options), 'not-found');
  });
});

describe('comments', () => {
  test('are written, read in both orders, changed and deleted', async () => {
    const { post } = await alice.api.posts.create({ title: 'A post', body: 'x' });
    const first = await bob.api.comments.create(post.postId, { body: 'first' });
    const second = await alice.api.comments.create(post.postId, { body: 'second' });
    expect((await anonymous.comments.list(post.postId)).items).toEqual([first, second]);
    const newest = await anonymous.comments.list(post.postId, { order: 'newest', limit: 1 });
    expect(newest.items).toEqual([second]);

    const changed = await bob.api.comments.update(post.postId, first.commentId, { body: 'fixed' });
    expect(changed).toMatchObject({ commentId: first.commentId, body: 'fixed' });
    expect(changed.changeId > first.changeId).toBe(true);
    expect(await anonymous.comments.get(post.postId, first.commentId)).toEqual(changed);

    await alice.api.comments.delete(post.postId, second.commentId);
    expect((await anonymous.comments.list(post.postId)).items).toEqual([changed]);
    await expectProblem(anonymous.comments.get(post.postId, second.commentId), 'not-found');
  });

  test('are deleted by their author and the post’s, and changed by their author', async () => {
    const carol = await signIn(target);
    const { post } = await alice.api.posts.create({ title: 'A post', body: 'x' });
    const { postId } = post;
    const { commentId } = await bob.api.comments.create(postId, { body: 'x' });
    const change = { body: 'y' };
    await expectProblem(carol.api.comments.update(postId, commentId, change), 'forbidden');
    await expectProblem(alice.api.comments.update(postId, commentId, change), 'forbidden');
    await expectProblem(carol.api.comments.delete(postId, commentId), 'forbidden');
    await alice.api.comments.delete(postId, commentId);
    await expectProblem(bob.api.comments.delete(postId, commentId), 'not-found');
  });

  test('of a post that does not exist are not found', async () => {
    await expectProblem(anonymous.comments.list(nowhere), 'not-found');
    await expectProblem(alice.api.comments.create(nowhere, { body: 'x' }), 'not-found');
  });
});

describe('favorites', () => {
  test('are marked and unmarked, and counted once', async () => {
    const { post } = await alice.api.posts.create({ title: 'A post', body: 'x' });
    const count = async () => (await anonymous.posts.get(post.postId)).post.favoriteCount;
    await Promise.all([bob.api.favorites.put(post.postId), bob.api.favorites.put(post.postId)]);
    await bob.api.favorites.put(post.postId);
    expect([await count(), await bob.api.favorites.has(post.postId)]).toEqual([1, true]);
    expect((await bob.api.favorites.list()).items).toMatchObject([
      { post: { postId: post.postId, favoriteCount: 1 } },
    ]);
    await bob.api.favorites.delete(post.postId);
    await bob.api.favorites.delete(post.postId);
    expect([await count(), await bob.api.favorites.has(post.postId)]).toEqual([0, false]);
    expect((await bob.api.favorites.list()).items).toEqual([]);
  });

  test('of 20 users at once are 20', async () => {
    const { post } = await alice.api.posts.create({ title: 'A post', body: 'x' });
    const users = await Promise.all(Array.from({ length: 20 }, () => signIn(target)));
    await Promise.all(users.map(({ api }) => api.favorites.put(post.postId)));
    expect((await anonymous.posts.get(post.postId)).post.favoriteCount).toBe(20);
  });

  test('exist only for posts that exist', async () => {
    await expectProblem(alice.api.favorites.put(nowhere), 'not-found');
  });
});

describe('lists', () => {
  test('give every item once, in order, page by page, while others are added and removed', async () => {
    const ids: string[] = [];
    const write = async (title: string) => {
      const { post } = await alice.api.posts.create({ title, body: 'x' });
      ids.unshift(post.postId);
      return post.postId;
    };
    for (let index = 0; index < 7; index += 1) await write(`Post ${index}`);
    const walked: string[] = [];
    let removed = '';
    const before = [...ids];
    const list = (page: { readonly cursor?: string }) =>
      anonymous.posts.list({ authorId: alice.userId, limit: 2, ...page });
    for await (const { postId } of eachItem(list)) {
      walked.push(postId);
      if (walked.length === 3) {
        await write('Later');
        removed = before[5] ?? '';
        await alice.api.posts.delete(removed, '*');
      }
    }
    expect(walked).toEqual(before.filter((postId) => postId !== removed));
  });

  test('the feed begins with the newest post', async () => {
    const { post } = await alice.api.posts.create({ title: 'The last one', body: 'x' });
    const { items } = await anonymous.posts.list({ limit: 100 });
    expect(items.map(({ postId }) => postId)).toContain(post.postId);
    const ids = items.map(({ postId }) => postId);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(items[0]).not.toHaveProperty('body');
  });
});

test('a user who writes too much is refused with the time to wait, and other users are not', async () => {
  const { post } = await bob.api.posts.create({ title: 'A post', body: 'x' });
  const writes = Array.from({ length: 120 }, () => alice.api.favorites.delete(post.postId));
  const refused = (await Promise.allSettled(writes)).flatMap((write) =>
    write.status === 'rejected' ? [write.reason as ApiProblemError] : [],
  );
  expect(refused.length).toBeGreaterThan(0);
  for (const error of refused) {
    expect(error.is('rate-limited')).toBe(true);
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
  }
  await bob.api.favorites.put(post.postId);
});
