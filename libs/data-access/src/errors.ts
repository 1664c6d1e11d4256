/**
 * The base class of this library's errors: the tables could be read, and the request is refused.
 */
export abstract class DataAccessError extends Error {}

export type ResourceKind = 'post' | 'comment';

/** The post or comment does not exist, or was deleted. */
export class NotFoundError extends DataAccessError {
  override readonly name = 'NotFoundError';
  readonly resource: ResourceKind;
  readonly id: string;

  constructor(resource: ResourceKind, id: string) {
    super(`there is no ${resource} ${id}`);
    this.resource = resource;
    this.id = id;
  }
}

/** The post or comment belongs to somebody else. */
export class NotOwnerError extends DataAccessError {
  override readonly name = 'NotOwnerError';
  readonly resource: ResourceKind;
  readonly id: string;

  constructor(resource: ResourceKind, id: string) {
    super(`the ${resource} ${id} belongs to somebody else`);
    this.resource = resource;
    this.id = id;
  }
}

/** A post was changed since the version that the caller had seen. */
export class VersionConflictError extends DataAccessError {
  override readonly name = 'VersionConflictError';
  readonly id: string;
  readonly expected: number;
  readonly actual: number;

  constructor(id: string, expected: number, actual: number) {
    super(`post ${id} is at version ${actual}, not ${expected}`);
    this.id = id;
    this.expected = expected;
    this.actual = actual;
  }
}

/** A cursor that this library did not make, or made for another list. */
export class InvalidCursorError extends DataAccessError {
  override readonly name = 'InvalidCursorError';

  constructor() {
    super('the cursor does not belong to this list');
  }
}

/** An idempotency key came again with another request. */
export class IdempotencyMismatchError extends DataAccessError {
  override readonly name = 'IdempotencyMismatchError';
  readonly key: string;

  constructor(key: string) {
    super(`the idempotency key ${key} was used for another request`);
    this.key = key;
  }
}

/** The first request with this idempotency key is still being worked on. */
export class RequestInProgressError extends DataAccessError {
  override readonly name = 'RequestInProgressError';
  readonly key: string;
  /** The time until the first request's claim expires, if its function has died (ms). */
  readonly retryAfterMs: number;

  constructor(key: string, retryAfterMs: number) {
    super(`a request with the idempotency key ${key} is in progress`);
    this.key = key;
    this.retryAfterMs = retryAfterMs;
  }
}
