import {
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
  type CancellationReason,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { ContentionError } from './errors.ts';

/** Reasons of a cancelled transaction that go away by themselves. */
const TRANSIENT_REASONS = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

const MAX_ATTEMPTS = 10;
const BASE_DELAY_MS = 10;
const MAX_DELAY_MS = 400;

/**
 * Repeats a write that met a transaction on the same item, which the SDK does not: a post's counts
 * are written by its readers' favorites and by the comment stream.
 *
 * @throws ContentionError when every attempt met one: about two seconds have passed
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

/** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
export async function backOff(attempt: number): Promise<void> {
  await delay(Math.random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** attempt));
}

/**
 * Why each item of a transaction was refused, by its place in it; undefined for other errors.
 * `None` is the code of the items that would have been written.
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
