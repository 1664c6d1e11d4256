import { postIdOf, type Channel, type ServerEvent } from '@blogapp/shared-types';
import { leastIdAt, timeOf } from '../ids.ts';
import { queryRows } from '../paging/index.ts';
import { readPostRows } from '../posts/index.ts';
import { asCommentRow, commentEventOf, TOMBSTONE_LIFE_MS } from '../rows/index.ts';
import type { CommentsTables } from '../tables.ts';

export interface ReplayOptions extends CommentsTables {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface Replay {
  /** Oldest first. */
  readonly events: readonly ServerEvent[];
  /** Channels with more missed changes than a replay holds: their subscribers must load again. */
  readonly truncated: readonly Channel[];
}

/** Events that one replay has at most, over all of its channels. */
export const MAX_REPLAYED_EVENTS = 500;

/**
 * How far back a replay begins before the event that was seen last (ms): the clocks that changes
 * are named by differ, and a change can be written a while after it was named.
 */
export const REPLAY_MARGIN_MS = 5_000;

/**
 * What the subscribers of channels missed since an event: each comment that changed, as the event
 * of its latest change. Subscribe before calling it, so that nothing falls between.
 *
 * A channel is replayed whole or named as truncated: when there is too much, when deletions may
 * have expired since, when the event is from the future, and when its post is gone, and every
 * comment with it.
 *
 * @param since the id of the event that was seen last
 */
export async function readReplay(
  { now = Date.now, ...tables }: ReplayOptions,
  channels: readonly Channel[],
  since: string,
): Promise<Replay> {
  const posts = [...new Set(channels)].flatMap((channel) => {
    const postId = postIdOf(channel);
    return postId === undefined ? [] : [{ channel, postId }];
  });
  const nowMs = now();
  const fromMs = timeOf(since) - REPLAY_MARGIN_MS;
  // One from the future says nothing of what was missed: the clock that made it was wrong.
  if (fromMs < nowMs - TOMBSTONE_LIFE_MS || fromMs > nowMs) {
    return { events: [], truncated: posts.map(({ channel }) => channel) };
  }

  const events: ServerEvent[] = [];
  const truncated: Channel[] = [];
  for (const { channel, postId } of posts) {
    const room = MAX_REPLAYED_EVENTS - events.length;
    const missed = await eventsOf(tables, channel, postId, fromMs, room + 1);
    if (missed.length > room) truncated.push(channel);
    else events.push(...missed);
  }
  // After the comments: a post that is there now was there while they were read.
  const found = await readPostRows(
    tables,
    posts.map(({ postId }) => postId),
  );
  const gone = new Set(
    posts.filter(({ postId }) => !found.has(postId)).map(({ channel }) => channel),
  );
  return {
    events: events
      .filter(({ channel }) => !gone.has(channel))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    truncated: [...new Set([...truncated, ...gone])],
  };
}

async function eventsOf(
  { client, commentsTable }: CommentsTables,
  channel: Channel,
  postId: string,
  fromMs: number,
  count: number,
): Promise<ServerEvent[]> {
  const rows = await queryRows(
    client,
    {
      TableName: commentsTable,
      IndexName: 'byChange',
      KeyConditionExpression: 'postId = :post AND changeId >= :from',
      ExpressionAttributeValues: { ':post': postId, ':from': leastIdAt(fromMs) },
      ConsistentRead: true,
    },
    count,
  );
  return rows.map((item) => {
    const row = asCommentRow(item);
    const { occurredAt = '', ...event } = commentEventOf(row);
    return { ...event, channel, occurredAt, meta: { correlationId: row.correlationId } };
  });
}
