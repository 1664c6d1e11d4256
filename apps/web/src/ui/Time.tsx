'use client';

import { useSyncExternalStore } from 'react';
import { fullTime, timeAgo } from './words.ts';

const MINUTE_MS = 60_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** Subscribes to one timer for all times on the page. It runs only while there are listeners. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) now = Date.now();
  timer ??= setInterval(() => {
    if (document.visibilityState === 'hidden') return;
    now = Date.now();
    for (const each of [...listeners]) each();
  }, MINUTE_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Shows how long ago something was, and updates it; its title has the full time. */
export function Time({ of }: { readonly of: string }) {
  const current = useSyncExternalStore(
    subscribe,
    () => now,
    () => now,
  );
  return (
    <time dateTime={of} title={fullTime(of)}>
      {timeAgo(of, Math.max(current, Date.parse(of)))}
    </time>
  );
}
