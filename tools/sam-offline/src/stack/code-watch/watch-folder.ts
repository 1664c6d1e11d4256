import { type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** A bundler writes several files; what comes within this time (ms) is one change. */
const DEBOUNCE_MS = 100;
/**
 * How long (ms) after a change it is looked at once more, if it was quiet: then it has settled. Also,
 * Node.js starts to watch a new folder only after it was made, and what is written into it before
 * that goes unnoticed.
 */
const SECOND_LOOK_MS = 1_000;
/** How often (ms) it is looked whether a link to the folder leads elsewhere now. */
const IDENTITY_MS = 1_000;
/** How often (ms) a folder that was deleted is looked for again. */
const RETRY_MS = 100;

/**
 * Calls `onChange` when something in a folder changed, also when a bundler deletes the folder and
 * makes it anew. It may be called though nothing changed.
 *
 * @param onChange gets true when the folder has been quiet for a second, false for a shorter time
 * @param ignored absolute paths below the folder whose changes are of no interest
 */
export function watchFolder(
  folder: string,
  onChange: (isSettled: boolean) => void,
  ignored: ReadonlySet<string> = new Set(),
): { close(): void } {
  let watcher: FSWatcher | undefined;
  let watched: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let secondLook: NodeJS.Timeout | undefined;
  let closed = false;

  const schedule = (ms: number): void => {
    if (closed) return;
    clearTimeout(timer);
    clearTimeout(secondLook);
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
    onChange(false);
    secondLook = setTimeout(() => {
      onChange(true);
    }, SECOND_LOOK_MS).unref();
  };

  const arm = (identity: string): void => {
    watcher?.close();
    watched = identity;
    watcher = watch(folder, { recursive: true });
    watcher.unref();
    watcher.on('change', (_event, name) => {
      if (!isIgnored(String(name))) schedule(DEBOUNCE_MS);
    });
    // The folder went away between two events; `settle` finds it again.
    watcher.on('error', () => {
      watched = undefined;
      schedule(RETRY_MS);
    });
  };

  const isIgnored = (name: string): boolean =>
    [...ignored].some((path) => `${join(folder, name)}/`.startsWith(`${path}/`));

  const identities = setInterval(() => {
    const identity = identityOf(folder);
    if (identity !== undefined && identity !== watched) schedule(DEBOUNCE_MS);
  }, IDENTITY_MS).unref();

  const identity = identityOf(folder);
  if (identity === undefined) schedule(RETRY_MS);
  else arm(identity);

  return {
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(secondLook);
      clearInterval(identities);
      watcher?.close();
    },
  };
}

/** Tells a folder from one that was made anew in its place, which may get the same inode. */
function identityOf(folder: string): string | undefined {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats && `${stats.ino}:${stats.birthtimeMs}`;
}
