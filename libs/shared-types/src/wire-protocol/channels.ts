import * as z from 'zod/mini';
import { ULID_PATTERN } from './ulid-pattern.ts';

/**
 * The most channels that one connection may be in. Its own row lists them (31 bytes each), and
 * every broadcast to `all` reads that row: without a limit, one client could make broadcasts
 * expensive.
 */
export const MAX_CHANNELS_PER_CONNECTION = 500;

/** What a client can subscribe to: announcements to everybody, or one post. */
export type Channel = 'all' | `post:${string}`;

/** The channel that every connection is in from its `$connect` on. */
export const ALL_CHANNEL = 'all' satisfies Channel;

/** The channel of one post's comments and counts. */
export function postChannel(postId: string): Channel {
  return `post:${postId}`;
}

/** The post that a channel is about, or undefined for `all`. */
export function postIdOf(channel: Channel): string | undefined {
  return channel === ALL_CHANNEL ? undefined : channel.slice('post:'.length);
}

/** Whether a value is a channel: `all` or `post:<ULID>`. */
export function isChannel(value: unknown): value is Channel {
  return (
    value === ALL_CHANNEL ||
    (typeof value === 'string' && value.startsWith('post:') && ULID_PATTERN.test(value.slice(5)))
  );
}

/**
 * The call is marked as pure, so that a bundle that only needs `isChannel` does not contain zod.
 */
export const channelSchema = /* @__PURE__ */ z.custom<Channel>(
  isChannel,
  'expected "all" or "post:<ULID>"',
);
