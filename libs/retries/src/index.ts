export { backOff, fullJitter, type BackoffBounds } from './backoff.ts';
export { cancellationReasons, ContentionError, withContentionRetries } from './contention.ts';
export { sendUntilProcessed, UnprocessedError } from './unprocessed.ts';
