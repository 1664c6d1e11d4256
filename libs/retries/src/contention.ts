import {
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
  type CancellationReason,
} from '@aws-sdk/client-dynamodb';
import { backOff } from './backoff.ts';

/** Reasons for a cancelled transaction that may not hold any more at the next attempt. */
const TRANSIENT_REASONS = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

const MAX_ATTEMPTS = 12;

/**
 * Too many writers wrote one item at once: each attempt conflicted with another transaction. Try
 * again later.
 */
export class ContentionError extends Error {
  override readonly name = 'ContentionError';

  constructor(cause: unknown) {
    super('too many writers at once', { cause });
  }
}

/**
 * Repeats a write that conflicts with a transaction on the same item. The SDK does not repeat it.
 * Such conflicts happen: several invocations handle the messages of one connection, and readers'
 * favorites and the comment stream write the counts of one post.
 *
 * @throws ContentionError when every attempt conflicted, after up to three seconds
 * @throws what the write throws, for any other reason
 */
export async function withContentionRetries<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isContention(error)) throw error;
      if (attempt === MAX_ATTEMPTS) throw new ContentionError(error);
      await backOff(attempt);
    }
  }
}

/**
 * Why each item of a transaction was refused, in the order of the items; undefined for other errors.
 * An item that would have been written has the code `None`.
 */
export function cancellationReasons(error: unknown): readonly CancellationReason[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  return error.CancellationReasons ?? [];
}

function isContention(error: unknown): boolean {
  const reasons = cancellationReasons(error);
  if (reasons === undefined) {
    return (
      error instanceof TransactionConflictException ||
      error instanceof TransactionInProgressException
    );
  }
  const codes = reasons.map(({ Code: code }) => code ?? 'None').filter((code) => code !== 'None');
  return codes.length > 0 && codes.every((code) => TRANSIENT_REASONS.has(code));
}
