import type { Context } from 'aws-lambda';

/** The HTTP header that carries a correlation id in and out. */
export const CORRELATION_HEADER = 'x-correlation-id';

/** The SQS message attribute that carries it on to the fan-out worker. */
export const CORRELATION_ATTRIBUTE = 'correlationId';

/** The ids that are accepted from outside: none that could forge a log line or fill the log. */
const ACCEPTED = /^[\w.:=/+-]{1,128}$/;
/** A text that looks like a token, which somebody put into the wrong header. */
const LIKE_A_TOKEN = /^(?:bearer\.|eyJ)/i;

/**
 * The id that ties together every log line, trace and event of one request: the caller's
 * `X-Correlation-Id` when it is acceptable, that of the only record of a batch, else API Gateway's
 * request id, else Lambda's.
 */
export function correlationIdOf(event: unknown, context: Pick<Context, 'awsRequestId'>): string {
  return (
    acceptable(header(event, CORRELATION_HEADER)) ??
    correlationIdOfOnlyRecord(event) ??
    acceptable(property(property(event, 'requestContext'), 'requestId')) ??
    context.awsRequestId
  );
}

/** The correlation id of one SQS record, from its message attribute. */
export function correlationIdOfRecord(record: unknown): string | undefined {
  const attribute = property(property(record, 'messageAttributes'), CORRELATION_ATTRIBUTE);
  return acceptable(property(attribute, 'stringValue'));
}

/** The most trace ids in an annotation: X-Ray allows 1,000 characters. */
const MAX_PREVIOUS_TRACES = 25;
/** For example `1-58406520-a006649127e371903a2de979`. */
const TRACE_ID = /\b1-[0-9a-f]{8}-[0-9a-f]{24}\b/;

/**
 * The ids of the traces that wrote the records of a batch. A trace ends when a message is queued or
 * an item is stored; the function that receives it has another trace.
 */
export function previousTracesOf(event: unknown): string[] {
  const traces = recordsOf(event).flatMap((record) => {
    const queued = property(
      property(property(record, 'messageAttributes'), 'traceId'),
      'stringValue',
    );
    const stored = property(attributeOfItem(record, 'traceId'), 'S');
    const text = queued ?? stored;
    return (typeof text === 'string' ? TRACE_ID.exec(text)?.[0] : undefined) ?? [];
  });
  return [...new Set(traces)].slice(0, MAX_PREVIOUS_TRACES);
}

function correlationIdOfOnlyRecord(event: unknown): string | undefined {
  const [record, ...others] = recordsOf(event);
  if (others.length > 0) return undefined;
  return (
    correlationIdOfRecord(record) ??
    acceptable(property(attributeOfItem(record, 'correlationId'), 'S'))
  );
}

function recordsOf(event: unknown): readonly unknown[] {
  const records = property(event, 'Records');
  return Array.isArray(records) ? records : [];
}

/**
 * An attribute of the item in a record of a DynamoDB stream, with its value after the change. It is
 * undefined for a deleted item, whose last attributes belong to an earlier request.
 */
function attributeOfItem(record: unknown, name: string): unknown {
  const change = property(record, 'dynamodb');
  return property(property(change, 'NewImage'), name);
}

function acceptable(value: unknown): string | undefined {
  return typeof value === 'string' && ACCEPTED.test(value) && !LIKE_A_TOKEN.test(value)
    ? value
    : undefined;
}

/** WebSocket `$connect` events keep the client's spelling of header names; HTTP APIs do not. */
function header(event: unknown, name: string): unknown {
  const headers = property(event, 'headers');
  if (typeof headers !== 'object' || headers === null) return undefined;
  for (const key in headers) {
    // The length is compared first: otherwise the name of each of a dozen headers would be copied.
    if (key.length === name.length && key.toLowerCase() === name) return property(headers, key);
  }
  return undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
