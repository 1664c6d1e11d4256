import type { ProcessExit } from '../processes/index.ts';
import type { InvocationResult } from './invoker.ts';
import type { RuntimeErrorReport } from './runtime-api.ts';

/** Makes the result of a failed invocation, with an error in the form of Lambda's response. */
export function failure(
  requestId: string,
  errorType: string,
  errorMessage: string,
): Extract<InvocationResult, { ok: false }> {
  return {
    ok: false,
    requestId,
    payload: Buffer.from(JSON.stringify({ errorType, errorMessage })),
    errorType,
    errorMessage,
  };
}

/**
 * Makes the result for an error that the runtime reported. The payload is not changed; only its
 * type and message are read.
 */
export function reportedFailure(requestId: string, report: RuntimeErrorReport): InvocationResult {
  const fields = parseErrorFields(report.body);
  return {
    ok: false,
    requestId,
    payload: report.body,
    errorType: fields.errorType ?? report.errorType ?? 'Runtime.Unknown',
    errorMessage: fields.errorMessage ?? '',
  };
}

/**
 * Describes an error in one line: `Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token`, and
 * its position if it is known.
 */
export function summaryOf(report: RuntimeErrorReport): string {
  const { errorType = report.errorType ?? 'Runtime.Unknown', errorMessage = '' } = parseErrorFields(
    report.body,
  );
  return `${errorType}: ${errorMessage}`;
}

function parseErrorFields(body: Buffer): { errorType?: string; errorMessage?: string } {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null) return {};
    return {
      ...('errorType' in parsed &&
        typeof parsed.errorType === 'string' && { errorType: parsed.errorType }),
      ...('errorMessage' in parsed &&
        typeof parsed.errorMessage === 'string' && { errorMessage: parsed.errorMessage }),
    };
  } catch {
    return {};
  }
}

/** Go's names of signals, which Lambda's messages use. */
const SIGNAL_NAMES: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
  SIGILL: 'illegal instruction',
  SIGBUS: 'bus error',
};

/** Describes an exit as Lambda does: `Runtime exited with error: exit status 1`. */
export function exitDescription({ code, signal, error }: ProcessExit): string {
  if (error !== undefined) return `Runtime failed to start: ${error.message}`;
  if (signal !== null) {
    return `Runtime exited with error: signal: ${SIGNAL_NAMES[signal] ?? signal}`;
  }
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code ?? 'unknown'}`;
}

/** Describes a time-out as Lambda does: `Task timed out after 3.00 seconds`. */
export function timeoutMessage(timeoutMs: number): string {
  return `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
}
