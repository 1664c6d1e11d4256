import {
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { fullJitter } from '../backoff.ts';

/** Reasons of a cancelled transaction that go away by themselves. */
const TRANSIENT_REASONS = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

const MAX_ATTEMPTS = 12;
const BACKOFF = { baseMs: 10, maxMs: 500 };

/**
 * Repeats a write that met a transaction on the same item. Messages of one connection are handled
 * at the same time by several Lambda invocations, so this happens, and the SDK does not repeat it.
 */
export async function withContentionRetries<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isContention(error)) throw error;
      await delay(fullJitter(attempt, BACKOFF));
    }
  }
}

function isContention(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    const codes = (error.CancellationReasons ?? []).map(({ Code: code }) => code ?? 'None');
    return (
      codes.some((code) => TRANSIENT_REASONS.has(code)) &&
      codes.every((code) => code === 'None' || TRANSIENT_REASONS.has(code))
    );
  }
  return (
    error instanceof TransactionConflictException || error instanceof TransactionInProgressException
  );
}
