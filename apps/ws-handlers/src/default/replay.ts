import { ConnectionGoneError } from '@blogapp/broadcast';
import { backOff } from '@blogapp/retries';
import { MAX_MESSAGE_BYTES } from '@blogapp/shared-types';
import type { Channel, ServerEvent, ServerMessage } from '@blogapp/shared-types';

/** Reads and pushes a replay. */
export interface ReplaySources {
  /** Returns the missed events, oldest first, and the channels that can not be replayed. */
  read(
    channels: readonly Channel[],
    since: string,
  ): Promise<{ readonly events: readonly ServerEvent[]; readonly truncated: readonly Channel[] }>;
  /** Pushes to a connection; throws the SDK's exceptions. */
  push(connectionId: string, payload: Uint8Array): Promise<void>;
}

/** Sends a connection the events that it missed; resolves with their number. */
export type ReplayTo = (
  connectionId: string,
  channels: readonly Channel[],
  since: string,
  remainingMs: () => number,
) => Promise<number>;

/** The part of the invocation's time that is kept for the last push and the response (ms). */
const REPLAY_MARGIN_MS = 2_000;
const MAX_TRIES = 4;
/** Four tries wait for 700 ms at most. */
const BACKOFF = { baseMs: 100, maxMs: 400 };

/**
 * Sends a connection the events that it missed, as many in a message as fit, one message after the
 * other: pushes at the same time would have no order. A `replay_truncated` after them names the
 * channels that can't be replayed, or not in time: the client loads them again.
 *
 * @throws ConnectionGoneError when the client disconnected meanwhile
 */
export function createReplay(load: () => Promise<ReplaySources>): ReplayTo {
  return async (connectionId, channels, since, remainingMs) => {
    const sources = await load();
    const { events, truncated } = await sources.read(channels, since);
    const { messages, tooLarge } = pack(events);
    const incomplete = new Set([...truncated, ...tooLarge.map(({ channel }) => channel)]);
    let replayed = 0;
    for (const { payload, held } of messages) {
      if (remainingMs() < REPLAY_MARGIN_MS) {
        for (const { channel } of held) incomplete.add(channel);
        continue;
      }
      await send(sources, connectionId, payload);
      replayed += held.length;
    }
    if (incomplete.size > 0) {
      const message: ServerMessage = { type: 'replay_truncated', channels: [...incomplete] };
      await send(sources, connectionId, Buffer.from(JSON.stringify(message)));
    }
    return replayed;
  };

  async function send(
    sources: ReplaySources,
    connectionId: string,
    payload: Uint8Array,
  ): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await sources.push(connectionId, payload);
        return;
      } catch (error) {
        if (isGone(error)) throw new ConnectionGoneError(connectionId);
        if (attempt === MAX_TRIES) throw error;
        await backOff(attempt, BACKOFF);
      }
    }
  }
}

/**
 * A `replay` message is filled up to here (bytes): API Gateway meters messages by 32 KB, so larger
 * messages save nothing. And 32 KB is its limit for a frame.
 * https://aws.amazon.com/api-gateway/pricing/
 */
const FULL_BYTES = 32 * 1024;

/** A `replay` message, and its events. */
interface ReplayMessage {
  readonly payload: Uint8Array;
  readonly held: readonly ServerEvent[];
}

const HEAD = '{"type":"replay","events":[';
const TAIL = ']}';

/**
 * Packs the events into as few messages as possible, in their order. It also returns the events
 * that are too large for any message.
 */
function pack(events: readonly ServerEvent[]): {
  readonly messages: readonly ReplayMessage[];
  readonly tooLarge: readonly ServerEvent[];
} {
  const messages: ReplayMessage[] = [];
  const tooLarge: ServerEvent[] = [];
  let held: ServerEvent[] = [];
  let texts: string[] = [];
  let bytes = 0;
  const close = (): void => {
    if (held.length > 0) {
      messages.push({ payload: Buffer.from(`${HEAD}${texts.join(',')}${TAIL}`), held });
    }
    held = [];
    texts = [];
    bytes = HEAD.length + TAIL.length;
  };
  close();
  for (const event of events) {
    const text = JSON.stringify(event);
    const size = Buffer.byteLength(text);
    // There is a comma before each event except the first.
    if (held.length > 0 && bytes + 1 + size > FULL_BYTES) close();
    if (held.length > 0) bytes += 1;
    // An event that is alone in its message may be larger than a message with several.
    if (bytes + size > MAX_MESSAGE_BYTES) {
      tooLarge.push(event);
      continue;
    }
    held.push(event);
    texts.push(text);
    bytes += size;
  }
  close();
  return { messages, tooLarge };
}

/**
 * Whether the error is a `GoneException`. It compares the name, because importing the class would
 * load the whole client at every cold start.
 */
function isGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'GoneException';
}
