/** @jest-environment node */
import { ApiProblemError, UnexpectedResponseError } from '@blogapp/api-client';
import { PROBLEM_TYPE_BASE } from '@blogapp/shared-types/rest-responses';
import { describeFailure, isNotFound } from './failures.ts';

const problem = (name: string, status: number, detail = 'Something'): ApiProblemError =>
  new ApiProblemError({
    type: `${PROBLEM_TYPE_BASE}${name}`,
    title: 'A problem',
    status,
    detail,
    instance: '/posts',
    correlationId: '01KAR6M0G0',
  });

test.each([
  ['no network', new TypeError('fetch failed'), false, /You are offline/],
  ['no response', new TypeError('fetch failed'), true, /does not respond.*try again/],
  ['a failure of the API, with its number', problem('internal-error', 500), true, /01KAR6M0G0/],
  ['too many requests', problem('rate-limited', 429), true, /Wait a moment/],
  ['a session that has ended', problem('unauthenticated', 401), true, /Sign in again/],
  ['what the API says', problem('forbidden', 403, 'It is not yours.'), true, /^It is not yours\.$/],
  [
    'a response that is not from the API',
    new UnexpectedResponseError(502, '/posts'),
    true,
    /does not understand/,
  ],
])('says what to do about %s', (_case, error, online, words) => {
  expect(describeFailure(error, online)).toMatch(words);
});

test('distinguishes a missing resource from a failure', () => {
  expect(isNotFound(problem('not-found', 404))).toBe(true);
  expect(isNotFound(problem('internal-error', 500))).toBe(false);
  expect(isNotFound(new TypeError('fetch failed'))).toBe(false);
});
