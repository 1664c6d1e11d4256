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
  /** Where it is another one than the result's. */
  readonly errorType?: string;
  /** How the runtime exited. */
  readonly exit?: string;
}

/** The runtime has responded, or has reported its handler's error. */
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

/** The function's time was over before it responded. */
export function endByTimeout(requestId: string, timeoutMs: number): InvocationEnd {
  const message = `RequestId: ${requestId} Error: ${timeoutMessage(timeoutMs)}`;
  return { result: failure(requestId, 'Sandbox.Timedout', message), type: 'timeout' };
}

/**
 * The runtime exited before it responded.
 *
 * @param initError what it reported before that, where its init had failed
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

/** The type of error of a runtime that exited, unless it has reported another one. */
export const EXIT_ERROR = 'Runtime.ExitError';
