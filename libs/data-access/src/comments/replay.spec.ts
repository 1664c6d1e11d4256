import { BatchWriteCommand, DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { EventDraft } from '@blogapp/shared-types';
import fc from 'fast-check';
import { ulid } from 'ulid';
import type { Comment, CommentsRepository, PostsRepository } from '../contract.ts';
import { newId, timeOf } from '../ids.ts';
import { startLocalTables, type LocalTables, type TestTables } from '../testing/local-tables.ts';
import { ReadingClient } from '../testing/reading-client.ts';
import { createStreamReader, type StreamReader } from '../testing/stream-reader.ts';
import { applyCommentChanges } from './apply-changes.ts';
import { MAX_REPLAYED_EVENTS, readReplay, REPLAY_MARGIN_MS, type Replay } from './replay.ts';
import { createCommentsRepository } from './repository.ts';
import { createPostsRepository } from '../posts/index.ts';
import { TOMBSTONE_LIFE_MS } from '../rows/index.ts';

describe('replay', () => {
  let local: LocalTables;
  let tables: TestTables;
  let posts: PostsRepository;
  let nowMs: number;
  let comments: CommentsRepository;

  beforeAll(async () => {
    local = await startLocalTables();
  });
  afterAll(() => local.close());
  beforeEach(async () => {
    tables = await local.create();
    nowMs = Date.now();
    posts = createPostsRepository(tables);
    comments = createCommentsRepository({ ...tables, now: () => nowMs });
  });

  const newPost = async (): Promise<string> =>
    (await posts.create({ authorId: 'alice', title: 't', body: 'b', correlationId: 'r0' })).postId;
  const comment = (postId: string, body = 'x'): Promise<Comment> =>
    comments.create({ postId, authorId: 'bob', body, correlationId: `r-${body}` });
  const change = ({ postId, commentId }: Comment) => ({
    ...{ postId, commentId },
    ...{ callerId: 'bob', correlationId: 'r2' },
  });
  const replay = (postIds: readonly string[], since: string): Promise<Replay> =>
    readReplay(
      { ...tables, now: () => nowMs },
      postIds.map((postId) => `post:${postId}` as const),
      since,
    );
  /** Writes comments of the last moments directly to the table. */
  async function seed(postId: string, count: number): Promise<void> {
    const createdAt = new Date(nowMs).toISOString();
    const requests = Array.from({ length: count }, () => newId(nowMs)).map((id) => ({
      PutRequest: {
        Item: {
          ...{ postId, commentId: id, changeId: id, createdAt },
          ...{ authorId: 'bob', body: 'x', correlationId: 'r' },
        },
      },
    }));
    for (let first = 0; first < requests.length; first += 25) {
      const some = requests.slice(first, first + 25);
      await tables.client.send(
        new BatchWriteCommand({ RequestItems: { [tables.commentsTable]: some } }),
      );
    }
  }

  /** Moves the clock so far that a replay's margin does not reach the change before. */
  const later = (): void => {
    nowMs += REPLAY_MARGIN_MS + 1_000;
  };

  it('gives what changed since an event, oldest first, each comment as it is now', async () => {
    const postId = await newPost();
    const [one, two, three] = [
      await comment(postId, 'one'),
      await comment(postId, 'two'),
      await comment(postId, 'three'),
    ];
    later();
    const since = ulid(nowMs);
    later();
    await comments.delete(change(two));
    later();
    const four = await comment(postId, 'four');
    const edited = await comments.update({ ...change(one), body: 'ONE' });

    const { events, truncated } = await replay([postId], since);
    expect(truncated).toEqual([]);
    expect(events.map(({ type, id }) => [type, id])).toEqual([
      ['comment.deleted', expect.any(String)],
      ['comment.created', four.changeId],
      ['comment.updated', edited.changeId],
    ]);
    const { changeId: _, ...data } = edited;
    expect(events[2]).toEqual({
      ...{ type: 'comment.updated', id: edited.changeId, data },
      channel: `post:${postId}`,
      occurredAt: edited.updatedAt,
      meta: { correlationId: 'r2' },
    });
    expect(JSON.stringify(events)).not.toContain(three.commentId);
  });

  it('begins a margin before the event, for clocks that differ', async () => {
    const postId = await newPost();
    const { changeId } = await comment(postId);
    // Ids of one process never go back, and tests before this one may have set the clock ahead.
    nowMs = timeOf(changeId);
    later();
    const since = ulid(timeOf(changeId) + REPLAY_MARGIN_MS);
    expect((await replay([postId], since)).events).toHaveLength(1);
    const after = ulid(timeOf(changeId) + REPLAY_MARGIN_MS + 1);
    expect((await replay([postId], after)).events).toEqual([]);
  });

  it('replays 500 events, and names the channel as truncated at one more', async () => {
    const postId = await newPost();
    const since = ulid(nowMs);
    await seed(postId, MAX_REPLAYED_EVENTS);
    const { events, truncated } = await replay([postId], since);
    expect([events.length, truncated]).toEqual([500, []]);
    expect(events.map(({ id }) => id)).toEqual(events.map(({ id }) => id).toSorted());
    await seed(postId, 1);
    expect(await replay([postId], since)).toEqual({ events: [], truncated: [`post:${postId}`] });
  });

  it('shares its limit among channels, and replays each completely or not at all', async () => {
    const [one, two, three] = [await newPost(), await newPost(), await newPost()];
    const since = ulid(nowMs);
    for (const [postId, count] of [
      [one, 300],
      [two, 250],
      [three, 200],
    ] as const) {
      await seed(postId, count);
    }
    const { events, truncated } = await replay([one, two, three], since);
    expect(truncated).toEqual([`post:${two}`]);
    expect(events).toHaveLength(500);
    expect(events.map(({ id }) => id)).toEqual(events.map(({ id }) => id).toSorted());
  });

  it('names channels as truncated when the event is from the future', async () => {
    const postId = await newPost();
    await comment(postId);
    const ahead = (ms: number) => replay([postId], ulid(nowMs + ms));
    expect((await ahead(REPLAY_MARGIN_MS)).truncated).toEqual([]);
    expect(await ahead(REPLAY_MARGIN_MS + 1)).toEqual({
      events: [],
      truncated: [`post:${postId}`],
    });
  });

  it('names channels as truncated when deletions may have expired since', async () => {
    const postId = await newPost();
    await comment(postId);
    const oldest = nowMs - TOMBSTONE_LIFE_MS + REPLAY_MARGIN_MS;
    expect((await replay([postId], ulid(oldest))).truncated).toEqual([]);
    expect(await replay([postId], ulid(oldest - 1))).toEqual({
      events: [],
      truncated: [`post:${postId}`],
    });
  });

  it('names the channel of a post that is gone as truncated', async () => {
    const [gone, there] = [await newPost(), await newPost()];
    const since = ulid(nowMs);
    await comment(gone);
    await comment(there);
    await posts.delete({ postId: gone, callerId: 'alice', expectedVersion: 1 });
    const { events, truncated } = await replay([gone, there], since);
    expect(truncated).toEqual([`post:${gone}`]);
    expect(events.map(({ channel }) => channel)).toEqual([`post:${there}`]);
  });

  it('has nothing to replay for the channel `all`, which has no comments', async () => {
    const all = await readReplay({ ...tables, now: () => nowMs }, ['all'], ulid(0));
    expect(all).toEqual({ events: [], truncated: [] });
  });

  describe('with what is delivered live', () => {
    let stream: StreamReader;
    beforeEach(() => {
      stream = createStreamReader(tables.endpoint, tables.commentsStreamArn);
    });
    afterEach(() => stream.close());

    async function load(postId: string): Promise<Comment[]> {
      const found: Comment[] = [];
      let cursor: string | undefined;
      do {
        const page = { limit: 100, order: 'oldest' as const, ...(cursor && { cursor }) };
        const { items, nextCursor } = await comments.listByPost(postId, page);
        found.push(...items);
        cursor = nextCursor;
      } while (cursor !== undefined);
      return found;
    }

    /** Removes expired tombstones, as DynamoDB does some time after they expired. */
    async function removeExpiredTombstones(postId: string): Promise<void> {
      const { Items: rows = [] } = await tables.client.send(
        new QueryCommand({
          TableName: tables.commentsTable,
          KeyConditionExpression: 'postId = :post',
          FilterExpression: 'expiresAt < :now',
          ExpressionAttributeValues: { ':post': postId, ':now': nowMs / 1000 },
        }),
      );
      for (const { commentId } of rows) {
        await tables.client.send(
          new DeleteCommand({ TableName: tables.commentsTable, Key: { postId, commentId } }),
        );
      }
    }

    const CLIENTS = 3;
    const picks = (...actions: string[]) =>
      fc.record({ action: fc.constantFrom(...actions), pick: fc.nat({ max: 20 }) });
    const step = fc.oneof(
      { weight: 5, arbitrary: picks('create', 'edit', 'delete') },
      { weight: 5, arbitrary: picks('connect', 'disconnect') },
      { weight: 2, arbitrary: picks('deliver', 'deliver twice') },
      { weight: 1, arbitrary: picks('wait a little', 'wait hours', 'wait two days') },
    );

    it("leaves every client's view equal to the table, whatever happened on the way", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
          async (steps) => {
            const postId = await newPost();
            const clients = Array.from(
              { length: CLIENTS },
              () =>
                new ReadingClient(
                  (since) => replay([postId], since),
                  () => load(postId),
                ),
            );
            const written: Comment[] = [];
            const publish = (event: EventDraft): Promise<void> => {
              for (const client of clients) client.receive(event);
              return Promise.resolve();
            };
            const deliver = async (times: number): Promise<void> => {
              const records = await stream.next();
              for (let time = 0; time < times; time += 1) {
                await applyCommentChanges({ ...tables, publish }, records);
              }
            };
            // A subscribe runs while other things happen.
            const subscribing: Promise<void>[] = [];
            for (let count = 0; count < 3; count += 1) written.push(await comment(postId));
            await Promise.all(clients.map((client) => client.connect()));
            for (const { action, pick } of steps) {
              nowMs += 50;
              const picked = written[pick % Math.max(1, written.length)];
              const client = clients[pick % CLIENTS];
              if (action === 'create') written.push(await comment(postId, `${pick}`));
              else if (action === 'edit' && picked)
                await comments.update({ ...change(picked), body: `${nowMs}` });
              else if (action === 'delete' && picked) {
                await comments.delete(change(picked));
                written.splice(written.indexOf(picked), 1);
              } else if (action === 'connect' && client) subscribing.push(client.connect());
              else if (action === 'disconnect') client?.disconnect();
              else if (action === 'deliver') await deliver(1);
              else if (action === 'deliver twice') await deliver(2);
              else if (action.startsWith('wait')) {
                await Promise.all(subscribing);
                nowMs += { 'wait a little': 2_000, 'wait hours': 9_000_000 }[action] ?? 180_000_000;
                await removeExpiredTombstones(postId);
              }
            }
            await Promise.all(subscribing);
            await Promise.all(clients.map((client) => client.connect()));
            await deliver(1);

            const table = (await load(postId)).map(({ commentId, body }) => [commentId, body]);
            expect(table).toHaveLength(written.length);
            for (const { view } of clients) expect([...view].toSorted()).toEqual(table);
          },
        ),
        { numRuns: 12 },
      );
    });
  });
});
