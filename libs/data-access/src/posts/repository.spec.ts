import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { NotFoundError, NotOwnerError, VersionConflictError } from '../errors.ts';
import { monthOf, newId } from '../ids.ts';
import { startLocalTables, type LocalTables, type TestTables } from '../testing/local-tables.ts';
import { createPostsRepository } from './repository.ts';
import { createFavoritesRepository } from '../favorites/index.ts';
import { EXCERPT_LENGTH } from '../rows/index.ts';

const ALICE = { authorId: 'alice', authorName: 'Alice', correlationId: 'request-1' };

describe('posts', () => {
  let local: LocalTables;
  let tables: TestTables;

  beforeAll(async () => {
    local = await startLocalTables();
  });
  afterAll(() => local.close());
  beforeEach(async () => {
    tables = await local.create();
  });

  const posts = (now?: () => number) => createPostsRepository({ ...tables, ...(now && { now }) });

  it('creates a post and returns it complete', async () => {
    const body = 'é'.repeat(50_000);
    const created = await posts().create({ ...ALICE, title: 'Hello', body });
    expect(created).toEqual({
      postId: expect.stringMatching(/^[0-9A-Z]{26}$/),
      authorId: 'alice',
      authorName: 'Alice',
      title: 'Hello',
      excerpt: 'é'.repeat(EXCERPT_LENGTH),
      body,
      createdAt: expect.stringMatching(/Z$/),
      version: 1,
      commentCount: 0,
      favoriteCount: 0,
      countsVersion: 0,
    });
    expect(await posts().get(created.postId)).toEqual(created);
    const { body: _, ...summary } = created;
    expect(await posts().getSummary(created.postId)).toEqual(summary);
  });

  it('creates a post once under an id that is given twice', async () => {
    const postId = newId(Date.now());
    const first = await posts().create({ ...ALICE, postId, title: 'Once', body: 'one' });
    expect(await posts().create({ ...ALICE, postId, title: 'Twice', body: 'two' })).toEqual(first);
    await expect(
      posts().create({ postId, authorId: 'bob', title: 'x', body: 'x', correlationId: 'r' }),
    ).rejects.toThrow(NotOwnerError);
  });

  it('changes only the given fields, and counts versions', async () => {
    const post = await posts().create({ ...ALICE, title: 'One', body: 'one' });
    const change = { postId: post.postId, callerId: 'alice', correlationId: 'request-2' };
    const titled = await posts().update({ ...change, expectedVersion: 1, title: 'Two' });
    expect(titled).toMatchObject({ title: 'Two', body: 'one', excerpt: 'one', version: 2 });
    expect(await posts().get(post.postId)).toEqual(titled);
    const written = await posts().update({ ...change, expectedVersion: 2, body: 'two' });
    expect(written).toMatchObject({ title: 'Two', body: 'two', excerpt: 'two', version: 3 });
    expect(written.updatedAt).toMatch(/Z$/);
    expect(await posts().get(post.postId)).toEqual(written);
  });

  it('stores the trace of the latest edit for the consumer of the stream, and shows it to nobody', async () => {
    let trace: string | undefined = '1-6a5145a9-00000000000000000000000a';
    const traced = createPostsRepository({ ...tables, traceId: () => trace });
    const created = await traced.create({ ...ALICE, title: 'One', body: 'one' });
    const { postId } = created;
    const stored = async () => {
      const { Item: row } = await tables.client.send(
        new GetCommand({ TableName: tables.postsTable, Key: { postId } }),
      );
      return [row?.correlationId, row?.traceId] as unknown[];
    };
    expect(created).not.toHaveProperty('traceId');
    expect(await stored()).toEqual(['request-1', trace]);

    const change = { postId, callerId: 'alice', correlationId: 'request-2' };
    trace = '1-6a5145a9-00000000000000000000000b';
    const edited = await traced.update({ ...change, expectedVersion: 1, title: 'Two' });
    expect(edited).not.toHaveProperty('traceId');
    expect(await stored()).toEqual(['request-2', trace]);
    // A favorite comes from another request than the edit before, and so does an edit that is not
    // traced.
    await createFavoritesRepository(tables).put('bob', postId);
    expect(await stored()).toEqual([undefined, undefined]);
    await traced.update({ ...change, expectedVersion: 2, title: 'Three' });
    trace = undefined;
    await traced.update({ ...change, expectedVersion: 3, title: 'Four' });
    expect(await stored()).toEqual(['request-2', undefined]);
  });

  it('accepts one of two changes of the same version', async () => {
    const { postId } = await posts().create({ ...ALICE, title: 'One', body: 'one' });
    const change = { postId, callerId: 'alice', correlationId: 'r', expectedVersion: 1 };
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => posts().update({ ...change, body: `by ${index}` })),
    );
    const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const lost = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(won).toHaveLength(1);
    expect(lost.every((error) => error instanceof VersionConflictError)).toBe(true);
    expect(await posts().get(postId)).toEqual(won[0]);
  });

  it.each([
    ['a post that is not there', { postId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }, NotFoundError],
    ['a text that is not an id', { postId: 'months' }, NotFoundError],
    ["somebody else's post", { callerId: 'bob' }, NotOwnerError],
    [
      "somebody else's post at another version",
      { callerId: 'bob', expectedVersion: 7 },
      NotOwnerError,
    ],
    ['another version', { expectedVersion: 2 }, VersionConflictError],
  ])('refuses to change or delete %s', async (_, difference, expected) => {
    const { postId } = await posts().create({ ...ALICE, title: 'One', body: 'one' });
    const asked = { postId, callerId: 'alice', expectedVersion: 1, ...difference };
    await expect(posts().update({ ...asked, title: 'x', correlationId: 'r' })).rejects.toThrow(
      expected,
    );
    await expect(posts().delete(asked)).rejects.toThrow(expected);
    expect(await posts().get(postId)).toMatchObject({ version: 1, title: 'One' });
  });

  it('deletes a post and its body', async () => {
    const { postId } = await posts().create({ ...ALICE, title: 'One', body: 'one' });
    await posts().delete({ postId, callerId: 'alice', expectedVersion: 1 });
    await expect(posts().get(postId)).rejects.toThrow(NotFoundError);
    await expect(posts().getSummary(postId)).rejects.toThrow(NotFoundError);
    expect((await posts().listNewest({ limit: 10 })).items).toEqual([]);
  });

  it('keeps bodies out of the indexes', async () => {
    await posts().create({ ...ALICE, title: 'One', body: 'x'.repeat(100_000) });
    const { ScannedCount: rows, Items: items } = await tables.client.send(
      new QueryCommand({
        TableName: tables.postsTable,
        IndexName: 'byAuthor',
        KeyConditionExpression: 'authorId = :alice',
        ExpressionAttributeValues: { ':alice': 'alice' },
      }),
    );
    expect(rows).toBe(1);
    expect(JSON.stringify(items).length).toBeLessThan(1_000);
  });

  it('reads the feed across years without posts in few requests', async () => {
    const at = (iso: string) => ulid(Date.parse(iso));
    const ids = [
      at('2026-11-20T00:00:00Z'),
      at('2026-11-01T00:00:00Z'),
      at('2026-10-31T23:59:59.999Z'),
      at('2019-02-28T12:00:00Z'),
      at('2010-01-01T00:00:00Z'),
    ];
    const repository = posts(() => Date.parse('2026-11-23T00:00:00Z'));
    for (const postId of ids) {
      await repository.create({ ...ALICE, postId, title: monthOf(postId), body: 'b' });
    }
    let reads = 0;
    tables.client.middlewareStack.add(
      (next) => (args) => {
        reads += 1;
        return next(args);
      },
      { step: 'initialize', name: 'count' },
    );
    const seen: string[] = [];
    for (let cursor: string | undefined, number = 0; number < 5; number += 1) {
      const page = await repository.listNewest({ limit: 1, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ postId }) => postId));
      cursor = page.nextCursor;
      expect(cursor === undefined).toBe(number === 4);
    }
    expect(seen).toEqual(ids);
    expect(reads).toBeLessThan(20);
  });
});
