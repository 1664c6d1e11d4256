import type { InvocationResult, InvokeOptions, LambdaInvoker } from '../lambda/index.ts';

/**
 * The result when the time of an integration or an authorizer is over. The function itself
 * continues, as on AWS.
 */
export const timedOut = Symbol('timed out');

/**
 * Invokes a function and waits for its result, for at most `timeoutMs` after the invocation starts
 * to run. The time in which it waits for an execution environment on this machine does not count.
 *
 * @returns `timedOut` if there was no result in time
 * @throws TooManyRequestsError if the function is throttled
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
      // A function that never returns must not keep the process alive after the server has closed.
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
