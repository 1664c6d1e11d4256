import { PROBLEM_TYPES, PROBLEM_TYPE_BASE } from '@blogapp/shared-types/rest';
import type { InvalidPart, Problem, ProblemName } from '@blogapp/shared-types/rest';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export interface ProblemOptions {
  /** What is wrong with this request: a sentence for the client's developer. */
  readonly detail: string;
  /** Every part of the request that is wrong. */
  readonly errors?: readonly InvalidPart[];
  /** Headers of the response, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that cannot be served as its client wants. The response to it is a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemName;
  readonly errors: readonly InvalidPart[] | undefined;
  /** Headers of the response. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: ProblemName, { detail, errors, headers = {} }: ProblemOptions) {
    super(detail);
    this.problem = problem;
    this.errors = errors;
    this.headers = headers;
  }

  /** The status of the response. */
  get status(): number {
    return PROBLEM_TYPES[this.problem].status;
  }
}

/**
 * The problem document (RFC 9457) of an error.
 *
 * @param instance the path of the request
 */
export function problemDocument(
  error: ProblemError,
  instance: string,
  correlationId: string,
): Problem {
  return {
    type: `${PROBLEM_TYPE_BASE}${error.problem}`,
    title: PROBLEM_TYPES[error.problem].title,
    status: error.status,
    detail: error.message,
    instance,
    correlationId,
    ...(error.errors !== undefined && { errors: [...error.errors] }),
  };
}
