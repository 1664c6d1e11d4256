import { traceHeader } from '../ids/index.ts';
import {
  type InvocationResult,
  type LambdaInvoker,
  TooManyRequestsError,
} from '../lambda/index.ts';
import type { EventSourceMapping } from '../template/index.ts';
import { readBatchItemFailures, type BatchOutcome } from './batch-item-failures.ts';

/** How an invocation with a batch went. */
export type BatchInvocation =
  | (BatchOutcome & { readonly requestId: string })
  /** The function failed, timed out or could not be started. */
  | { readonly type: 'error'; readonly requestId: string; readonly reason: string }
  /** Lambda had no concurrency left: no code ran. */
  | { readonly type: 'throttled' };

type InvokedFunction = Pick<EventSourceMapping, 'functionLogicalId' | 'functionArn'>;

/**
 * Invokes a function with a batch and reads what became of it.
 *
 * @param traceId the trace that the batch belongs to; a new one where absent
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

/** The reason of a retry when the function reported some items of its batch as failed. */
export function itemFailuresReason(failures: number): string {
  return `the function reported ${failures} batch item ${failures === 1 ? 'failure' : 'failures'}`;
}
