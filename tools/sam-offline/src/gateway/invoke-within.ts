import type { InvocationResult, InvokeOptions, LambdaInvoker } from '../lambda/index.ts';

/** The time of an integration or an authorizer ran out. The function itself goes on, as on AWS. */
export const timedOut = Symbol('timed out');

/**
 * Invokes a function and waits for its result, `timeoutMs` at most from when the invocation starts
 * to run: what it waits for an execution environment of this machine does not count.
 *
 * @throws TooManyRequestsError when the function is throttled
 */
export function invokeWithin(
  timeoutMs: number,
  invoker: LambdaInvoker,
  functionLogicalId: string,
  payload: string,
  options: InvokeOptions = {},
): Promise<InvocationResult | typeof timedOut> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const onStart = (): void => {
      // A server that has closed is not kept from exiting by a function whose function never returns.
      timer = setTimeout(resolve, timeoutMs, timedOut).unref();
      options.onStart?.();
    };
    invoker.invoke(functionLogicalId, payload, { ...options, onStart }).then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
