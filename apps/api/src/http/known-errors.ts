import {
  ContentionError,
  IdempotencyMismatchError,
  InvalidCursorError,
  NotFoundError,
  NotOwnerError,
  RequestInProgressError,
  UnprocessedError,
  VersionConflictError,
} from '@blogapp/data-access';
import { InvalidTokenError, KeysUnavailableError } from '@blogapp/identity';
import { ProblemError } from '@blogapp/problems';

/** The `Retry-After` for a temporary failure (s). */
const RETRY_AFTER_SECONDS = 1;

/** DynamoDB's errors for too many requests; the SDK has already tried again. */
const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** The problem that a caller gets for an error; undefined for an error that is not the caller's. */
export function problemOf(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  if (error instanceof NotFoundError) {
    return new ProblemError('not-found', { detail: `There is no ${error.resource} ${error.id}` });
  }
  if (error instanceof NotOwnerError) {
    const detail = `The ${error.resource} ${error.id} belongs to somebody else`;
    return new ProblemError('forbidden', { detail });
  }
  if (error instanceof VersionConflictError) {
    const detail = 'If-Match names another version than the current one: read the post again';
    return new ProblemError('version-conflict', { detail });
  }
  if (error instanceof InvalidCursorError) {
    return new ProblemError('malformed-request', {
      detail: 'The query has 1 fault',
      errors: [{ parameter: 'cursor', detail: 'does not belong to this list' }],
    });
  }
  if (error instanceof IdempotencyMismatchError) {
    const detail = 'The Idempotency-Key came with another request before';
    return new ProblemError('idempotency-key-reused', { detail });
  }
  if (error instanceof RequestInProgressError) {
    return new ProblemError('request-in-progress', {
      detail: 'The first request with this Idempotency-Key is being worked on',
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    });
  }
  if (error instanceof InvalidTokenError) {
    const detail =
      error.reason === 'expired'
        ? 'The ID token has expired'
        : 'The ID token is not valid, or belongs to another project';
    return unauthenticated(detail, 'invalid_token');
  }
  if (isTransient(error)) {
    return new ProblemError('unavailable', {
      detail: 'Try again',
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    });
  }
  return undefined;
}

/**
 * The problem (401) of a request that needs a user.
 *
 * @param code the error code of RFC 6750, section 3.1; absent when the request has no credentials
 */
export function unauthenticated(detail: string, code?: 'invalid_token'): ProblemError {
  const challenge = `Bearer realm="blogapp"${code === undefined ? '' : `, error="${code}"`}`;
  return new ProblemError('unauthenticated', {
    detail,
    headers: { 'www-authenticate': challenge },
  });
}

function isTransient(error: unknown): boolean {
  return (
    error instanceof ContentionError ||
    error instanceof UnprocessedError ||
    error instanceof KeysUnavailableError ||
    (error instanceof Error && THROTTLED.has(error.name))
  );
}
