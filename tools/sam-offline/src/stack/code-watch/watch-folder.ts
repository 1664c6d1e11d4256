import { type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** A bundler writes several files. Changes within this time, in ms, count as one. */
const DEBOUNCE_MS = 100;
/**
 * How long, in ms, after the last change the folder is looked at once more. By then it has settled.
 * This also finds what was written into a new folder before Node.js began to watch it.
 */
const SECOND_LOOK_MS = 1_000;
/** How often, in ms, to check whether a link to the folder leads to another folder now. */
const IDENTITY_MS = 1_000;
/** How often, in ms, to look again for a folder that was deleted. */
const RETRY_MS = 100;

/**
 * Calls `onChange` when something in a folder has changed, also when a bundler deletes the folder
 * and makes it again. It may call it when nothing has changed.
 *
 * @param onChange gets true if the folder has had no change for a second, false for a shorter time
 * @param ignored absolute paths below the folder whose changes are not reported
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

  /**
   * Runs after the last of several changes. Checks whether the watched folder is still the same
   * one.
   */
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
    // The folder was deleted between two events. `settle` finds it again.
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

/** Tells a folder from one that was made in its place later, which may get the same inode. */
function identityOf(folder: string): string | undefined {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats && `${stats.ino}:${stats.birthtimeMs}`;
}
