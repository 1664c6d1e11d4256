import { invokeWithin, timedOut } from './invoke-within.ts';
import type { InvocationResult, InvokeOptions, LambdaInvoker } from '../lambda/index.ts';

const result: InvocationResult = { ok: true, requestId: 'r', payload: Buffer.from('1') };

/** Makes an invoker whose only invocation starts and ends when the test says so. */
function controlled() {
  const invocation = Promise.withResolvers<InvocationResult>();
  let options: InvokeOptions | undefined;
  const invoker: LambdaInvoker = {
    invoke(_functionLogicalId, _payload, given) {
      options = given;
      return invocation.promise;
    },
    invokeAsync: () => undefined,
  };
  return { invoker, invocation, start: () => options?.onStart?.() };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('measures the time from the start of the invocation, not from the request', async () => {
  const { invoker, invocation, start } = controlled();
  const invoked = invokeWithin(29_000, invoker, 'Echo', '{}');
  await jest.advanceTimersByTimeAsync(3_600_000);
  start();
  await jest.advanceTimersByTimeAsync(28_999);
  invocation.resolve(result);
  await expect(invoked).resolves.toBe(result);
  expect(jest.getTimerCount()).toBe(0);
});

it('ends when an invocation has run for the whole time', async () => {
  const { invoker, start } = controlled();
  const onStart = jest.fn();
  const invoked = invokeWithin(29_000, invoker, 'Echo', '{}', { onStart });
  start();
  await jest.advanceTimersByTimeAsync(29_000);
  await expect(invoked).resolves.toBe(timedOut);
  expect(onStart).toHaveBeenCalledTimes(1);
});

it('rejects with the invoker’s error', async () => {
  const { invoker, invocation, start } = controlled();
  const invoked = invokeWithin(29_000, invoker, 'Echo', '{}');
  start();
  invocation.reject(new TypeError('refused'));
  await expect(invoked).rejects.toThrow('refused');
  expect(jest.getTimerCount()).toBe(0);
});
