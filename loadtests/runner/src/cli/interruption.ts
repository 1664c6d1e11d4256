/**
 * One press of Ctrl-C reaches a process once from the terminal and often once more from Nx. Signals
 * within this time, in ms, count as one.
 */
const SAME_KEYSTROKE_MS = 1000;

/**
 * A signal that is aborted by the first Ctrl-C (or SIGTERM), so that a run can end in order. The
 * next one, a second later or more, ends the process at once.
 *
 * @param say is called with a message about what happens
 */
export function interruption(say: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const interrupt = (): void => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      say(
        'interrupted: ending the run, and writing what was measured (Ctrl-C again ends at once) …',
      );
      controller.abort();
    } else if (performance.now() - firstAt > SAME_KEYSTROKE_MS) {
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  return controller.signal;
}
