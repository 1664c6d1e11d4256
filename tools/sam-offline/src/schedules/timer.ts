import type { ScheduleExpression } from './expression.ts';

/** `setTimeout` takes 24 days at most. */
const LONGEST_MS = 2 ** 31 - 1;

export interface TimerOptions {
  readonly expression: ScheduleExpression;
  /** ms since 1970 */
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  readonly now?: () => number;
  /** @param dueMs when it was due, in ms since 1970 */
  readonly onDue: (dueMs: number) => void;
  /** Called once, when it will never be due again. */
  readonly onEnd?: () => void;
}

/** A timer that runs. */
export interface Timer {
  /** When it is due next, in ms since 1970; undefined where it never will be. */
  readonly nextMs: number | undefined;
  close(): void;
}

/** Calls something each time that an expression is due. It keeps no process alive. */
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
        // A timer may be early, and a wait may be longer than a timer.
        if (now() < dueMs) {
          wait(afterMs);
          return;
        }
        onDue(dueMs);
        // What was due while the machine slept is not made up for.
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
