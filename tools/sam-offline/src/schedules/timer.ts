import type { ScheduleExpression } from './expression.ts';

/** The longest time of `setTimeout`, in ms (24 days). */
const LONGEST_MS = 2 ** 31 - 1;

export interface TimerOptions {
  readonly expression: ScheduleExpression;
  /** The first time at which it may be due, in ms since 1970. */
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  readonly now?: () => number;
  /** @param dueMs the time at which it was due, in ms since 1970 */
  readonly onDue: (dueMs: number) => void;
  /** Called once, when the expression will never be due again. */
  readonly onEnd?: () => void;
}

/** A running timer. */
export interface Timer {
  /** The next time, in ms since 1970; undefined if there is none. */
  readonly nextMs: number | undefined;
  close(): void;
}

/** Calls `onDue` each time that an expression is due. The timer does not keep the process alive. */
export function startTimer(options: TimerOptions): Timer {
  const { expression, startMs = 0, endMs = Infinity, now = Date.now, onDue, onEnd } = options;
  let timer: NodeJS.Timeout | undefined;
  let nextMs: number | undefined;
  const wait = (afterMs: number): void => {
    const dueMs = expression.nextMs(Math.max(afterMs, startMs - 1));
    nextMs = dueMs === undefined || dueMs > endMs ? undefined : dueMs;
    if (dueMs === undefined || dueMs > endMs) {
      onEnd?.();
      return;
    }
    const leftMs = dueMs - now();
    timer = setTimeout(
      () => {
        // `setTimeout` may fire early, and the wait may be longer than `setTimeout` allows.
        if (now() < dueMs) {
          wait(afterMs);
          return;
        }
        onDue(dueMs);
        // Times that passed while the machine slept are skipped.
        wait(Math.max(dueMs, now()));
      },
      Math.min(Math.max(leftMs, 0), LONGEST_MS),
    ).unref();
  };
  wait(now());
  return {
    get nextMs() {
      return nextMs;
    },
    close() {
      clearTimeout(timer);
    },
  };
}
