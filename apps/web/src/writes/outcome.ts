import { ApiProblemError, UnexpectedResponseError } from '@blogapp/api-client';
import { SignedOutError } from '../api/index.ts';
import type { Refusal } from './pending-write.ts';

/** What becomes of a write whose try failed. */
export type Outcome =
  /** Nobody knows whether it was done, or it was too early: try again. */
  | { readonly kind: 'retry'; readonly afterMs: number | undefined }
  /** The API does not take who is signed in: it waits until they sign in again. */
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Responses of the API and of what stands before it that say "later". */
const LATER = new Set([408, 409, 425, 429]);

/** @param error what `sendWrite` threw */
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
    // A success that can not be read was done all the same; the key makes that harmless.
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

/** What the API says, in sentences: its title, its detail, and each fault of a field. */
function reasonOf({ problem }: ApiProblemError): string {
  const faults = (problem.errors ?? []).map(({ pointer, parameter, detail }) => {
    const name = pointer?.replace(/^#\//, '') ?? parameter;
    return name === undefined || name === '' ? detail : `${name} ${detail}`;
  });
  return faults.length > 0
    ? `${problem.title}: ${faults.join('; ')}.`
    : `${problem.title}: ${problem.detail}.`.replace(/\.\.$/, '.');
}
