import { EventTooLargeError, InvalidEventError } from '@blogapp/broadcast';
import type { Broadcaster } from '@blogapp/broadcast';
import { CORRELATION_HEADER } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import {
  bodyOf,
  failureResponse,
  malformedQuery,
  parseJsonBody,
  ProblemError,
  problemResponse,
  SECURITY_HEADERS,
  unknownParameters,
} from '@blogapp/problems';
import { broadcastRequestSchema, MAX_MESSAGE_BYTES, parseInEnglish } from '@blogapp/shared-types';
import type { BroadcastRequest, BroadcastResult } from '@blogapp/shared-types';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { deliveryBudget } from '../delivery-budget.ts';
import { findLostNumber } from './lost-numbers.ts';

export interface BroadcastDependencies {
  readonly broadcaster: Pick<Broadcaster, 'publish'>;
}

type HttpResponse = APIGatewayProxyStructuredResultV2 & { readonly statusCode: number };

const ROUTE = { method: 'POST', route: '/broadcast/comments' } as const;

/**
 * `POST /broadcast/comments`: sends an announcement to everybody who is subscribed to a channel.
 * The response (202) has the figures of the delivery. The gateway has verified the signature.
 */
export function createBroadcast({ broadcaster }: BroadcastDependencies) {
  return async (event: APIGatewayProxyEventV2, invocation: Invocation): Promise<HttpResponse> => {
    const started = performance.now();
    const logResponse = (status: number): void => {
      const durationMs = Math.round(performance.now() - started);
      invocation.logger.summary('responded', { ...ROUTE, status, durationMs });
    };
    try {
      const response = await respondTo(event, invocation);
      logResponse(response.statusCode);
      return response;
    } catch (error) {
      // The handler's wrapper responds to the error with `failedResponse`.
      logResponse(500);
      throw error;
    }
  };

  async function respondTo(
    event: APIGatewayProxyEventV2,
    invocation: Invocation,
  ): Promise<HttpResponse> {
    const { correlationId } = invocation;
    try {
      const result = await publish(await readRequest(event), invocation);
      return {
        statusCode: 202,
        headers: {
          ...SECURITY_HEADERS,
          'cache-control': 'no-store',
          'content-type': 'application/json',
          [CORRELATION_HEADER]: correlationId,
        },
        body: JSON.stringify(result),
      };
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      return problemResponse(problem, event.rawPath, correlationId);
    }
  }

  async function publish(
    { channel, type, data }: BroadcastRequest,
    invocation: Invocation,
  ): Promise<BroadcastResult> {
    const { correlationId, tracing } = invocation;
    return tracing.subsegment('publish', () =>
      broadcaster.publish({ type, data }, channel, {
        budget: deliveryBudget(invocation),
        correlationId,
      }),
    );
  }
}

/** Reads and checks the request. @throws ProblemError (400, 413, 415, 422) */
async function readRequest(event: APIGatewayProxyEventV2): Promise<BroadcastRequest> {
  const unknown = unknownParameters(new URLSearchParams(event.rawQueryString).keys());
  if (unknown.length > 0) throw malformedQuery(unknown);
  const { text, value } = await parseJsonBody(
    {
      contentType: event.headers['content-type'],
      contentEncoding: event.headers['content-encoding'],
      read: () => Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    },
    { maxBytes: MAX_MESSAGE_BYTES },
  );
  const lost = findLostNumber(text);
  if (lost !== undefined) {
    const detail = `Subscribers would receive the number ${lost} changed: send it as a text`;
    throw new ProblemError('invalid-content', { detail });
  }
  return bodyOf(parseInEnglish(broadcastRequestSchema, value));
}

/** The problem that a caller gets for an error; undefined for an error that is not the caller's. */
function problemOf(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  if (error instanceof EventTooLargeError) {
    return new ProblemError('content-too-large', { detail: error.message });
  }
  // `data` may be any JSON value. Some values cannot be written again, such as arrays nested 10,000
  // levels deep.
  if (error instanceof InvalidEventError) {
    return new ProblemError('invalid-content', { detail: error.message });
  }
  return undefined;
}

/** The response to a broadcast that failed; the error is logged under the correlation id. */
export function failedResponse(
  { correlationId }: Pick<Invocation, 'correlationId'>,
  { rawPath }: Pick<APIGatewayProxyEventV2, 'rawPath'>,
): HttpResponse {
  return failureResponse(rawPath, correlationId);
}
