import { ApiProblemError, UnexpectedResponseError } from '@blogapp/api-client';
import { SignedOutError } from './clients.ts';

/** Whether the API says that the resource does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiProblemError && error.is('not-found');
}

/** The message about a request that failed: what happened, and what the user can do. */
export function describeFailure(error: unknown, online: boolean): string {
  if (!online) return 'You are offline. Try again when you are back.';
  if (error instanceof SignedOutError) return 'Sign in first.';
  if (error instanceof ApiProblemError) {
    if (error.is('rate-limited'))
      return 'There were too many requests at once. Wait a moment, and try again.';
    if (error.is('unauthenticated')) return 'Your session has ended. Sign in again.';
    if (error.status < 500) return `${error.problem.detail}.`.replace(/\.\.$/, '.');
    return `The blog has a problem. Try again in a moment. (The number of the error is ${error.problem.correlationId}.)`;
  }
  if (error instanceof UnexpectedResponseError) {
    return 'The blog sent something that this page does not understand. Reload the page, or try again in a moment.';
  }
  return 'The blog does not respond. Check your connection, and try again.';
}
