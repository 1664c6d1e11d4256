import { type FSWatcher, statSync, watch } from 'node:fs';

/** A bundler writes several files; what comes within this time (ms) is one change. */
const DEBOUNCE_MS = 50;
/** How often (ms) a folder that was deleted is looked for again. */
const RETRY_MS = 100;

/**
 * Calls `onChange` when something in a folder changed, also when a bundler deletes the folder and
 * makes it anew.
 */
export function watchFolder(folder: string, onChange: () => void): { close(): void } {
  let watcher: FSWatcher | undefined;
  let watched: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const schedule = (ms: number): void => {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(settle, ms).unref();
  };

  /** Once it is quiet: is it still the folder that is watched? */
  const settle = (): void => {
    const identity = identityOf(folder);
    if (identity === undefined) {
      schedule(RETRY_MS);
      return;
    }
    if (identity !== watched) arm(identity);
    onChange();
  };

  const arm = (identity: string): void => {
    watcher?.close();
    watched = identity;
    watcher = watch(folder, { recursive: true });
    watcher.unref();
    watcher.on('change', () => {
      schedule(DEBOUNCE_MS);
    });
    // The folder went away between two events; `settle` finds it again.
    watcher.on('error', () => {
      watched = undefined;
      schedule(RETRY_MS);
    });
  };

  const identity = identityOf(folder);
  if (identity === undefined) schedule(RETRY_MS);
  else arm(identity);

  return {
    close() {
      closed = true;
      clearTimeout(timer);
      watcher?.close();
    },
  };
}

/** Tells a folder from one that was made anew in its place, which may get the same inode. */
function identityOf(folder: string): string | undefined {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats && `${stats.ino}:${stats.birthtimeMs}`;
}
