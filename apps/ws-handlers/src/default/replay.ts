import { ConnectionGoneError } from '@blogapp/broadcast';
import { MAX_MESSAGE_BYTES } from '@blogapp/shared-types';
import type { Channel, ServerEvent, ServerMessage } from '@blogapp/shared-types';
import { setTimeout as delay } from 'node:timers/promises';

/** Where a replay comes from, and how it is sent. */
export interface ReplaySources {
  /** The missed events, oldest first, and the channels with too many of them. */
  read(
    channels: readonly Channel[],
    since: string,
  ): Promise<{ readonly events: readonly ServerEvent[]; readonly truncated: readonly Channel[] }>;
  /** `@connections`; throws the SDK's exceptions. */
  push(connectionId: string, payload: Uint8Array): Promise<void>;
}

/** Sends a connection what it missed; resolves with the number of events that it was sent. */
export type ReplayTo = (
  connectionId: string,
  channels: readonly Channel[],
  since: string,
  remainingMs: () => number,
) => Promise<number>;

/** What is left of the invocation's time for the last push and the response (ms). */
const REPLAY_MARGIN_MS = 2_000;
const MAX_TRIES = 4;
const RETRY_DELAY_MS = 50;

/**
 * Sends a connection the events that it missed, one after the other: `@connections` keeps no order
 * between posts at the same time. What can't be replayed, or not in time, is named in a
 * `replay_truncated` after them: the client loads it again.
 *
 * @throws ConnectionGoneError when the client left meanwhile
 */
export function createReplay(load: () => Promise<ReplaySources>): ReplayTo {
  return async (connectionId, channels, since, remainingMs) => {
    const sources = await load();
    const { events, truncated } = await sources.read(channels, since);
    const incomplete = new Set(truncated);
    let replayed = 0;
    for (const event of events) {
      const payload = encode(event);
      if (remainingMs() < REPLAY_MARGIN_MS || payload.length > MAX_MESSAGE_BYTES) {
        incomplete.add(event.channel);
        continue;
      }
      await send(sources, connectionId, payload);
      replayed += 1;
    }
    if (incomplete.size > 0) {
      await send(
        sources,
        connectionId,
        encode({ type: 'replay_truncated', channels: [...incomplete] }),
      );
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
        await delay(RETRY_DELAY_MS * 2 ** attempt * Math.random());
      }
    }
  }
}

function encode(message: ServerMessage): Buffer {
  return Buffer.from(JSON.stringify(message));
}

/** By its name: the exception's class would bring the whole client to every cold start. */
function isGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'GoneException';
}
