import { TimeOutWatch } from './time-out-watch.ts';

/** 250 ms before the time-out an invocation is late, so these are late after 1 and 30 ms. */
const SOON = 251;
const LATER = 280;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('calls when an invocation is about to time out, and once', () => {
  const watch = new TimeOutWatch();
  const onLate = jest.fn();
  watch.start(LATER, onLate);
  jest.advanceTimersByTime(29);
  expect(onLate).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1_000);
  expect(onLate).toHaveBeenCalledTimes(1);
});

test('says nothing about an invocation that has ended', () => {
  const watch = new TimeOutWatch();
  const onLate = jest.fn();
  watch.start(SOON, onLate);
  watch.stop();
  jest.advanceTimersByTime(1_000);
  expect(onLate).not.toHaveBeenCalled();
});

test('watches each of many invocations for its own time', () => {
  const watch = new TimeOutWatch();
  const late: string[] = [];
  const start = (name: string, remainingMs: number): void => {
    watch.start(remainingMs, () => late.push(`${name} at ${performance.now() - begin}`));
  };
  const begin = performance.now();
  start('first', LATER);
  jest.advanceTimersByTime(20);
  watch.stop();
  start('second', LATER);
  jest.advanceTimersByTime(40);
  watch.stop();
  expect(late).toEqual(['second at 50']);

  // This one has less time than the timer of the one before it.
  start('third', 10_000);
  watch.stop();
  start('fourth', SOON);
  jest.advanceTimersByTime(1_000);
  expect(late).toEqual(['second at 50', 'fourth at 61']);
});

test('keeps the process running for an invocation only', () => {
  const setTimeout = jest.spyOn(globalThis, 'setTimeout');
  const watch = new TimeOutWatch();
  watch.start(LATER, () => undefined);
  const [timer] = setTimeout.mock.results.map(({ value }) => value as NodeJS.Timeout);
  expect(timer?.hasRef()).toBe(true);
  watch.stop();
  expect(timer?.hasRef()).toBe(false);
  watch.start(LATER, () => undefined);
  expect(timer?.hasRef()).toBe(true);
  expect(setTimeout).toHaveBeenCalledTimes(1);
});
