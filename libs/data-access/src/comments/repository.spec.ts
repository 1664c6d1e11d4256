import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { NotFoundError, NotOwnerError } from '../errors.ts';
import { newId, timeOf } from '../ids.ts';
import { startLocalTables, type LocalTables, type TestTables } from '../testing/local-tables.ts';
import { createCommentsRepository } from './repository.ts';
import { createPostsRepository } from '../posts/index.ts';
import { TOMBSTONE_LIFE_MS } from '../rows/index.ts';

const NOBODY = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

describe('comments', () => {
  let local: LocalTables;
  let tables: TestTables;
  let postId: string;

  beforeAll(async () => {
    local = await startLocalTables();
  });
  afterAll(() => local.close());
  beforeEach(async () => {
    tables = await local.create();
    const post = { authorId: 'alice', title: 'Hello', body: 'World', correlationId: 'r' };
    ({ postId } = await createPostsRepository(tables).create(post));
  });

  const comments = (now?: () => number) =>
    createCommentsRepository({ ...tables, ...(now && { now }) });
  const byBob = () => ({ postId, authorId: 'bob', authorName: 'Bob', correlationId: 'r' });

  async function rows(): Promise<NonNullable<QueryCommandOutput['Items']>> {
    const { Items: items = [] } = await tables.client.send(
      new QueryCommand({
        TableName: tables.commentsTable,
        KeyConditionExpression: 'postId = :post',
        ExpressionAttributeValues: { ':post': postId },
        ConsistentRead: true,
      }),
    );
    return items;
  }

  it('creates a comment and returns it', async () => {
    const created = await comments().create({ ...byBob(), body: 'First' });
    expect(created).toEqual({
      postId,
      commentId: expect.stringMatching(/^[0-9A-Z]{26}$/),
      changeId: created.commentId,
      authorId: 'bob',
      authorName: 'Bob',
      body: 'First',
      createdAt: new Date(timeOf(created.commentId)).toISOString(),
    });
    expect(await comments().get(postId, created.commentId)).toEqual(created);
  });

  it('stores the trace of the latest change for the consumer of the stream, and shows it to nobody', async () => {
    let trace: string | undefined = '1-6a5145a9-00000000000000000000000a';
    const traced = createCommentsRepository({ ...tables, traceId: () => trace });
    const stored = async () => (await rows())[0]?.traceId as unknown;

    const { commentId, ...created } = await traced.create({ ...byBob(), body: 'First' });
    expect(created).not.toHaveProperty('traceId');
    expect(await stored()).toBe(trace);
    const change = { postId, commentId, callerId: 'bob', correlationId: 'r2' };
    trace = '1-6a5145a9-00000000000000000000000b';
    expect(await traced.update({ ...change, body: 'Second' })).not.toHaveProperty('traceId');
    expect(await stored()).toBe(trace);
    // A change that is not traced removes the trace of the change before.
    trace = undefined;
    await traced.update({ ...change, body: 'Third' });
    expect(await stored()).toBeUndefined();
    trace = '1-6a5145a9-00000000000000000000000c';
    await traced.delete(change);
    expect(await stored()).toBe(trace);
  });

  it('refuses a comment on a post that is not there', async () => {
    const creating = comments().create({ ...byBob(), postId: NOBODY, body: 'x' });
    await expect(creating).rejects.toThrow(NotFoundError);
  });

  it('creates a comment once under an id that is given twice', async () => {
    const commentId = newId(Date.now());
    const first = await comments().create({ ...byBob(), commentId, body: 'one' });
    expect(await comments().create({ ...byBob(), commentId, body: 'two' })).toEqual(first);
    const byCarol = { ...byBob(), authorId: 'carol', commentId, body: 'mine' };
    await expect(comments().create(byCarol)).rejects.toThrow(NotOwnerError);
    expect(await rows()).toHaveLength(1);
  });

  it('gives each edit a greater change id', async () => {
    const created = await comments().create({ ...byBob(), body: 'one' });
    const { commentId } = created;
    const change = { postId, commentId, callerId: 'bob', correlationId: 'r2' };
    const edited = await comments().update({ ...change, body: 'two' });
    expect(edited).toMatchObject({ body: 'two', createdAt: created.createdAt });
    expect(edited.changeId > created.changeId).toBe(true);
    expect(edited.updatedAt).toBe(new Date(timeOf(edited.changeId)).toISOString());
    expect(await comments().get(postId, commentId)).toEqual(edited);
  });

  it('gives an edit a greater change id also where the clock is behind', async () => {
    const ahead = Date.now() + 60_000;
    const changeOf = (commentId: string) => ({ postId, commentId, callerId: 'bob' });
    const { commentId } = await comments().create({
      ...byBob(),
      commentId: ulid(ahead),
      body: 'one',
    });
    const first = await comments(() => ahead).update({
      ...changeOf(commentId),
      body: 'two',
      correlationId: 'r',
    });
    // Another process would make its ids with its own clock; here one generator makes all ids.
    await jest.isolateModulesAsync(async () => {
      const other = await import('./repository.ts');
      const second = await other
        .createCommentsRepository(tables)
        .update({ ...changeOf(commentId), body: 'three', correlationId: 'r' });
      expect(second.changeId > first.changeId).toBe(true);
    });
  });

  it('leaves a tombstone without the text, for a day', async () => {
    const { commentId, changeId } = await comments().create({ ...byBob(), body: 'secret' });
    await comments().delete({ postId, commentId, callerId: 'bob', correlationId: 'r2' });
    const [tombstone, ...others] = await rows();
    expect(others).toEqual([]);
    expect(Object.keys(tombstone ?? {}).sort()).toEqual(
      [
        ...['postId', 'commentId', 'changeId', 'authorId', 'createdAt', 'correlationId'],
        ...['deletedAt', 'expiresAt'],
      ].sort(),
    );
    expect(String(tombstone?.changeId) > changeId).toBe(true);
    const deletedAtMs = Date.parse(String(tombstone?.deletedAt));
    expect(tombstone?.expiresAt).toBe(Math.ceil((deletedAtMs + TOMBSTONE_LIFE_MS) / 1000));
  });

  it('finds a deleted comment no more', async () => {
    const { commentId } = await comments().create({ ...byBob(), body: 'x' });
    const key = { postId, commentId, callerId: 'bob', correlationId: 'r' };
    await comments().delete(key);
    await expect(comments().get(postId, commentId)).rejects.toThrow(NotFoundError);
    await expect(comments().delete(key)).rejects.toThrow(NotFoundError);
    await expect(comments().update({ ...key, body: 'y' })).rejects.toThrow(NotFoundError);
    expect((await comments().listByPost(postId, { limit: 9, order: 'newest' })).items).toEqual([]);
  });

  it('lets nobody but its author edit a comment', async () => {
    const { commentId } = await comments().create({ ...byBob(), body: 'x' });
    for (const callerId of ['alice', 'carol']) {
      const change = { postId, commentId, callerId, body: 'y', correlationId: 'r' };
      await expect(comments().update(change)).rejects.toThrow(NotOwnerError);
    }
    expect(await comments().get(postId, commentId)).toMatchObject({ body: 'x' });
  });

  it("lets the post's author delete a comment, and no third person", async () => {
    const { commentId } = await comments().create({ ...byBob(), body: 'x' });
    const key = { postId, commentId, correlationId: 'r' };
    await expect(comments().delete({ ...key, callerId: 'carol' })).rejects.toThrow(NotOwnerError);
    await comments().delete({ ...key, callerId: 'alice' });
    await expect(comments().get(postId, commentId)).rejects.toThrow(NotFoundError);
  });

  it('refuses a change of a comment that is not there', async () => {
    const key = { postId, commentId: NOBODY, callerId: 'bob', correlationId: 'r' };
    await expect(comments().update({ ...key, body: 'y' })).rejects.toThrow(NotFoundError);
    await expect(comments().delete(key)).rejects.toThrow(NotFoundError);
    await expect(comments().delete({ ...key, commentId: '' })).rejects.toThrow(NotFoundError);
    expect(await rows()).toEqual([]);
  });

  it('gives the result of the first try when a write was repeated because its response was lost', async () => {
    const { commentId } = await comments().create({ ...byBob(), body: 'one' });
    tables.client.middlewareStack.add(
      (next, context) => async (args) => {
        const response = await next(args);
        if (context.commandName === 'UpdateItemCommand') await next(args);
        return response;
      },
      { step: 'finalizeRequest', name: 'send-twice' },
    );
    const key = { postId, commentId, callerId: 'bob', correlationId: 'r' };
    const edited = await comments().update({ ...key, body: 'two' });
    expect(edited).toMatchObject({ body: 'two' });
    await comments().delete(key);
    await expect(comments().get(postId, commentId)).rejects.toThrow(NotFoundError);
  });
});
