import type { ProcessExit } from '../processes/index.ts';
import { exitDescription, failure, reportedFailure, timeoutMessage } from './failures.ts';
import type { InvocationResult } from './invoker.ts';
import type { RuntimeErrorReport, RuntimeResponse } from './runtime-api.ts';

/**
 * How an invocation ended, and the result that its caller gets. A handler's error is an error of the
 * invocation, not of the environment: Lambda's REPORT line has a status for the latter only.
 */
export interface InvocationEnd {
  readonly result: InvocationResult;
  readonly type: 'handler' | 'environment' | 'timeout';
  /** The error type for the REPORT line, if it differs from the result's. */
  readonly errorType?: string;
  /** A description of the runtime's exit. */
  readonly exit?: string;
}

/**
 * Makes the end of an invocation for which the runtime has responded, or has reported its handler's
 * error.
 */
export function endByResponse(requestId: string, response: RuntimeResponse): InvocationEnd {
  switch (response.type) {
    case 'response': {
      const { body: payload, contentType } = response;
      const content = contentType === undefined ? {} : { contentType };
      return { result: { ok: true, requestId, payload, ...content }, type: 'handler' };
    }
    case 'response-too-large': {
      const result = failure(
        requestId,
        'Function.ResponseSizeTooLarge',
        `Response payload size (${response.bytes} bytes) exceeded maximum allowed payload size (${response.maximumBytes} bytes).`,
      );
      return { result, type: 'environment' };
    }
    case 'error':
      return { result: reportedFailure(requestId, response.error), type: 'handler' };
  }
}

/** Makes the end of an invocation that timed out. */
export function endByTimeout(requestId: string, timeoutMs: number): InvocationEnd {
  const message = `RequestId: ${requestId} Error: ${timeoutMessage(timeoutMs)}`;
  return { result: failure(requestId, 'Sandbox.Timedout', message), type: 'timeout' };
}

/**
 * Makes the end of an invocation during which the runtime exited.
 *
 * @param initError the error that the runtime reported before, if its init had failed
 */
export function endByExit(
  requestId: string,
  processExit: ProcessExit,
  initError: RuntimeErrorReport | undefined,
): InvocationEnd {
  if (initError !== undefined) {
    return {
      result: reportedFailure(requestId, initError),
      type: 'environment',
      errorType: initError.errorType ?? EXIT_ERROR,
    };
  }
  const exit = exitDescription(processExit);
  const result = failure(requestId, EXIT_ERROR, `RequestId: ${requestId} Error: ${exit}`);
  return { result, type: 'environment', exit };
}

/** The error type for a runtime that exited without reporting an error. */
export const EXIT_ERROR = 'Runtime.ExitError';
