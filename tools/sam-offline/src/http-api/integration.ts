import type { InvocationResult, LambdaInvoker } from '../lambda/invoker.ts';

/** The time of an integration or an authorizer ran out. The function itself goes on, as on AWS. */
export const timedOut = Symbol('timed out');

/**
 * Invokes a function and waits for its answer for `timeoutMs` at most.
 *
 * @throws TooManyRequestsError when the function is throttled
 */
export async function invokeWithin(
  timeoutMs: number,
  invoker: LambdaInvoker,
  functionLogicalId: string,
  payload: string,
  traceId: string,
): Promise<InvocationResult | typeof timedOut> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<typeof timedOut>((resolve) => {
    // A server that has closed is not kept from exiting by a function that never answers.
    timer = setTimeout(resolve, timeoutMs, timedOut).unref();
  });
  try {
    return await Promise.race([invoker.invoke(functionLogicalId, payload, { traceId }), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
