import { traceHeader } from '../ids/index.ts';
import {
  type InvocationResult,
  type LambdaInvoker,
  TooManyRequestsError,
} from '../lambda/index.ts';
import type { EventSourceMapping } from '../template/index.ts';
import { readBatchItemFailures, type BatchOutcome } from './batch-item-failures.ts';

/** The result of an invocation with a batch. */
export type BatchInvocation =
  | (BatchOutcome & { readonly requestId: string })
  /** The function failed, timed out, or could not be started. */
  | { readonly type: 'error'; readonly requestId: string; readonly reason: string }
  /** Lambda had no concurrency left, so no code ran. */
  | { readonly type: 'throttled' };

type InvokedFunction = Pick<EventSourceMapping, 'functionLogicalId' | 'functionArn'>;

/**
 * Invokes a function with a batch and reads the outcome.
 *
 * @param traceId the trace of the batch; if absent, a new trace starts
 */
export async function invokeWithBatch(
  invoker: LambdaInvoker,
  { functionLogicalId, functionArn }: InvokedFunction,
  records: readonly object[],
  reportBatchItemFailures: boolean,
  identifiers: () => ReadonlySet<string>,
  traceId?: string,
): Promise<BatchInvocation> {
  let result: InvocationResult;
  try {
    result = await invoker.invoke(functionLogicalId, JSON.stringify({ Records: records }), {
      ...(traceId !== undefined && { traceId: traceHeader({ traceId }) }),
      ...(functionArn !== undefined && { invokedArn: functionArn }),
    });
  } catch (error) {
    if (error instanceof TooManyRequestsError) return { type: 'throttled' };
    return { type: 'error', requestId: '', reason: String(error) };
  }
  const { requestId } = result;
  if (!result.ok) {
    return { type: 'error', requestId, reason: `${result.errorType}: ${result.errorMessage}` };
  }
  if (!reportBatchItemFailures) return { type: 'success', requestId };
  return { ...readBatchItemFailures(result.payload, identifiers()), requestId };
}

/** Gives the reason of a retry after the function reported failed items. */
export function itemFailuresReason(failures: number): string {
  return `the function reported ${failures} batch item ${failures === 1 ? 'failure' : 'failures'}`;
}
