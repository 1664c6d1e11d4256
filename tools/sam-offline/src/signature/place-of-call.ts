import { readTraceHeader } from '../ids/index.ts';
import type { Principal } from './principal.ts';
import type { RequestHeaders } from './signed-request.ts';

/** The trace, the segment and the invocation that a call belongs to, as far as they are known. */
export interface CallPlace {
  readonly traceId: string | undefined;
  readonly parentId: string | undefined;
  /** The request id of the invocation. */
  readonly invocationId: string | undefined;
}

/**
 * Where an AWS call belongs: to the trace that its `X-Amzn-Trace-Id` names, and else to the one of
 * the invocation that its signer runs. An execution environment runs one invocation at a time, so
 * its key pair says which.
 */
export function placeOfCall(headers: RequestHeaders, principal: Principal | undefined): CallPlace {
  const header = headers['x-amzn-trace-id'];
  const told = typeof header === 'string' ? readTraceHeader(header) : undefined;
  const running = principal?.invocation?.();
  // A header that an earlier invocation left behind, or one made up, names another trace.
  const isOwn = told === undefined || told.traceId === running?.traceId;
  return {
    traceId: told?.traceId ?? running?.traceId,
    parentId: told?.parentId ?? (isOwn ? running?.segmentId : undefined),
    invocationId: isOwn ? running?.requestId : undefined,
  };
}
