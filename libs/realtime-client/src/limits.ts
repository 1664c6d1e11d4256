/**
 * Every span of time and every bound of the client, in one place. Times are milliseconds.
 *
 * API Gateway closes a connection after 2 hours, and after 10 minutes without a message; it takes
 * 500 new connections a second an account:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */

/** Longer than a cold start, and shorter than people wait. */
export const HANDSHAKE_MS = 15_000;

/**
 * Retry `n` comes after a random part of `RETRY_BASE_MS * 2 ** n`, at most `RETRY_CAP_MS` (full jitter:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). So clients that are
 * dropped together do not come back together.
 */
export const RETRY_BASE_MS = 2_000;
export const RETRY_CAP_MS = 30_000;
/** A connection that lived so long was a good one: the next retry is a first retry. */
export const STABLE_MS = 30_000;
/** A tab that is shown and hidden quickly does not connect more often than this. */
export const WAKE_SPACING_MS = 2_000;

/** Without a message for so long, a visible tab sends a ping. */
export const VISIBLE_BEAT_MS = 30_000;
/** A hidden tab sends one only to stay below the idle limit, so that a phone can sleep. */
export const HIDDEN_BEAT_MS = 5 * 60_000;
/** A ping without any message after it for so long: the connection is dead. */
export const PONG_MS = 10_000;
/** The same where there is a reason for doubt: the network is another one, or the device slept. */
export const DOUBTFUL_PONG_MS = 5_000;

/** A connection is replaced at a random age between these, before the limit of two hours. */
export const LEAST_AGE_MS = 90 * 60_000;
export const AGE_SPREAD_MS = 20 * 60_000;
/** The connection that was replaced stays until the new one has joined all channels, at most so long. */
export const OVERLAP_MS = 30_000;

/** API Gateway waits 29 s for a function. After that, no response comes any more. */
export const RESPONSE_MS = 30_000;
/** Replayed events may be on their way still when the response is there, for so long. */
export const STRAGGLERS_MS = 5_000;

/** Handshakes with a token that fail, one after the other, before the token counts as refused. */
export const MAX_REFUSALS = 5;
/** After so many, one without a token tells whether it is the token or the server. */
export const REFUSALS_BEFORE_PROBE = 2;

/** How long before `since` a replay begins, for clocks that differ: see libs/data-access/README.md. */
export const REPLAY_MARGIN_MS = 5_000;

/** Event ids that a subscription remembers (items); a replay has at most 500. */
export const REMEMBERED_IDS = 1_024;
/** Events that a subscription holds back while it joins (items). */
export const HELD_EVENTS = 2_048;
