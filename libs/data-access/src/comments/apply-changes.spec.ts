import { DeleteCommand, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import type { Comment, CommentsRepository, PostsRepository } from '../contract.ts';
import { newId } from '../ids.ts';
import { createFavoritesRepository } from '../favorites/index.ts';
import { createPostsRepository } from '../posts/index.ts';
import type { BatchOutcome, StreamRecord } from '../streams/index.ts';
import { createEventLog, type EventLog } from '../testing/events.ts';
import { startLocalTables, type LocalTables, type TestTables } from '../testing/local-tables.ts';
import { createStreamReader, sequenceOf, type StreamReader } from '../testing/stream-reader.ts';
import { applyCommentChanges } from './apply-changes.ts';
import { createCommentsRepository } from './repository.ts';

describe('changes of comments', () => {
  let local: LocalTables;
  let tables: TestTables;
  let stream: StreamReader;
  let posts: PostsRepository;
  let comments: CommentsRepository;
  let log: EventLog;

  beforeAll(async () => {
    local = await startLocalTables();
  });
  afterAll(() => local.close());
  beforeEach(async () => {
    tables = await local.create();
    stream = createStreamReader(tables.endpoint, tables.commentsStreamArn);
    posts = createPostsRepository(tables);
    comments = createCommentsRepository(tables);
    log = createEventLog();
  });
  afterEach(() => stream.close());

  const apply = (records: readonly StreamRecord[]): Promise<BatchOutcome> =>
    applyCommentChanges({ ...tables, publish: log.publish }, records);
  const newPost = async (): Promise<string> =>
    (await posts.create({ authorId: 'alice', title: 't', body: 'b', correlationId: 'r0' })).postId;
  const comment = (postId: string, body = 'x'): Promise<Comment> =>
    comments.create({ postId, authorId: 'bob', body, correlationId: 'r1' });
  const countOf = async (postId: string): Promise<number> =>
    (await posts.getSummary(postId)).commentCount;
  const types = () => log.published.map(({ event }) => event.type);
  const change = ({ postId, commentId }: Comment) => ({
    ...{ postId, commentId },
    callerId: 'bob',
    correlationId: 'r2',
  });

  it('publishes a comment, its edit and its deletion, and then the counts', async () => {
    const postId = await newPost();
    await createFavoritesRepository(tables).put('carol', postId);
    const created = await comment(postId, 'one');
    expect(await apply(await stream.next())).toEqual({ errors: [] });
    const edited = await comments.update({ ...change(created), body: 'two' });
    await comment(postId, 'other');
    await comments.delete(change(created));
    expect(await apply(await stream.next())).toEqual({ errors: [] });

    const { commentId } = created;
    const channel = `post:${postId}`;
    const stats = (commentCount: number, countsVersion: number, correlationId: string) => ({
      event: expect.objectContaining({
        type: 'post.stats',
        id: expect.stringMatching(/^[0-9A-Z]{26}$/),
        data: { postId, commentCount, favoriteCount: 1, countsVersion },
      }),
      ...{ channel, correlationId },
    });
    const { changeId: _, ...snapshot } = created;
    expect(log.published).toEqual([
      {
        event: {
          type: 'comment.created',
          id: created.changeId,
          occurredAt: created.createdAt,
          data: snapshot,
        },
        ...{ channel, correlationId: 'r1' },
      },
      stats(1, 2, 'r1'),
      {
        event: {
          type: 'comment.updated',
          id: edited.changeId,
          occurredAt: edited.updatedAt,
          data: { ...snapshot, body: 'two', updatedAt: edited.updatedAt },
        },
        ...{ channel, correlationId: 'r2' },
      },
      expect.objectContaining({ event: expect.objectContaining({ type: 'comment.created' }) }),
      {
        event: {
          type: 'comment.deleted',
          id: expect.stringMatching(/^[0-9A-Z]{26}$/),
          occurredAt: expect.any(String),
          data: { postId, commentId, deletedAt: expect.any(String) },
        },
        ...{ channel, correlationId: 'r2' },
      },
      stats(1, 3, 'r2'),
    ]);
    expect(await countOf(postId)).toBe(1);
  });

  it('counts a tombstone as a deletion, and its expiry as nothing', async () => {
    const postId = await newPost();
    const [first] = [await comment(postId), await comment(postId)];
    await comments.delete(change(first));
    await apply(await stream.next());
    expect(await countOf(postId)).toBe(1);
    log.published.length = 0;
    const { commentId } = first;
    await tables.client.send(
      new DeleteCommand({ TableName: tables.commentsTable, Key: { postId, commentId } }),
    );
    const expiry = await stream.next();
    expect(expiry).toHaveLength(1);
    expect(await apply(expiry)).toEqual({ errors: [] });
    expect(await countOf(postId)).toBe(1);
    expect(log.published).toEqual([]);
  });

  it('counts a record once that is delivered again, alone or with others', async () => {
    const postId = await newPost();
    const first = await comment(postId);
    const records = await stream.next();
    await apply(records);
    await apply(records);
    expect(await countOf(postId)).toBe(1);
    await comments.delete(change(first));
    await comment(postId);
    await comment(postId);
    records.push(...(await stream.next()));
    await apply(records);
    expect(await countOf(postId)).toBe(2);
    await apply(records.slice(1));
    await apply(records.slice(0, 2));
    expect(await countOf(postId)).toBe(2);
    expect(log.published.at(-1)?.event).toMatchObject({
      type: 'post.stats',
      data: { commentCount: 2 },
    });
  });

  it('gives an event the same id each time that its record is delivered', async () => {
    const postId = await newPost();
    await comment(postId);
    const records = await stream.next();
    await apply(records);
    const first = log.published.map(({ event }) => event.id);
    log.published.length = 0;
    await apply(records);
    expect(log.published.map(({ event }) => event.id)).toEqual(first);
  });

  it('compares sequence numbers as numbers, whatever their length', async () => {
    const postId = await newPost();
    await comment(postId);
    const [record] = await stream.next();
    const numbered = (SequenceNumber: string): StreamRecord => ({
      ...record,
      dynamodb: { ...record?.dynamodb, SequenceNumber },
    });
    await apply([numbered('999999999999999999999')]);
    await apply([numbered('1000000000000000000000')]);
    expect(await countOf(postId)).toBe(2);
    await apply([numbered('999999999999999999999')]);
    expect(await countOf(postId)).toBe(2);
  });

  it('stops a post at the record that fails, and no other post', async () => {
    const [one, two] = [await newPost(), await newPost()];
    const broken = await comment(one, 'first');
    await comment(two);
    await comment(one, 'second');
    const records = await stream.next();
    log.failing = ({ id }) => id === broken.changeId;
    const outcome = await apply(records);
    expect(outcome).toEqual({
      failedSequenceNumber: records[0]?.dynamodb?.SequenceNumber,
      errors: [{ error: new Error('the socket broke'), correlationId: 'r1' }],
    });
    expect(types()).toEqual(['comment.created', 'post.stats']);
    log.failing = () => false;
    expect(await apply(records)).toEqual({ errors: [] });
    expect([await countOf(one), await countOf(two)]).toEqual([2, 1]);
    expect(log.published.at(-1)?.event.data).toMatchObject({ commentCount: expect.any(Number) });
  });

  it('removes a comment that was written after its post was deleted, and publishes nothing', async () => {
    const postId = await newPost();
    await posts.delete({ postId, callerId: 'alice', expectedVersion: 1 });
    const commentId = newId(Date.now());
    const row = { postId, commentId, changeId: commentId, authorId: 'bob', body: 'late' };
    await tables.client.send(
      new PutCommand({
        TableName: tables.commentsTable,
        Item: { ...row, createdAt: new Date().toISOString(), correlationId: 'r' },
      }),
    );
    expect(await apply(await stream.next())).toEqual({ errors: [] });
    const { Items: rows } = await tables.client.send(
      new ScanCommand({ TableName: tables.commentsTable }),
    );
    expect(rows).toEqual([]);
    expect(log.published).toEqual([]);
    // The stream delivers its removal too, which must not bring the post back.
    expect(await apply(await stream.next())).toEqual({ errors: [] });
    const { Item: post } = await tables.client.send(
      new GetCommand({ TableName: tables.postsTable, Key: { postId } }),
    );
    expect(post).toBeUndefined();
  });

  it('keeps the count exact with 20 clients at once on one post', async () => {
    const postId = await newPost();
    const clients = Array.from({ length: 20 }, async (_, client) => {
      const written: Comment[] = [];
      for (let index = 0; index < 5; index += 1) written.push(await comment(postId));
      for (const each of written.slice(0, client % 4)) await comments.delete(change(each));
    });
    const favorites = createFavoritesRepository(tables);
    const readers = Array.from({ length: 20 }, (_, user) => favorites.put(`user-${user}`, postId));
    const work = { running: true };
    const finished = Promise.all([...clients, ...readers]).finally(() => {
      work.running = false;
    });
    while (work.running) await apply(await stream.next());
    await finished;
    await apply(await stream.next());
    const deleted = Array.from({ length: 20 }, (_, client) => client % 4).reduce((a, b) => a + b);
    expect(await posts.getSummary(postId)).toMatchObject({
      commentCount: 100 - deleted,
      favoriteCount: 20,
    });
  });

  it('counts exactly and publishes everything, however its records are delivered', async () => {
    const step = fc.record({
      post: fc.nat({ max: 2 }),
      action: fc.constantFrom('create', 'create', 'edit', 'delete'),
      pick: fc.nat({ max: 9 }),
    });
    const delivery = fc.record({
      size: fc.integer({ min: 1, max: 8 }),
      /** How many records that were delivered before come again at the start of the batch. */
      again: fc.nat({ max: 3 }),
      /** How many events are published before one fails. */
      failsAfter: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 20 }),
        fc.array(delivery, { minLength: 1, maxLength: 10 }),
        async (steps, deliveries) => {
          const ids = [await newPost(), await newPost(), await newPost()];
          const visible = new Map(ids.map((id) => [id, [] as Comment[]]));
          for (const { post, action, pick } of steps) {
            const postId = ids[post] ?? '';
            const list = visible.get(postId) ?? [];
            const picked = list[pick % Math.max(1, list.length)];
            if (action === 'create' || picked === undefined) list.push(await comment(postId));
            else if (action === 'edit') await comments.update({ ...change(picked), body: 'y' });
            else {
              await comments.delete(change(picked));
              list.splice(list.indexOf(picked), 1);
            }
          }
          const records = await stream.next();
          log.published.length = 0;
          await deliver(records, deliveries);

          for (const [postId, list] of visible) expect(await countOf(postId)).toBe(list.length);
          const told = new Set(log.published.map(({ event }) => event.id));
          for (const { dynamodb: written } of records) {
            expect(told).toContain(written?.NewImage?.changeId?.S);
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  /**
   * Delivers records as Lambda does: in order, in batches, some twice, and again from the record
   * that failed.
   */
  async function deliver(
    records: readonly StreamRecord[],
    deliveries: readonly {
      readonly size: number;
      readonly again: number;
      readonly failsAfter: number | undefined;
    }[],
  ): Promise<void> {
    let start = 0;
    for (let turn = 0; start < records.length; turn += 1) {
      const { size, again, failsAfter } = deliveries[turn % deliveries.length] ?? {
        ...{ size: 1, again: 0, failsAfter: undefined },
      };
      const first = Math.max(0, start - again);
      const batch = records.slice(first, start + size);
      let left = turn < 20 ? (failsAfter ?? Infinity) : Infinity;
      log.failing = () => (left -= 1) < 0;
      const { failedSequenceNumber: failed } = await apply(batch);
      log.failing = () => false;
      const done =
        failed === undefined
          ? batch.length
          : batch.findIndex((record) => sequenceOf(record) === sequenceOf(at(failed)));
      start = first + done;
    }
  }

  const at = (SequenceNumber: string): StreamRecord => ({ dynamodb: { SequenceNumber } });
});
