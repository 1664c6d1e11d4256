import { CORRELATION_HEADER } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import type { Hono } from 'hono';
/* eslint-disable @typescript-eslint/no-deprecated --
   Hono 5 moves its adapters to packages of their own; @hono/aws-lambda is not out yet. */
import { handle } from 'hono/aws-lambda';
import type { LambdaEvent } from 'hono/aws-lambda';
import { PROBLEM_HEADERS, problemBody } from './problem.ts';

/** An event of payload format 2.0, which the HTTP API and the Function URL share. */
export type HttpEvent = Extract<LambdaEvent, { rawPath: string }>;

/** An answer of payload format 2.0, for either. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly cookies?: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Serves an app's events, each answer with its correlation id. */
export function serve(app: Hono) {
  const respond = handle(app);
  return async (
    event: HttpEvent,
    { correlationId }: Pick<Invocation, 'correlationId'>,
  ): Promise<HttpAnswer> => {
    const answer = await respond(event);
    return { ...answer, headers: { ...answer.headers, [CORRELATION_HEADER]: correlationId } };
  };
}
/* eslint-enable @typescript-eslint/no-deprecated */

/** What a caller gets for a request that failed; the error is logged under the correlation id. */
export function failedAnswer({ correlationId }: Pick<Invocation, 'correlationId'>): HttpAnswer {
  return {
    statusCode: 500,
    headers: { ...PROBLEM_HEADERS, [CORRELATION_HEADER]: correlationId },
    body: problemBody({ status: 500, detail: `Something went wrong; see ${correlationId}` }),
    isBase64Encoded: false,
  };
}
