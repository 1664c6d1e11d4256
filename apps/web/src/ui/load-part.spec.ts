import { loadPart } from './load-part.ts';

const failure = new Error('Loading chunk failed');

test('a part that can not be loaded is tried again, less and less often, until it is there', async () => {
  const pauses: number[] = [];
  let tries = 0;
  const load = (): Promise<string> => {
    tries += 1;
    return tries <= 8 ? Promise.reject(failure) : Promise.resolve('the part');
  };
  const part = await loadPart(load, (callback, ms) => {
    pauses.push(ms);
    callback();
  });
  expect(part).toBe('the part');
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test('it is tried at once when the network is back', async () => {
  // No timer fires by itself.
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  let isOnline = false;
  const part = loadPart(() => (isOnline ? Promise.resolve('the part') : Promise.reject(failure)));
  // The first try has failed when the queue of microtasks is empty.
  await new Promise((done) => {
    setImmediate(done);
  });
  isOnline = true;
  window.dispatchEvent(new Event('online'));
  await expect(part).resolves.toBe('the part');
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});
