import {
  newRequestId,
  newSegmentId,
  newTraceId,
  readTraceHeader,
  traceHeader,
} from '../ids/index.ts';
import { InvalidRequestContentError, RequestTooLargeError } from './errors.ts';
import type { InvocationResult, InvokeOptions } from './invoker.ts';

/**
 * The maximum size of a synchronous invocation's payload, in bytes
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export const MAXIMUM_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** The maximum size of an asynchronous invocation's payload, in bytes (same source). */
export const MAXIMUM_ASYNC_PAYLOAD_BYTES = 1024 * 1024;
/**
 * The maximum size of a response, in bytes. AWS's runtime allows 100 bytes more than the payload
 * limit.
 */
export const MAXIMUM_RESPONSE_BYTES = MAXIMUM_PAYLOAD_BYTES + 100;

/**
 * The maximum size of a streamed response, in bytes:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
export const MAXIMUM_STREAMED_BYTES = 200 * 1024 * 1024;

/** An attempt to run a function for an asynchronous event. */
export interface AsyncAttempt {
  /** The request id, which is the same for all attempts of an event. */
  readonly requestId: string;
  /** The number of the attempt, counted from 1. */
  readonly number: number;
  /** The time since the event was accepted, in ms. */
  readonly eventAgeMs: number;
}

/** One attempt to run a function. */
export interface Invocation {
  readonly requestId: string;
  /** Present for asynchronous invocations. */
  readonly attempt: AsyncAttempt | undefined;
  readonly payload: string | Buffer;
  /** The `X-Amzn-Trace-Id` that the function gets. */
  readonly traceHeader: string;
  /** The id of the trace. */
  readonly traceId: string;
  /** The invocation's own segment in the trace, and the segment of its caller. */
  readonly segmentId: string | undefined;
  readonly parentId: string | undefined;
  /** JSON in one line of ASCII characters, so that it can be a header. */
  readonly clientContext: string | undefined;
  /** The ARN that was invoked; undefined if it is the function's own ARN. */
  readonly invokedArn: string | undefined;
  readonly tenantId: string | undefined;
  readonly onResponseStream: InvokeOptions['onResponseStream'];
  /** Called when the invocation starts to run. */
  readonly onStart: (() => void) | undefined;
  /** The value of `performance.now()` when the invocation was requested, in ms. */
  readonly queuedAt: number;
  /** Whether no environment was idle when it was requested, so that it had to wait for one. */
  hasWaited: boolean;
  /** Whether there is a fact of its wait. */
  isQueued: boolean;
  readonly settle: (result: InvocationResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Makes an invocation from a call.
 *
 * @throws RequestTooLargeError if the payload is too large
 * @throws InvalidRequestContentError if the client context is not Base64 of JSON
 */
export function createInvocation(
  payload: string | Buffer,
  options: InvokeOptions,
  settle: Invocation['settle'],
  reject: Invocation['reject'],
  attempt?: AsyncAttempt,
  tracing: Tracing = PASS_THROUGH,
): Invocation {
  // A UTF-16 unit has at most three bytes of UTF-8, so the bytes are only counted if the limit may
  // be exceeded.
  if (
    payload.length * 3 > MAXIMUM_PAYLOAD_BYTES &&
    Buffer.byteLength(payload) > MAXIMUM_PAYLOAD_BYTES
  ) {
    throw new RequestTooLargeError(MAXIMUM_PAYLOAD_BYTES);
  }
  return {
    requestId: attempt?.requestId ?? options.requestId ?? newRequestId(),
    attempt,
    // Lambda makes this event from an empty body.
    payload: payload.length === 0 ? '{}' : payload,
    ...traceOf(options.traceId, tracing),
    clientContext:
      options.clientContext === undefined ? undefined : decodeContext(options.clientContext),
    invokedArn: options.invokedArn,
    tenantId: options.tenantId,
    onResponseStream: options.onResponseStream,
    onStart: options.onStart,
    queuedAt: performance.now(),
    hasWaited: false,
    isQueued: false,
    settle,
    reject,
  };
}

/** The tracing configuration of a function. */
export interface Tracing {
  /** True for `Tracing: Active`. Otherwise the function passes the trace header on. */
  readonly isActive: boolean;
  /** Decides whether a trace is recorded for which no caller has decided. */
  readonly sample: () => boolean;
}

const PASS_THROUGH: Tracing = { isActive: false, sample: () => false };

/**
 * Makes the trace header for the function. With active tracing, Lambda decides about traces that
 * begin with it, and its segment is the parent of the function's segments. Otherwise the function
 * gets the header of the caller.
 */
function traceOf(
  header: string | undefined,
  { isActive, sample }: Tracing,
): Pick<Invocation, 'traceHeader' | 'traceId' | 'segmentId' | 'parentId'> {
  const caller = readTraceHeader(header);
  // If the header has only a trace id, as API Gateway's has, the trace begins with this invocation.
  const isBegun =
    caller !== undefined && caller.parentId === undefined && caller.isSampled === undefined;
  if (!isActive && !isBegun && header !== undefined && /^[\x21-\x7e]{1,1024}$/.test(header)) {
    return {
      traceHeader: header,
      traceId: caller?.traceId ?? newTraceId(),
      segmentId: undefined,
      parentId: caller?.parentId,
    };
  }
  const traceId = caller?.traceId ?? newTraceId();
  const segmentId = newSegmentId();
  const isSampled = isActive && (caller?.isSampled ?? sample());
  return {
    traceHeader: traceHeader({ traceId, parentId: segmentId, isSampled }),
    ...{ traceId, segmentId, parentId: caller?.parentId },
  };
}

function decodeContext(base64: string): string {
  try {
    const context: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return JSON.stringify(context).replace(
      /[\u007f-\uffff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  } catch {
    throw new InvalidRequestContentError(
      'Client context must be a valid Base64-encoded JSON object.',
    );
  }
}
