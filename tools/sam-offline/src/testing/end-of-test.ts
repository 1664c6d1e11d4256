import { setTimeout as delay } from 'node:timers/promises';

/**
 * After a test has timed out, Jest continues, but the loops in which the test waits and the ports
 * that it has opened remain. They keep the process from ending: "Jest did not exit". These helpers
 * end both.
 */

let running = new AbortController();
afterEach(() => {
  running.abort(new Error('The test has ended while it waited.'));
  running = new AbortController();
});

/** Aborts when the present test has ended, also by its time-out. */
export function endOfTest(): AbortSignal {
  return running.signal;
}

/**
 * Waits until a condition holds that no event announces, or until the test ends.
 *
 * @param everyMs how often, in ms, the condition is checked
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  everyMs = 5,
): Promise<void> {
  const signal = endOfTest();
  while (!(await condition())) {
    signal.throwIfAborted();
    await delay(everyMs);
  }
}

const open = new Set<() => Promise<void>>();
afterAll(async () => {
  await Promise.all([...open].map((close) => close()));
});

/**
 * Closes something after the tests of the file, if a test that failed or timed out has not closed
 * it.
 *
 * @returns a function that closes it; further calls have no effect
 */
export function closedAtEnd(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const closeOnce = (): Promise<void> => {
    open.delete(closeOnce);
    return (closing ??= close());
  };
  open.add(closeOnce);
  return closeOnce;
}
