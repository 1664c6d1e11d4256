/**
 * All time-outs and limits of the client, in one place. Times are milliseconds.
 *
 * API Gateway closes a connection after 2 hours, and after 10 minutes without a message; it takes
 * 500 new connections a second an account:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */

/** The time for a handshake: longer than a cold start, and short enough for people who wait. */
export const HANDSHAKE_MS = 15_000;

/**
 * Retry `n` comes after a random part of `RETRY_BASE_MS * 2 ** n`, at most `RETRY_CAP_MS` (full
 * jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). So clients
 * whose connections end together do not reconnect together.
 */
export const RETRY_BASE_MS = 2_000;
export const RETRY_CAP_MS = 30_000;
/** A connection that was open this long counts as stable: the next retry is a first retry. */
export const STABLE_MS = 30_000;
/** A tab that is shown and hidden quickly does not connect more often than this. */
export const WAKE_SPACING_MS = 2_000;

/** A visible tab sends a ping after this long without a message. */
export const VISIBLE_BEAT_MS = 30_000;
/** A hidden tab sends a ping only to stay below the idle limit, so that a phone can sleep. */
export const HIDDEN_BEAT_MS = 5 * 60_000;
/** When no message arrives this long after a ping, the connection is dead. */
export const PONG_MS = 10_000;
/** The same when the connection is in doubt, because the network changed or the device slept. */
export const DOUBTFUL_PONG_MS = 5_000;

/** A connection is replaced at a random age between these two, before the limit of two hours. */
export const LEAST_AGE_MS = 90 * 60_000;
export const AGE_SPREAD_MS = 20 * 60_000;
/**
 * A replaced connection stays until the new one has joined all channels, but not longer than this.
 */
export const OVERLAP_MS = 30_000;

/** The time for a response: API Gateway waits 29 s for a function. */
export const RESPONSE_MS = 30_000;
/** Replayed events may arrive this long after the response. */
export const STRAGGLERS_MS = 5_000;

/** How many handshakes with a token must fail in a row before the token counts as refused. */
export const MAX_REFUSALS = 5;
/**
 * After so many failures, a handshake without a token shows whether the token or the server is the
 * reason.
 */
export const REFUSALS_BEFORE_PROBE = 2;

/**
 * How long before `since` a replay begins, because clocks differ: see libs/data-access/README.md.
 */
export const REPLAY_MARGIN_MS = 5_000;

/** How many event ids a subscription remembers; a replay has at most 500 events. */
export const REMEMBERED_IDS = 1_024;
/** How many events a subscription holds back at most while it joins. */
export const HELD_EVENTS = 2_048;
