/** The longest time between two tries (ms). */
const LONGEST_MS = 60_000;
/** The time after the first failure until the next try (ms). It doubles with each failure. */
const FIRST_MS = 1_000;

/**
 * Loads a part of the app that is not in the page's scripts, and tries again until it is there. Use
 * it for React's `lazy`: without a network, the import fails, and then React would replace the whole
 * page with an error.
 *
 * @param load imports the part
 * @param later calls a function after some time (ms), or earlier when the network is back
 */
export async function loadPart<T>(
  load: () => Promise<T>,
  later: (callback: () => void, ms: number) => void = laterOrOnline,
): Promise<T> {
  for (let afterMs = FIRST_MS; ; afterMs = Math.min(2 * afterMs, LONGEST_MS)) {
    try {
      return await load();
    } catch {
      await new Promise<void>((done) => {
        later(done, afterMs);
      });
    }
  }
}

function laterOrOnline(callback: () => void, ms: number): void {
  const done = (): void => {
    clearTimeout(timer);
    window.removeEventListener('online', done);
    callback();
  };
  const timer = setTimeout(done, ms);
  window.addEventListener('online', done);
}
