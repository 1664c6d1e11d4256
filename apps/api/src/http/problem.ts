import { PROBLEM_TYPES, PROBLEM_TYPE_BASE } from '@blogapp/shared-types/rest';
import type { InvalidPart, Problem, ProblemName } from '@blogapp/shared-types/rest';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export interface ProblemOptions {
  readonly detail: string;
  readonly errors?: readonly InvalidPart[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that can not be answered as its client wants; it becomes a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemName;
  readonly errors: readonly InvalidPart[] | undefined;
  /** Of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: ProblemName, { detail, errors, headers = {} }: ProblemOptions) {
    super(detail);
    this.problem = problem;
    this.errors = errors;
    this.headers = headers;
  }

  get status(): number {
    return PROBLEM_TYPES[this.problem].status;
  }
}

/** The document (RFC 9457) of a problem. */
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
