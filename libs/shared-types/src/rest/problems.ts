/** The URI of a problem type is this base and the type's key in `PROBLEM_TYPES`. */
export const PROBLEM_TYPE_BASE = 'https://blogapp.example/problems/';

/**
 * Every problem that the API responds with. The keys are part of the API and must not change:
 * clients decide by the `type`, which contains the key.
 */
export const PROBLEM_TYPES = {
  'malformed-request': { status: 400, title: 'The request is malformed' },
  unauthenticated: { status: 401, title: 'A valid ID token is needed' },
  forbidden: { status: 403, title: 'It belongs to somebody else' },
  'not-found': { status: 404, title: 'There is no such resource' },
  'method-not-allowed': { status: 405, title: 'The resource has no such method' },
  'request-in-progress': { status: 409, title: 'The same request is being worked on' },
  'version-conflict': { status: 412, title: 'The post has changed meanwhile' },
  'content-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body has to be JSON' },
  'invalid-content': { status: 422, title: 'The body does not say what it must' },
  'idempotency-key-reused': { status: 422, title: 'The key was used for another request' },
  'precondition-required': { status: 428, title: 'If-Match is needed' },
  'rate-limited': { status: 429, title: 'Too many writes' },
  'internal-error': { status: 500, title: 'Something went wrong' },
  unavailable: { status: 503, title: 'The service is not available at the moment' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemName = keyof typeof PROBLEM_TYPES;
