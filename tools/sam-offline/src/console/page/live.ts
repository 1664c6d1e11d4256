import { useEffect, useRef, useState } from 'preact/hooks';

type Counts = Readonly<Record<string, number>>;
/**
 * The news for the page: how many facts of each type there were, or that this is unknown. `anew`
 * means that the page was away for so long that it loads all its data again, and not only the new
 * rows.
 */
type News = Counts | 'unknown' | 'anew';
type Listener = (news: News) => void;

const listeners = new Set<Listener>();
const stateListeners = new Set<() => void>();
let isConnected = false;
let runId: string | undefined;
let eventsPerSecond = 0;
let recent: { readonly at: number; readonly events: number }[] = [];

const source = new EventSource('/api/live');
source.addEventListener('hello', (event) => {
  const hello = JSON.parse(event.data as string) as { readonly runId: string };
  isConnected = true;
  // The stack was started again, so the page loads all its data again.
  if (runId !== undefined && runId !== hello.runId) location.reload();
  // The page was disconnected or asleep, so it may have missed news.
  else if (runId !== undefined) tell('anew');
  // Facts between the page's first requests and this connection are unknown to the page.
  else tell('unknown');
  runId = hello.runId;
  tellState();
});
source.addEventListener('error', () => {
  isConnected = false;
  tellState();
});
source.addEventListener('tick', (event) => {
  const counts = JSON.parse(event.data as string) as Counts;
  const events = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const at = Date.now();
  recent = [...recent.filter((tick) => at - tick.at < 2000), { at, events }];
  eventsPerSecond = Math.round(recent.reduce((sum, tick) => sum + tick.events, 0) / 2);
  tell(counts);
  tellState();
});

/**
 * The page was asleep if its timer has not fired for this time, in ms. A hidden page has timers
 * once a minute.
 */
const SLEEP_MS = 10_000;
let wokenMs = Date.now();
setInterval(() => {
  const nowMs = Date.now();
  // The rows since then may be too many to be added one by one.
  if (nowMs - wokenMs > SLEEP_MS) tell('anew');
  wokenMs = nowMs;
}, 1000);
// A browser freezes pages that were not visible for some minutes.
document.addEventListener('resume', () => {
  tell('anew');
});

function tell(news: News): void {
  for (const listener of listeners) listener(news);
}

function tellState(): void {
  for (const listener of stateListeners) listener();
}

/** Whether the stack responds, and how many facts it reports. */
export function useLiveState(): {
  readonly isConnected: boolean;
  readonly eventsPerSecond: number;
} {
  const [state, setState] = useState({ isConnected, eventsPerSecond });
  useEffect(() => {
    const listen = (): void => {
      setState((before) =>
        before.isConnected === isConnected && before.eventsPerSecond === eventsPerSecond
          ? before
          : { isConnected, eventsPerSecond },
      );
    };
    stateListeners.add(listen);
    const timer = setInterval(() => {
      // If no message has come for a while, there were no facts.
      if (Date.now() - (recent.at(-1)?.at ?? 0) > 2000) eventsPerSecond = 0;
      listen();
    }, 1000);
    return () => {
      stateListeners.delete(listen);
      clearInterval(timer);
    };
  }, []);
  return state;
}

/**
 * Calls back when there were facts of these types (or of any type), at most once in `everyMs`. The
 * next call waits until the one before has ended, and then twice as long as that one took. So slow
 * responses neither pile up nor keep the stack busy.
 *
 * @param refresh gets whether the page was asleep; then it loads all its data again, and not only
 *   the new rows
 */
export function useLive(
  isOn: boolean,
  kinds: readonly string[] | undefined,
  everyMs: number,
  refresh: (isAnew: boolean) => Promise<void>,
): void {
  const latest = useRef(refresh);
  latest.current = refresh;
  const wanted = kinds?.join(' ');
  useEffect(() => {
    if (!isOn) return undefined;
    const types = wanted?.split(' ');
    let isRunning = false;
    let isDue = false;
    let isAnew = false;
    let lastMs = 0;
    let tookMs = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = (): void => {
      timer = undefined;
      isRunning = true;
      isDue = false;
      const slept = isAnew;
      isAnew = false;
      const startedMs = performance.now();
      latest
        .current(slept)
        .catch(() => undefined)
        .finally(() => {
          isRunning = false;
          lastMs = performance.now();
          tookMs = lastMs - startedMs;
          if (isDue) schedule();
        });
    };
    const schedule = (): void => {
      isDue = true;
      if (isRunning || timer !== undefined || document.hidden) return;
      timer = setTimeout(
        run,
        Math.max(0, Math.max(everyMs, 2 * tookMs) - (performance.now() - lastMs)),
      );
    };
    const listen = (news: News): void => {
      isAnew ||= news === 'anew';
      if (types === undefined || typeof news === 'string' || types.some((type) => type in news))
        schedule();
    };
    const onVisible = (): void => {
      if (isDue) schedule();
    };
    listeners.add(listen);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      listeners.delete(listen);
      document.removeEventListener('visibilitychange', onVisible);
      clearTimeout(timer);
    };
  }, [isOn, wanted, everyMs]);
}
