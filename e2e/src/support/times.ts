/**
 * A function that starts the work unless it is already running. When the work fails, the next call
 * throws its error.
 */
export function oneAtATime(work: () => Promise<unknown>): () => Promise<void> {
  let isUnderWay = false;
  let failure: Error | undefined;
  return async () => {
    if (failure !== undefined) throw failure;
    if (isUnderWay) return;
    isUnderWay = true;
    work()
      .catch((error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        isUnderWay = false;
      });
  };
}

/** Does the work a number of times at once. */
export function times(count: number, work: () => Promise<unknown>): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, work));
}
