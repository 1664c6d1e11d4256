import { localStore } from '../storage/index.ts';

/** Small, and apart from the outbox: pages where nobody writes load no more than this. */
const listeners = new Set<() => void>();
let isNeeded = false;

/** There are writes that are not confirmed, or there were: the notice is loaded. */
export function showNotice(): void {
  if (isNeeded) return;
  isNeeded = true;
  for (const listener of [...listeners]) listener();
}

/** Looks for writes of an earlier visit. */
export function lookForWrites(): void {
  if (localStore.keys('write.').length > 0) showNotice();
}

export function onNoticeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function isNoticeNeeded(): boolean {
  return isNeeded;
}
