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
 * Finds the trace and the invocation of an AWS call. The trace is the one that `X-Amzn-Trace-Id`
 * names, else that of the invocation that the signer runs. An execution environment runs one
 * invocation at a time, so its key pair identifies the invocation.
 */
export function placeOfCall(headers: RequestHeaders, principal: Principal | undefined): CallPlace {
  const header = headers['x-amzn-trace-id'];
  const told = typeof header === 'string' ? readTraceHeader(header) : undefined;
  const running = principal?.invocation?.();
  // The header may name another trace, if it is made up or comes from an earlier invocation.
  const isOwn = told === undefined || told.traceId === running?.traceId;
  return {
    traceId: told?.traceId ?? running?.traceId,
    parentId: told?.parentId ?? (isOwn ? running?.segmentId : undefined),
    invocationId: isOwn ? running?.requestId : undefined,
  };
}
