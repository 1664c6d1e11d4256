/** Starts something unless it is under way already; what it failed with is thrown by the next call. */
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

/** Does something a number of times at once. */
export function times(count: number, work: () => Promise<unknown>): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, work));
}
