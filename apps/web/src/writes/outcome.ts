import { ApiProblemError, UnexpectedResponseError } from '@blogapp/api-client';
import { SignedOutError } from '../api/index.ts';
import type { Refusal } from './pending-write.ts';

/** What happens to a write after a failed try. */
export type Outcome =
  /** It is not known whether it was done, or the API asked to wait: try again. */
  | { readonly kind: 'retry'; readonly afterMs: number | undefined }
  /** The API refuses the user's token: the write waits until they sign in again. */
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Statuses of the API, and of gateways in front of it, that ask to try later. */
const LATER = new Set([408, 409, 425, 429]);

/** Decides what happens to a write after an error. @param error what `sendWrite` threw */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof ApiProblemError) {
    const { status, retryAfterSeconds } = error;
    if (status === 401) return { kind: 'sign-in' };
    if (status >= 500 || LATER.has(status)) {
      const afterMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000;
      return { kind: 'retry', afterMs };
    }
    const refusal = { reason: reasonOf(error), isConflict: error.is('version-conflict') };
    return { kind: 'refused', refusal };
  }
  if (error instanceof UnexpectedResponseError) {
    // A write with a success that can not be read was done; the key makes a repeat harmless.
    const { status } = error;
    if (status === 401) return { kind: 'sign-in' };
    if (status < 400 || status >= 500 || LATER.has(status)) {
      return { kind: 'retry', afterMs: undefined };
    }
    const reason = `The server responded with ${status}, without saying why.`;
    return { kind: 'refused', refusal: { reason, isConflict: false } };
  }
  if (error instanceof SignedOutError) return { kind: 'sign-in' };
  // `fetch` throws a TypeError when no response came.
  if (error instanceof TypeError) return { kind: 'retry', afterMs: undefined };
  const reason = error instanceof Error ? error.message : String(error);
  return { kind: 'refused', refusal: { reason, isConflict: false } };
}

/**
 * The reason of the API in sentences: the problem's title, its detail, and the fault of each field.
 */
function reasonOf({ problem }: ApiProblemError): string {
  const faults = (problem.errors ?? []).map(({ pointer, parameter, detail }) => {
    const name = pointer?.replace(/^#\//, '') ?? parameter;
    return name === undefined || name === '' ? detail : `${name} ${detail}`;
  });
  return faults.length > 0
    ? `${problem.title}: ${faults.join('; ')}.`
    : `${problem.title}: ${problem.detail}.`.replace(/\.\.$/, '.');
}
