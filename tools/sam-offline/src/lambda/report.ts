/** The lines that Lambda itself writes to a function's log. */

export type InvocationStatus =
  | { readonly type: 'success' }
  | { readonly type: 'timeout' }
  | { readonly type: 'error'; readonly errorType: string };

export interface Report {
  readonly requestId: string;
  /** Milliseconds. */
  readonly durationMs: number;
  readonly memorySizeMb: number;
  /** Undefined where the platform does not tell. */
  readonly maxMemoryUsedMb: number | undefined;
  /** Milliseconds; present on a cold start. */
  readonly initDurationMs: number | undefined;
  readonly status: InvocationStatus;
}

export function initStartLine(runtimeVersion: string): string {
  return `INIT_START Runtime Version: ${runtimeVersion}`;
}

export function startLine(requestId: string): string {
  return `START RequestId: ${requestId} Version: $LATEST`;
}

export function endLine(requestId: string): string {
  return `END RequestId: ${requestId}`;
}

/** Since August 2025 the billed duration has the init phase in it. */
export function reportLine(report: Report): string {
  const { requestId, durationMs, initDurationMs, maxMemoryUsedMb } = report;
  const billedMs = Math.ceil(durationMs + (initDurationMs ?? 0));
  return (
    `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\t` +
    `Billed Duration: ${billedMs} ms\tMemory Size: ${report.memorySizeMb} MB\t` +
    (maxMemoryUsedMb === undefined ? '' : `Max Memory Used: ${maxMemoryUsedMb} MB\t`) +
    (initDurationMs === undefined ? '' : `Init Duration: ${initDurationMs.toFixed(2)} ms\t`) +
    statusFields(report.status)
  );
}

/** Written when init failed: in its own phase, or when it was tried again within an invocation. */
export function initReportLine(
  initDurationMs: number,
  phase: 'init' | 'invoke',
  status: InvocationStatus,
): string {
  return (
    `INIT_REPORT Init Duration: ${initDurationMs.toFixed(2)} ms\tPhase: ${phase}\t` +
    statusFields(status)
  );
}

/** `2026-11-23T08:00:00.000Z <request id> Task timed out after 3.00 seconds` */
export function timeoutLine(requestId: string, message: string, nowMs: number): string {
  return `${new Date(nowMs).toISOString()} ${requestId} ${message}`;
}

/** `Task timed out after 3.00 seconds` */
export function timeoutMessage(timeoutMs: number): string {
  return `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
}

function statusFields(status: InvocationStatus): string {
  if (status.type === 'success') return '';
  if (status.type === 'timeout') return 'Status: timeout';
  return `Status: error\tError Type: ${status.errorType}`;
}
