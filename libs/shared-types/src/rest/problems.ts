import * as z from 'zod';

/** Where the problem types are named; each is this and its key in `PROBLEM_TYPES`. */
export const PROBLEM_TYPE_BASE = 'https://blogapp.example/problems/';

/**
 * Every problem that the API answers with. The keys are part of the API: they stay as they are, for
 * clients decide by them (by the `type`, that is).
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
  unavailable: { status: 503, title: 'It can not be answered at the moment' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemName = keyof typeof PROBLEM_TYPES;

export const invalidPartSchema = z
  .object({
    detail: z.string().meta({ example: 'is empty' }),
    pointer: z.string().optional().meta({
      description: 'Where in the body: a JSON pointer (RFC 6901), as a URI fragment.',
      example: '#/title',
    }),
    parameter: z
      .string()
      .optional()
      .meta({ description: 'Which query parameter or header.', example: 'limit' }),
  })
  .meta({ id: 'InvalidPart' });

/** Problem details (RFC 9457), with what the API adds to them. */
export const problemSchema = z
  .object({
    type: z.url().meta({
      description: 'What kind of problem it is: stable, decide by it.',
      example: `${PROBLEM_TYPE_BASE}invalid-content`,
    }),
    title: z.string().meta({ example: PROBLEM_TYPES['invalid-content'].title }),
    status: z.int().meta({ example: 422 }),
    detail: z.string().meta({ example: 'The body has 1 fault' }),
    instance: z.string().meta({ description: 'The path that was asked for.', example: '/posts' }),
    correlationId: z.string().meta({
      description: 'Under which the request is logged; also in `X-Correlation-Id`.',
      example: '01KAR6M0G0',
    }),
    errors: z
      .array(invalidPartSchema)
      .optional()
      .meta({ description: 'Everything that is wrong with the request, where it is its content.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

export type Problem = z.output<typeof problemSchema>;
export type InvalidPart = z.output<typeof invalidPartSchema>;
