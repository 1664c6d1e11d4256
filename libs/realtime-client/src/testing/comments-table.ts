import type { Channel, ServerEvent } from '@blogapp/shared-types';

interface Row {
  readonly changeId: string;
  /** Undefined for a deleted comment. */
  readonly body: string | undefined;
  readonly atMs: number;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** The limits of `libs/data-access`. */
const REPLAY_MARGIN_MS = 5_000;
const TOMBSTONE_LIFE_MS = 24 * 60 * 60_000;
const MAX_REPLAYED_EVENTS = 500;

/** One post's comments, and what the server reads from them. */
export class CommentsTable {
  readonly channel: Channel;
  readonly #rows = new Map<string, Row>();
  #count = 0;

  constructor(channel: Channel) {
    this.channel = channel;
  }

  get commentIds(): string[] {
    return [...this.#rows.keys()];
  }

  /** The id of a comment's latest change. */
  changeIdOf(commentId: string): string {
    return this.#rows.get(commentId)?.changeId ?? '';
  }

  /** Makes a ULID for a time (ms since 1970). */
  newId(atMs: number): string {
    this.#count += 1;
    return base32(atMs, 10) + base32(this.#count, 16);
  }

  /**
   * Writes a comment, or the tombstone of a deletion.
   *
   * @returns the event of the change
   */
  write(commentId: string, body: string | undefined, atMs: number): ServerEvent {
    const before = this.#rows.get(commentId);
    const newId = this.newId(atMs);
    // The change ids of one comment grow, whatever the clocks say, as in the product.
    const changeId =
      before && newId <= before.changeId ? this.newId(timeOf(before.changeId) + 1) : newId;
    this.#rows.set(commentId, { changeId, body, atMs });
    return this.#eventOf(commentId, { changeId, body, atMs });
  }

  /** What a reader must show in the end: the bodies by comment. */
  visible(): Map<string, string> {
    return new Map(
      [...this.#rows].flatMap(([id, { body }]) =>
        body === undefined ? [] : [[id, body] as const],
      ),
    );
  }

  /** Returns what `GET /posts/{postId}/comments` does. */
  load(): { commentId: string; changeId: string; body: string }[] {
    return [...this.#rows].flatMap(([commentId, { changeId, body }]) =>
      body === undefined ? [] : [{ commentId, changeId, body }],
    );
  }

  /**
   * Returns the events that `readReplay` of libs/data-access does; undefined when the channel is
   * truncated.
   */
  replay(since: string, nowMs: number): ServerEvent[] | undefined {
    const fromMs = timeOf(since) - REPLAY_MARGIN_MS;
    if (fromMs < nowMs - TOMBSTONE_LIFE_MS || fromMs > nowMs) return undefined;
    const from = base32(fromMs, 10);
    const events = [...this.#rows]
      .filter(([, { changeId }]) => changeId >= from)
      .map(([commentId, row]) => this.#eventOf(commentId, row))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return events.length > MAX_REPLAYED_EVENTS ? undefined : events;
  }

  #eventOf(commentId: string, { changeId, body, atMs }: Row): ServerEvent {
    const occurredAt = new Date(atMs).toISOString();
    const envelope = {
      ...{ id: changeId, channel: this.channel, occurredAt },
      meta: { correlationId: changeId },
    };
    const postId = this.channel.slice('post:'.length);
    return body === undefined
      ? { type: 'comment.deleted', ...envelope, data: { postId, commentId, deletedAt: occurredAt } }
      : {
          type: 'comment.updated',
          ...envelope,
          data: { postId, commentId, authorId: 'a', body, createdAt: occurredAt },
        };
  }
}

export function timeOf(id: string): number {
  let time = 0;
  for (const digit of id.slice(0, 10)) time = time * 32 + CROCKFORD.indexOf(digit);
  return time;
}

function base32(value: number, digits: number): string {
  let rest = value;
  let text = '';
  for (let index = 0; index < digits; index += 1) {
    text = CROCKFORD.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
