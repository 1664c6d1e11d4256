import { PROBLEM_TYPE_BASE } from '@blogapp/shared-types/rest';
import type { Problem, ProblemName } from '@blogapp/shared-types/rest';

/** The API answered with a problem. */
export class ApiProblemError extends Error {
  override readonly name = 'ApiProblemError';
  readonly problem: Problem;
  /** From `Retry-After` (s). */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(`${problem.status} ${problem.title}: ${problem.detail}`);
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return this.problem.status;
  }

  /** Whether it is this kind of problem. */
  is(name: ProblemName): boolean {
    return this.problem.type === `${PROBLEM_TYPE_BASE}${name}`;
  }
}

/** Something answered that is not the API: a proxy, a gateway, another service. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
  readonly status: number;

  constructor(status: number, url: string, cause?: unknown) {
    super(`${url} answered ${status} with something that the API does not answer`, { cause });
    this.status = status;
  }
}
