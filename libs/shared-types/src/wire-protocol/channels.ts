import * as z from 'zod/mini';
import { ULID_PATTERN } from './ulid-pattern.ts';

/**
 * Channels that one connection may be in. Its own row lists them (31 bytes each), and that row is
 * read by every broadcast to `all`: without a limit, one client could make those expensive.
 */
export const MAX_CHANNELS_PER_CONNECTION = 500;

/** What a client can subscribe to: everything that is announced, or one post. */
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

/** True for `all` and `post:<ULID>`. */
export function isChannel(value: unknown): value is Channel {
  return (
    value === ALL_CHANNEL ||
    (typeof value === 'string' && value.startsWith('post:') && ULID_PATTERN.test(value.slice(5)))
  );
}

/** Pure, so that a bundle that only needs `isChannel` does not carry zod. */
export const channelSchema = /* @__PURE__ */ z.custom<Channel>(
  isChannel,
  'expected "all" or "post:<ULID>"',
);
