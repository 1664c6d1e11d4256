/** Problem details (RFC 9457) of the type `about:blank`, whose title is the status's own. */
export interface Problem {
  readonly status: 404 | 500;
  readonly detail: string;
  /** The path that was asked for. */
  readonly instance?: string;
}

const TITLES = {
  404: 'Not Found',
  500: 'Internal Server Error',
} satisfies Record<Problem['status'], string>;

export const PROBLEM_HEADERS = { 'content-type': 'application/problem+json' };

/** A problem as JSON. */
export function problemBody(problem: Problem): string {
  return JSON.stringify({ type: 'about:blank', title: TITLES[problem.status], ...problem });
}
