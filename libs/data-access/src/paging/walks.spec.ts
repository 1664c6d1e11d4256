import fc from 'fast-check';
import { ulid } from 'ulid';
import type { Page, PageRequest } from '../contract.ts';
import { InvalidCursorError } from '../errors.ts';
import { createCommentsRepository } from '../comments/index.ts';
import { createFavoritesRepository } from '../favorites/index.ts';
import { createPostsRepository } from '../posts/index.ts';
import { startLocalTables, type LocalTables, type TestTables } from '../testing/local-tables.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const DAY_MS = 86_400_000;

/** A list under test: how it is walked, and how it changes meanwhile. */
interface List {
  readonly newestFirst: boolean;
  page(request: PageRequest): Promise<Page<string>>;
  /** Adds the item with this id. */
  add(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

describe('cursors', () => {
  let local: LocalTables;
  beforeAll(async () => {
    local = await startLocalTables();
  });
  afterAll(() => local.close());

  const lists: Readonly<Record<string, (tables: TestTables) => Promise<List>>> = {
    'the feed': (tables) => Promise.resolve(postList(tables)),
    "an author's posts": (tables) =>
      Promise.resolve({
        ...postList(tables),
        page: async (request) =>
          idsOf(await postsOf(tables).listByAuthor('alice', request), ({ postId }) => postId),
      }),
    "a post's comments, oldest first": (tables) => commentList(tables, 'oldest'),
    "a post's comments, newest first": (tables) => commentList(tables, 'newest'),
    "a user's favorites": (tables) => {
      const favorites = createFavoritesRepository(tables);
      const posts = postList(tables);
      return Promise.resolve({
        newestFirst: true,
        page: async (request) =>
          idsOf(await favorites.list('bob', request), ({ post }) => post.postId),
        async add(id) {
          await posts.add(id);
          await favorites.put('bob', id);
        },
        // A favorite can disappear in two ways; both are used in turn.
        async remove(id) {
          if (id < ulid(NOW - 200 * DAY_MS)) await posts.remove(id);
          else await favorites.delete('bob', id);
        },
      });
    },
  };

  const postsOf = (tables: TestTables) => createPostsRepository({ ...tables, now: () => NOW });

  function postList(tables: TestTables): List {
    const posts = postsOf(tables);
    return {
      newestFirst: true,
      page: async (request) => idsOf(await posts.listNewest(request), ({ postId }) => postId),
      async add(postId) {
        await posts.create({
          postId,
          authorId: 'alice',
          title: 't',
          body: 'b',
          correlationId: 'r',
        });
      },
      remove: (postId) => posts.delete({ postId, callerId: 'alice', expectedVersion: 1 }),
    };
  }

  async function commentList(tables: TestTables, order: 'oldest' | 'newest'): Promise<List> {
    const post = { authorId: 'alice', title: 't', body: 'b', correlationId: 'r' };
    const { postId } = await postsOf(tables).create(post);
    const comments = createCommentsRepository(tables);
    const by = { postId, correlationId: 'r' };
    return {
      newestFirst: order === 'newest',
      page: async (request) =>
        idsOf(await comments.listByPost(postId, { ...request, order }), (each) => each.commentId),
      async add(commentId) {
        await comments.create({ ...by, commentId, authorId: 'bob', body: 'x' });
      },
      remove: (commentId) => comments.delete({ ...by, commentId, callerId: 'bob' }),
    };
  }

  it.each(Object.keys(lists))(
    'walk %s: every item once and in order, while others are added and removed',
    async (name) => {
      const daysAgo = fc.integer({ min: 0, max: 400 });
      await fc.assert(
        fc.asyncProperty(
          fc.array(daysAgo, { maxLength: 14 }),
          fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
          fc.array(fc.record({ add: fc.option(daysAgo), remove: fc.option(fc.nat()) }), {
            maxLength: 6,
          }),
          async (days, limits, changes) => {
            const list = await (lists[name] ?? notThere)(await local.create());
            const idAt = (day: number) => ulid(NOW - day * DAY_MS);
            const before = days.map(idAt);
            for (const id of before) await list.add(id);

            const seen: string[] = [];
            const removed = new Set<string>();
            const added = new Set<string>();
            let cursor: string | undefined;
            for (let turn = 0; turn === 0 || cursor !== undefined; turn += 1) {
              const limit = limits[turn % limits.length] ?? 1;
              const page: Page<string> = await list.page({ limit, ...(cursor && { cursor }) });
              expect(page.items.length).toBeLessThanOrEqual(limit);
              if (page.nextCursor !== undefined) expect(page.items).toHaveLength(limit);
              seen.push(...page.items);
              cursor = page.nextCursor;

              const { add = null, remove = null } = changes[turn] ?? {};
              if (add !== null) {
                const id = idAt(add);
                added.add(id);
                await list.add(id);
              }
              const leaving = remove === null ? undefined : before[remove % (before.length || 1)];
              if (leaving !== undefined && !removed.has(leaving)) {
                removed.add(leaving);
                await list.remove(leaving);
              }
            }

            const ordered = seen.toSorted();
            expect(seen).toEqual(list.newestFirst ? ordered.reverse() : ordered);
            expect(new Set(seen).size).toBe(seen.length);
            expect(seen).toEqual(expect.arrayContaining(before.filter((id) => !removed.has(id))));
            for (const id of seen) expect(added.has(id) || before.includes(id)).toBe(true);
          },
        ),
        { numRuns: 8 },
      );
    },
  );

  it('are refused by every list but their own', async () => {
    const tables = await local.create();
    const posts = postsOf(tables);
    const list = postList(tables);
    for (const day of [1, 2, 3]) await list.add(ulid(NOW - day * DAY_MS));
    const { nextCursor: cursor = '' } = await list.page({ limit: 1 });
    const request = { limit: 1, cursor };
    expect((await posts.listNewest(request)).items).toHaveLength(1);
    const refused = [
      posts.listByAuthor('alice', request),
      createFavoritesRepository(tables).list('alice', request),
      createCommentsRepository(tables).listByPost(ulid(), { ...request, order: 'oldest' }),
    ];
    for (const list of refused) await expect(list).rejects.toThrow(InvalidCursorError);
    const { nextCursor = '' } = await posts.listByAuthor('alice', { limit: 1 });
    await expect(posts.listByAuthor('bob', { limit: 1, cursor: nextCursor })).rejects.toThrow(
      InvalidCursorError,
    );
  });

  it('are refused when anything about them was changed, and never crash a list', async () => {
    const posts = postsOf(await local.create());
    const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const id = ulid(NOW);
    const good = json([1, 'posts', id]);
    await posts.listNewest({ limit: 1, cursor: good });
    const bad = fc.oneof(
      fc.string(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
      fc.constantFrom(
        ...['', `${good}=`, `${good}AA`, ` ${good}`, json([2, 'posts', id])],
        ...[json([1, 'posts', id, 1]), json([1, 'posts', id.toLowerCase()]), json({ 2: id })],
        ...[
          json([1, 'posts', 'months']),
          Buffer.from(`[1, "posts","${id}"]`).toString('base64url'),
        ],
      ),
    );
    await fc.assert(
      fc.asyncProperty(bad, async (cursor) => {
        await expect(posts.listNewest({ limit: 1, cursor })).rejects.toThrow(InvalidCursorError);
      }),
    );
  });
});

function idsOf<T>({ items, nextCursor }: Page<T>, idOf: (item: T) => string): Page<string> {
  return { items: items.map(idOf), ...(nextCursor !== undefined && { nextCursor }) };
}

function notThere(): never {
  throw new Error('no such list');
}
