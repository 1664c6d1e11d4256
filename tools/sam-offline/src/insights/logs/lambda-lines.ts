import type { EventOf, InvocationReport } from '../../events/index.ts';
import { versionOfEnvironment } from '../../ids/index.ts';

/** The lines that Lambda itself writes to a function's log, made from facts. */

type FinishedEvent =
  EventOf<'invocation.succeeded'> | EventOf<'invocation.failed'> | EventOf<'invocation.timed-out'>;

/** The line with which Lambda begins the log of an execution environment. */
export function initStartLine({ runtimeVersion }: EventOf<'environment.starting'>): string {
  return `INIT_START Runtime Version: ${runtimeVersion}`;
}

/** The line with which Lambda begins an invocation. */
export function startLine({ requestId, environmentId }: EventOf<'invocation.started'>): string {
  return `START RequestId: ${requestId} Version: ${versionOfEnvironment(environmentId)}`;
}

/** The lines before END: a time-out, or the exit of the runtime. */
export function failureLine(event: FinishedEvent): string | undefined {
  if (event.type === 'invocation.timed-out') {
    const time = new Date(event.timeMs).toISOString();
    const seconds = (event.timeoutMs / 1000).toFixed(2);
    return `${time} ${event.requestId} Task timed out after ${seconds} seconds`;
  }
  return event.type === 'invocation.failed' ? exitLine(event) : undefined;
}

/** The line with which Lambda ends an invocation. */
export function endLine({ requestId }: FinishedEvent): string {
  return `END RequestId: ${requestId}`;
}

/** Since August 2025, the billed duration includes the init phase. */
export function billedMs({ durationMs, initDurationMs = 0 }: InvocationReport): number {
  return Math.ceil(durationMs + initDurationMs);
}

/** The REPORT line of an invocation. */
export function reportLine(event: FinishedEvent): string {
  const { requestId, durationMs, initDurationMs, maxMemoryUsedMb } = event;
  return (
    `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\t` +
    `Billed Duration: ${billedMs(event)} ms\tMemory Size: ${event.memorySizeMb} MB\t` +
    (maxMemoryUsedMb === undefined ? '' : `Max Memory Used: ${maxMemoryUsedMb} MB\t`) +
    (initDurationMs === undefined ? '' : `Init Duration: ${initDurationMs.toFixed(2)} ms\t`) +
    statusFields(event)
  );
}

/** The length of the START line. */
export function startLineLength(event: EventOf<'invocation.started'>): number {
  const version = versionOfEnvironment(event.environmentId);
  return EMPTY_START_LENGTH + event.requestId.length + version.length;
}

/**
 * The lengths of END and REPORT together, for an invocation that succeeded. They are counted, since
 * making the texts of thousands of invocations costs more than storing them. The result is one too
 * small if rounding gives a duration one more digit.
 */
export function endAndReportLength(report: EventOf<'invocation.succeeded'>): number {
  const { requestId, durationMs, initDurationMs, maxMemoryUsedMb } = report;
  return (
    EMPTY_END_AND_REPORT_LENGTH +
    2 * requestId.length +
    digitsOf(durationMs) +
    digitsOf(billedMs(report)) +
    digitsOf(report.memorySizeMb) +
    (maxMemoryUsedMb === undefined
      ? 0
      : 'Max Memory Used:  MB\t'.length + digitsOf(maxMemoryUsedMb)) +
    (initDurationMs === undefined ? 0 : 'Init Duration: .00 ms\t'.length + digitsOf(initDurationMs))
  );
}

const EMPTY_START_LENGTH = 'START RequestId:  Version: '.length;
const EMPTY_END_AND_REPORT_LENGTH = (
  'END RequestId: ' +
  'REPORT RequestId: \tDuration: .00 ms\tBilled Duration:  ms\tMemory Size:  MB\t'
).length;

/** The number of digits before the decimal point. The number must not be negative. */
function digitsOf(value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest /= 10) digits++;
  return digits;
}

/**
 * The line that reports a failed init, either in its own phase or within an invocation that tried
 * it again.
 */
export function initReportLine(event: EventOf<'environment.init-failed'>): string {
  const { initDurationMs, phase, status, errorType = '' } = event;
  return (
    `INIT_REPORT Init Duration: ${initDurationMs.toFixed(2)} ms\tPhase: ${phase}\t` +
    (status === 'timeout' ? 'Status: timeout' : `Status: error\tError Type: ${errorType}`)
  );
}

/**
 * The line for a runtime that exited before it gave a response, or before it asked for the next
 * event.
 */
export function exitLine({
  requestId,
  exit,
}: {
  readonly requestId?: string | undefined;
  readonly exit?: string | undefined;
}): string | undefined {
  if (requestId === undefined || exit === undefined) return undefined;
  return `RequestId: ${requestId} Error: ${exit}\nRuntime.ExitError`;
}

function statusFields(event: FinishedEvent): string {
  if (event.type === 'invocation.timed-out') return 'Status: timeout';
  // An error that a handler throws is an error of the invocation, not of the environment, so there
  // is no status.
  if (event.type === 'invocation.succeeded' || event.origin === 'handler') return '';
  return `Status: error\tError Type: ${event.errorType}`;
}
