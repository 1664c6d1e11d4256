import { PROBLEM_MEDIA_TYPE } from '@blogapp/problems';
import { PROBLEM_TYPES, PROBLEM_TYPE_BASE, problemSchema } from '@blogapp/shared-types/rest';
import type { ProblemName } from '@blogapp/shared-types/rest';
import type { RouteConfig } from '@hono/zod-openapi';

/** The correlation id, which every response has as a header. */
export const CORRELATION = {
  'X-Correlation-Id': {
    description: 'The id under which the request is logged: the caller’s own, or a new one.',
    example: '01KAR6M0G0',
    schema: { type: 'string' } as const,
  },
};

const PROBLEM_HEADERS: Readonly<
  Record<number, Record<string, { description: string; schema: { type: 'string' } }>>
> = {
  401: {
    'WWW-Authenticate': {
      description: 'The scheme that the API requires.',
      schema: { type: 'string' },
    },
  },
  409: { 'Retry-After': { description: 'Seconds.', schema: { type: 'string' } } },
  429: { 'Retry-After': { description: 'Seconds.', schema: { type: 'string' } } },
  503: { 'Retry-After': { description: 'Seconds.', schema: { type: 'string' } } },
};

/**
 * One response for each status, with an example for each problem of that status.
 *
 * @param path the path in the examples
 */
export function problemResponses(
  problems: readonly ProblemName[],
  path: string,
): RouteConfig['responses'] {
  const byStatus = new Map<number, ProblemName[]>();
  for (const name of problems) {
    const { status } = PROBLEM_TYPES[name];
    byStatus.set(status, [...(byStatus.get(status) ?? []), name].sort());
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: names.map((name) => `${PROBLEM_TYPES[name].title}.`).join(' '),
        headers: { ...CORRELATION, ...PROBLEM_HEADERS[status] },
        content: {
          [PROBLEM_MEDIA_TYPE]: {
            schema: problemSchema,
            examples: Object.fromEntries(
              names.map((name) => [name, { value: problemExample(name, path) }]),
            ),
          },
        },
      },
    ]),
  );
}

function problemExample(name: ProblemName, path: string): object {
  return {
    type: `${PROBLEM_TYPE_BASE}${name}`,
    title: PROBLEM_TYPES[name].title,
    status: PROBLEM_TYPES[name].status,
    detail: 'What is wrong with this request',
    instance: path,
    correlationId: '01KAR6M0G0',
    ...(name === 'invalid-content' && { errors: [{ pointer: '#/body', detail: 'is empty' }] }),
  };
}
