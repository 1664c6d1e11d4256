import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CommentsRepository, FavoritesRepository, PostsRepository } from '../contract.ts';
import { countComments, createCommentsRepository } from '../comments/index.ts';
import { createFavoritesRepository } from '../favorites/index.ts';
import type { BatchOutcome, StreamRecord } from '../streams/index.ts';
import { createEventLog, type EventLog } from '../testing/events.ts';
import { startLocalTables, type LocalTables, type TestTables } from '../testing/local-tables.ts';
import { createStreamReader, type StreamReader } from '../testing/stream-reader.ts';
import { applyPostChanges, RemovalUnfinishedError } from './apply-changes.ts';
import { createPostsRepository } from './repository.ts';

describe('changes of posts', () => {
  let local: LocalTables;
  let tables: TestTables;
  let stream: StreamReader;
  let posts: PostsRepository;
  let comments: CommentsRepository;
  let favorites: FavoritesRepository;
  let log: EventLog;

  beforeAll(async () => {
    local = await startLocalTables();
  });
  afterAll(() => local.close());
  beforeEach(async () => {
    tables = await local.create();
    stream = createStreamReader(tables.endpoint, tables.postsStreamArn);
    posts = createPostsRepository(tables);
    comments = createCommentsRepository(tables);
    favorites = createFavoritesRepository(tables);
    log = createEventLog();
  });
  afterEach(() => stream.close());

  const apply = (
    records: readonly StreamRecord[],
    remainingMs: () => number = () => 60_000,
  ): Promise<BatchOutcome> =>
    applyPostChanges({ ...tables, publish: log.publish, remainingMs, indexLagMs: 300 }, records);
  const newPost = async (): Promise<string> =>
    (await posts.create({ authorId: 'alice', title: 't', body: 'b', correlationId: 'r0' })).postId;
  const comment = (postId: string) =>
    comments.create({ postId, authorId: 'bob', body: 'x', correlationId: 'r1' });
  const remove = (postId: string) =>
    posts.delete({ postId, callerId: 'alice', expectedVersion: 1 });

  /** Rows of each table that are about the post. */
  async function remainsOf(postId: string): Promise<number[]> {
    return Promise.all(
      [tables.commentsTable, tables.favoritesTable].map(async (TableName) => {
        const { Items: rows = [] } = await tables.client.send(new ScanCommand({ TableName }));
        return rows.filter((row) => row.postId === postId).length;
      }),
    );
  }

  async function postWith(commentCount: number, favoriteCount: number): Promise<string> {
    const postId = await newPost();
    const of = (count: number, write: (index: number) => Promise<unknown>) =>
      Promise.all(Array.from({ length: count }, (_, index) => write(index)));
    await of(commentCount, () => comment(postId));
    await of(favoriteCount, (user) => favorites.put(`user-${user}`, postId));
    return postId;
  }

  it('publishes an edit', async () => {
    const postId = await newPost();
    const change = { postId, callerId: 'alice', expectedVersion: 1, correlationId: 'r2' };
    const { updatedAt } = await posts.update({ ...change, title: 'New', body: 'new' });
    expect(await apply(await stream.next())).toEqual({ errors: [] });
    expect(log.published).toEqual([
      {
        event: {
          type: 'post.updated',
          id: expect.stringMatching(/^[0-9A-Z]{26}$/),
          occurredAt: expect.any(String),
          data: { postId, title: 'New', updatedAt },
        },
        channel: `post:${postId}`,
        correlationId: 'r2',
      },
    ]);
  });

  it('publishes the number of favorites once for each batch', async () => {
    const postId = await postWith(0, 3);
    await favorites.delete('user-1', postId);
    const records = await stream.next();
    await apply(records);
    await apply(records);
    expect(log.published.map(({ event }) => event)).toEqual([
      expect.objectContaining({
        type: 'post.stats',
        data: { postId, commentCount: 0, favoriteCount: 2, countsVersion: 4 },
      }),
      log.published[0]?.event,
    ]);
  });

  it('publishes nothing for a new post, for counted comments, and for other rows', async () => {
    const postId = await newPost();
    await countComments(tables, postId, [{ sequenceNumber: '1', difference: 1 }]);
    const records = await stream.next();
    expect(records.length).toBeGreaterThanOrEqual(4);
    expect(await apply(records)).toEqual({ errors: [] });
    expect(log.published).toEqual([]);
  });

  it('publishes a deletion, and removes comments, tombstones and favorites, of this post only', async () => {
    const other = await postWith(2, 2);
    const postId = await postWith(60, 30);
    const { commentId } = await comment(postId);
    await comments.delete({ postId, commentId, callerId: 'bob', correlationId: 'r' });
    await remove(postId);
    expect(await apply(await stream.next())).toEqual({ errors: [] });
    expect(await remainsOf(postId)).toEqual([0, 0]);
    expect(await remainsOf(other)).toEqual([2, 2]);
    expect(log.published.at(-1)).toMatchObject({
      event: { type: 'post.deleted', data: { postId } },
      channel: `post:${postId}`,
    });
  });

  it('asks for the record again when its time is up, and ends some runs later', async () => {
    const postId = await postWith(230, 0);
    await stream.next();
    await remove(postId);
    const records = await stream.next();
    let pages = 0;
    const first = await apply(records, () => ((pages += 1) > 1 ? 0 : 60_000));
    expect(first.failedSequenceNumber).toBeDefined();
    expect(first.errors).toMatchObject([{ error: expect.any(RemovalUnfinishedError) }]);
    expect(await remainsOf(postId)).toEqual([130, 0]);
    expect(await apply(records)).toEqual({ errors: [] });
    expect(await remainsOf(postId)).toEqual([0, 0]);
  });

  it('removes the rest after the process was killed in the middle', async () => {
    const postId = await postWith(120, 40);
    await remove(postId);
    const { endpoint, postsTable, commentsTable, favoritesTable } = tables;
    const task = { endpoint, tables: { postsTable, commentsTable, favoritesTable }, postId };
    // The process is killed before the second batch of favorites: all comments are gone, and some
    // favorites.
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, '../testing/remove-remains.ts'),
        JSON.stringify({ ...task, stuckAt: 7 }),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);
    const [commentsLeft = 0, favoritesLeft = 0] = await remainsOf(postId);
    expect(commentsLeft + favoritesLeft).toBeGreaterThan(0);
    expect(commentsLeft + favoritesLeft).toBeLessThan(160);

    expect(await apply(await stream.next())).toEqual({ errors: [] });
    expect(await remainsOf(postId)).toEqual([0, 0]);
  });

  it('waits for favorites that the index does not show yet', async () => {
    const postId = await postWith(0, 3);
    await remove(postId);
    let empty = 2;
    tables.client.middlewareStack.add(
      (next, context) => async (args) => {
        const response = await next(args);
        if (context.commandName === 'QueryCommand' && 'IndexName' in args.input && empty > 0) {
          empty -= 1;
          return { ...response, output: { ...response.output, Items: [] } };
        }
        return response;
      },
      { step: 'initialize', name: 'late-index' },
    );
    expect(await apply(await stream.next())).toEqual({ errors: [] });
    expect(await remainsOf(postId)).toEqual([0, 0]);
    expect(empty).toBe(0);
  });

  it('continues with other posts when one fails, and names the record', async () => {
    const [one, two] = [await postWith(1, 0), await postWith(1, 0)];
    await remove(one);
    await remove(two);
    const records = await stream.next();
    log.failing = ({ data }) => 'postId' in data && data.postId === one;
    const outcome = await apply(records);
    const failed = records.find(
      ({ dynamodb: { SequenceNumber: number } = {} }) => number === outcome.failedSequenceNumber,
    );
    expect(failed?.dynamodb).toMatchObject({ OldImage: { postId: { S: one } } });
    expect([await remainsOf(one), await remainsOf(two)]).toEqual([
      [1, 0],
      [0, 0],
    ]);
    log.failing = () => false;
    expect(await apply(records)).toEqual({ errors: [] });
    expect(await remainsOf(one)).toEqual([0, 0]);
  });
});
