import {
  newRequestId,
  newSegmentId,
  newTraceId,
  readTraceHeader,
  traceHeader,
} from '../ids/index.ts';
import { InvalidRequestContentError, RequestTooLargeError } from './errors.ts';
import type { InvocationResult, InvokeOptions } from './invoker.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, in bytes. */
export const MAXIMUM_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** Of an asynchronous invocation, likewise. */
export const MAXIMUM_ASYNC_PAYLOAD_BYTES = 1024 * 1024;
/** What a response may have: the runtime's limit has 100 bytes of room on top, as AWS's has. */
export const MAXIMUM_RESPONSE_BYTES = MAXIMUM_PAYLOAD_BYTES + 100;

/** What a streamed response may have: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html */
export const MAXIMUM_STREAMED_BYTES = 200 * 1024 * 1024;

/** One attempt to run a function. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: string | Buffer;
  /** `X-Amzn-Trace-Id` as the function gets it. */
  readonly traceHeader: string;
  /** Root of the trace. */
  readonly traceId: string;
  /** Its own segment in the trace, and the one that called it. */
  readonly segmentId: string | undefined;
  readonly parentId: string | undefined;
  /** JSON on one line of ASCII, as it fits a header. */
  readonly clientContext: string | undefined;
  /** The ARN that is invoked; undefined for the function's own. */
  readonly invokedArn: string | undefined;
  readonly tenantId: string | undefined;
  readonly onResponseStream: InvokeOptions['onResponseStream'];
  /** Told when it starts to run. */
  readonly onStart: (() => void) | undefined;
  /** `performance.now()` when it was asked for. */
  readonly queuedAt: number;
  readonly settle: (result: InvocationResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * @throws RequestTooLargeError, InvalidRequestContentError
 */
export function createInvocation(
  payload: string | Buffer,
  options: InvokeOptions,
  settle: Invocation['settle'],
  reject: Invocation['reject'],
  requestId: string = newRequestId(),
  tracing: Tracing = PASS_THROUGH,
): Invocation {
  // A character is three bytes of UTF-8 at most (four for two UTF-16 units): count only if need be.
  if (
    payload.length * 3 > MAXIMUM_PAYLOAD_BYTES &&
    Buffer.byteLength(payload) > MAXIMUM_PAYLOAD_BYTES
  ) {
    throw new RequestTooLargeError(MAXIMUM_PAYLOAD_BYTES);
  }
  return {
    requestId,
    // Lambda's event for an empty body.
    payload: payload.length === 0 ? '{}' : payload,
    ...traceOf(options.traceId, tracing),
    clientContext:
      options.clientContext === undefined ? undefined : decodeContext(options.clientContext),
    invokedArn: options.invokedArn,
    tenantId: options.tenantId,
    onResponseStream: options.onResponseStream,
    onStart: options.onStart,
    queuedAt: performance.now(),
    settle,
    reject,
  };
}

/** How a function takes part in traces. */
export interface Tracing {
  /** `Tracing: Active`; else it passes on what it was given. */
  readonly isActive: boolean;
  /** Whether a trace that nobody has decided about is recorded. */
  readonly sample: () => boolean;
}

const PASS_THROUGH: Tracing = { isActive: false, sample: () => false };

/**
 * With active tracing, Lambda decides about traces that begin with it, and its segment is the parent
 * of what the function does. Else the function gets the header as it was sent.
 */
function traceOf(
  header: string | undefined,
  { isActive, sample }: Tracing,
): Pick<Invocation, 'traceHeader' | 'traceId' | 'segmentId' | 'parentId'> {
  const caller = readTraceHeader(header);
  // Who names a trace and no more, as API Gateway does, begins it with this invocation.
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
