import { localStore } from '../storage/index.ts';

/** This file is small and separate from the outbox: pages on which nobody writes load only this. */
const listeners = new Set<() => void>();
let isNeeded = false;

/** Loads the notice, because there are or were unconfirmed writes. */
export function showNotice(): void {
  if (isNeeded) return;
  isNeeded = true;
  for (const listener of [...listeners]) listener();
}

/** Looks for writes that are left from an earlier visit. */
export function lookForWrites(): void {
  if (localStore.keys('write.').length > 0) showNotice();
}

/** Calls `listener` when the notice becomes needed. @returns a function that ends this */
export function onNoticeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Whether the notice is needed, because there are or were unconfirmed writes. */
export function isNoticeNeeded(): boolean {
  return isNeeded;
}
