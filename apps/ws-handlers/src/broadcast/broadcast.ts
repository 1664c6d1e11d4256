import { EventTooLargeError, InvalidEventError } from '@blogapp/broadcast';
import type { Broadcaster } from '@blogapp/broadcast';
import { CORRELATION_HEADER } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import { MAX_MESSAGE_BYTES, broadcastRequestSchema, validate } from '@blogapp/shared-types';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { deliveryBudget } from '../delivery-budget.ts';
import { problem } from '../problem.ts';
import { readJsonBody } from './json-body.ts';

export interface BroadcastDependencies {
  readonly broadcaster: Pick<Broadcaster, 'publish'>;
}

type BroadcastAnswer = APIGatewayProxyStructuredResultV2 & { readonly statusCode: number };

const ROUTE = { method: 'POST', route: '/broadcast/comments' } as const;

/**
 * `POST /broadcast/comments`: sends an announcement to everybody who is subscribed to a channel,
 * and answers 202 with what was sent and what was queued. The gateway has verified the signature.
 */
export function createBroadcast({ broadcaster }: BroadcastDependencies) {
  return async (
    event: APIGatewayProxyEventV2,
    invocation: Invocation,
  ): Promise<BroadcastAnswer> => {
    const started = performance.now();
    const answered = (status: number): void => {
      const durationMs = Math.round(performance.now() - started);
      invocation.logger.info('answered', { ...ROUTE, status, durationMs });
    };
    try {
      const answer = await answerTo(event, invocation);
      answered(answer.statusCode);
      return answer;
    } catch (error) {
      // The handler's wrapper answers it with `failedAnswer`.
      answered(500);
      throw error;
    }
  };

  async function answerTo(
    event: APIGatewayProxyEventV2,
    invocation: Invocation,
  ): Promise<BroadcastAnswer> {
    const { correlationId, tracing } = invocation;
    if (event.rawQueryString !== '') {
      const detail = 'The query has parameters, and the route takes none';
      return problem({ status: 400, detail }, correlationId);
    }
    const body = readJsonBody(event, MAX_MESSAGE_BYTES);
    if (!body.ok) return problem(body.problem, correlationId);

    const request = validate(broadcastRequestSchema, body.value);
    if (!request.ok) {
      const detail = 'The body is not a broadcast request';
      return problem({ status: 422, detail, errors: request.issues }, correlationId);
    }
    const { channel, type, data } = request.value;

    try {
      const result = await tracing.subsegment('publish', () =>
        broadcaster.publish({ type, data }, channel, {
          budget: deliveryBudget(invocation),
          correlationId,
        }),
      );
      return {
        statusCode: 202,
        headers: { 'content-type': 'application/json', [CORRELATION_HEADER]: correlationId },
        body: JSON.stringify(result),
      };
    } catch (error) {
      if (error instanceof EventTooLargeError) {
        return problem({ status: 413, detail: error.message }, correlationId);
      }
      // `data` can be anything: some of it can't be written again, such as arrays 10,000 deep.
      if (error instanceof InvalidEventError) {
        const { message: detail, issues: errors } = error;
        return problem({ status: 422, detail, errors }, correlationId);
      }
      throw error;
    }
  }
}

/** What a caller gets for a broadcast that failed; the error is logged under the correlation id. */
export function failedAnswer({
  correlationId,
}: Pick<Invocation, 'correlationId'>): BroadcastAnswer {
  return problem(
    { status: 500, detail: `Something went wrong; it is logged under ${correlationId}` },
    correlationId,
  );
}
