import type { Context } from 'aws-lambda';

/** The HTTP header that carries a correlation id in and out. */
export const CORRELATION_HEADER = 'x-correlation-id';

/** The SQS message attribute that carries it on to the fan-out worker. */
export const CORRELATION_ATTRIBUTE = 'correlationId';

/** What is taken over from outside: nothing that could forge a log line or fill it up. */
const ACCEPTED = /^[\w.:=/+-]{1,128}$/;

/**
 * The id that ties together every log line, trace and event of one request: the caller's
 * `X-Correlation-Id` where there is a sound one, else API Gateway's request id, else Lambda's.
 */
export function correlationIdOf(event: unknown, context: Pick<Context, 'awsRequestId'>): string {
  return (
    acceptable(header(event, CORRELATION_HEADER)) ??
    acceptable(property(property(event, 'requestContext'), 'requestId')) ??
    context.awsRequestId
  );
}

/** The correlation id of one SQS record, from its message attribute. */
export function correlationIdOfRecord(record: unknown): string | undefined {
  const attribute = property(property(record, 'messageAttributes'), CORRELATION_ATTRIBUTE);
  return acceptable(property(attribute, 'stringValue'));
}

function acceptable(value: unknown): string | undefined {
  return typeof value === 'string' && ACCEPTED.test(value) ? value : undefined;
}

/** WebSocket `$connect` events keep the client's spelling of header names; HTTP APIs do not. */
function header(event: unknown, name: string): unknown {
  const headers = property(event, 'headers');
  if (typeof headers !== 'object' || headers === null) return undefined;
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
