import { postIdOf, type Channel, type ServerEvent } from '@blogapp/shared-types';
import { leastIdAt, timeOf } from '../ids.ts';
import { queryRows } from '../paging/index.ts';
import { readPostRows } from '../posts/index.ts';
import { asCommentRow, commentEventOf, TOMBSTONE_LIFE_MS } from '../rows/index.ts';
import type { CommentsTables } from '../tables.ts';

export interface ReplayOptions extends CommentsTables {
  /** The current time (milliseconds since 1970). */
  readonly now?: () => number;
}

export interface Replay {
  /** The events, oldest first. */
  readonly events: readonly ServerEvent[];
  /** Channels that could not be replayed completely: their subscribers must load again. */
  readonly truncated: readonly Channel[];
}

/** The most events of one replay, over all of its channels. */
export const MAX_REPLAYED_EVENTS = 500;

/**
 * How long before the last event that was seen a replay begins (ms). The clocks that make change
 * ids differ, and a change can be written a while after its id was made.
 */
export const REPLAY_MARGIN_MS = 5_000;

/**
 * Reads what the subscribers of channels missed since an event: for each comment that changed, the
 * event of its latest change. Subscribe before you call it, so that no event is missed between the
 * two.
 *
 * A channel is replayed completely, or it is named as truncated: when there are too many events,
 * when deletions may have expired since, when the event is from the future, and when its post and
 * all its comments are gone.
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
  // An id from the future does not tell what was missed: the clock that made it was wrong.
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
  // Posts are read after the comments: a post that exists now also existed while they were read.
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
