/**
 * Runs a task for each number below `count`, with at most `inFlight` under way: the next one
 * starts as soon as any ends.
 */
export async function pooled(
  count: number,
  inFlight: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await task(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, work));
}
