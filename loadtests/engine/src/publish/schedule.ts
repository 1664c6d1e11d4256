import { now } from '../clock.ts';

/**
 * Resolves at a time (ms), or as soon as the event loop is free after it.
 *
 * @param stretch timers fire late, often by more than a millisecond; in this last stretch of time
 *   (ms) the function reads the clock in a loop, which takes processor time
 */
export async function sleepUntil(time: number, stretch = 0): Promise<void> {
  const left = time - now();
  if (left > stretch) {
    await new Promise<void>((done) => setTimeout(done, left - stretch));
  }
  while (now() < time) await new Promise<void>((done) => setImmediate(done));
}

/**
 * Calls `publish` at times that are fixed in advance: message `i` at `start + i / rate`. It does
 * not wait for responses. After a stall of the generator it publishes at once all messages that
 * were due, each with the time at which it was due.
 *
 * @param rate messages a second
 * @param publish never rejects
 * @returns when the last `publish` has ended
 */
export async function openLoop(
  { rate, count, start }: { rate: number; count: number; start: number },
  publish: (intendedAt: number, index: number) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  for (let index = 0; index < count; index += 1) {
    const intendedAt = start + (index * 1000) / rate;
    await sleepUntil(intendedAt, Math.min(2, 50 / rate));
    const publishing = publish(intendedAt, index).finally(() => running.delete(publishing));
    running.add(publishing);
  }
  await Promise.all(running);
}
