import { PROBLEM_TYPE_BASE } from '@blogapp/shared-types/rest-responses';
import type { Problem, ProblemName } from '@blogapp/shared-types/rest';

/** The API responded with a problem. */
export class ApiProblemError extends Error {
  override readonly name = 'ApiProblemError';
  readonly problem: Problem;
  /** The value of the `Retry-After` header (s). */
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

/** The response is not the API's: a proxy, a gateway or another service sent it. */
export class UnexpectedResponseError extends Error {
  override readonly name = 'UnexpectedResponseError';
  readonly status: number;

  constructor(status: number, url: string, cause?: unknown) {
    super(`${url} responded with ${status} and a body that the API does not send`, { cause });
    this.status = status;
  }
}
