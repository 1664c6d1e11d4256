import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { PostsRepository } from '../contract.ts';
import { NotFoundError } from '../errors.ts';
import { createPostsRepository } from '../posts/index.ts';
import { startLocalTables, type LocalTables, type TestTables } from '../testing/local-tables.ts';
import { createFavoritesRepository } from './repository.ts';

describe('favorites', () => {
  let local: LocalTables;
  let tables: TestTables;
  let posts: PostsRepository;

  beforeAll(async () => {
    local = await startLocalTables();
  });
  afterAll(() => local.close());
  beforeEach(async () => {
    tables = await local.create();
    posts = createPostsRepository(tables);
  });

  const favorites = () => createFavoritesRepository(tables);
  const newPost = async (title = 'Hello'): Promise<string> =>
    (await posts.create({ authorId: 'alice', title, body: 'b', correlationId: 'r' })).postId;
  const countOf = async (postId: string): Promise<number> =>
    (await posts.getSummary(postId)).favoriteCount;

  it('counts a favorite once, however often it is marked or unmarked', async () => {
    const postId = await newPost();
    expect(await favorites().put('bob', postId)).toBe(true);
    expect(await favorites().put('bob', postId)).toBe(false);
    expect(await countOf(postId)).toBe(1);
    expect(await favorites().has('bob', postId)).toBe(true);
    expect(await favorites().delete('bob', postId)).toBe(true);
    expect(await favorites().delete('bob', postId)).toBe(false);
    expect(await countOf(postId)).toBe(0);
    expect(await favorites().has('bob', postId)).toBe(false);
  });

  it('counts exactly when 20 users mark a post at once, each twice', async () => {
    const postId = await newPost();
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const put = () => Promise.all(users.map((user) => favorites().put(user, postId)));
    const changed = (await Promise.all([put(), put()])).flat();
    expect(changed.filter(Boolean)).toHaveLength(20);
    expect(await countOf(postId)).toBe(20);
    await Promise.all(users.slice(5).map((user) => favorites().delete(user, postId)));
    expect(await countOf(postId)).toBe(5);
  });

  it('does not change version and body of the post', async () => {
    const postId = await newPost();
    const before = await posts.get(postId);
    await favorites().put('bob', postId);
    expect(await posts.get(postId)).toEqual({ ...before, favoriteCount: 1, countsVersion: 1 });
  });

  it('refuses a post that is not there, and writes nothing', async () => {
    const postId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    await expect(favorites().put('bob', postId)).rejects.toThrow(NotFoundError);
    await expect(favorites().put('bob', 'months')).rejects.toThrow(NotFoundError);
    expect(await favorites().has('bob', postId)).toBe(false);
    expect(await favorites().delete('bob', postId)).toBe(false);
    const { Item: post } = await tables.client.send(
      new GetCommand({ TableName: tables.postsTable, Key: { postId } }),
    );
    expect(post).toBeUndefined();
  });

  it('unmarks a post that was deleted meanwhile', async () => {
    const postId = await newPost();
    await favorites().put('bob', postId);
    await posts.delete({ postId, callerId: 'alice', expectedVersion: 1 });
    expect(await favorites().delete('bob', postId)).toBe(true);
    expect(await favorites().has('bob', postId)).toBe(false);
  });

  it("lists a user's favorites, newest post first, and leaves deleted posts out", async () => {
    const ids: string[] = [];
    for (const title of ['a', 'b', 'c', 'd', 'e']) ids.push(await newPost(title));
    for (const postId of ids) await favorites().put('bob', postId);
    await favorites().put('carol', ids[0] ?? '');
    for (const postId of ids.slice(3)) {
      await posts.delete({ postId, callerId: 'alice', expectedVersion: 1 });
    }
    const first = await favorites().list('bob', { limit: 2 });
    expect(first.items.map(({ post }) => post.title)).toEqual(['c', 'b']);
    expect(first.items[0]).toEqual({
      post: await posts.getSummary(ids[2] ?? ''),
      favoritedAt: expect.stringMatching(/Z$/),
    });
    const cursor = first.nextCursor ?? '';
    const second = await favorites().list('bob', { limit: 2, cursor });
    expect(second.items.map(({ post }) => post.title)).toEqual(['a']);
    expect(second.nextCursor).toBeUndefined();
  });
});
