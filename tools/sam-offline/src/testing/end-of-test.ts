import { setTimeout as delay } from 'node:timers/promises';

/*
 * Jest goes on when a test has timed out, but what the test waits for and what it has opened stays. A loop that
 * waits, or a port that is open, then keeps the process from ending: "Jest did not exit". These helpers
 * end both.
 */

let running = new AbortController();
afterEach(() => {
  running.abort(new Error('The test has ended while it waited.'));
  running = new AbortController();
});

/** Aborts when the test that runs has ended, also by its time-out. */
export function endOfTest(): AbortSignal {
  return running.signal;
}

/**
 * Waits for a condition that nothing announces, until the test ends.
 *
 * @param everyMs how often it is looked at
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
 * Closes something after the tests of the file, where a test that failed or timed out has not.
 *
 * @returns what closes it, once
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
