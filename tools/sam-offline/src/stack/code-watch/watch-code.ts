import { setTimeout as delay } from 'node:timers/promises';
import type { ReloadResult } from '../../lambda/index.ts';
import type { Events } from '../../events/index.ts';
import type { CodeFolder } from './code-folder.ts';
import type { CodeStore } from './code-store.ts';
import { watchFolder } from './watch-folder.ts';

export interface WatchCodeOptions {
  readonly store: CodeStore;
  /** Starts the newest code of a function, and serves from it if it starts. */
  readonly reload: (functionLogicalId: string) => Promise<ReloadResult>;
  readonly events: Events;
  /**
   * How long, in ms, a build tool may take to write the rest of a folder. Only then is it reported
   * that the code does not start.
   */
  readonly graceMs?: number;
}

/**
 * How many processes start at the same time after a change, since all functions of a stack may
 * share a folder.
 */
const RELOADS_AT_ONCE = 2;
const DEFAULT_GRACE_MS = 1_000;
/**
 * How long, in ms, a build tool that empties the folder first may take until it writes the
 * handler's file.
 */
const MISSING_GRACE_MS = 30_000;

/**
 * Serves changed code. It takes a copy of each folder once the folder is complete, and reloads the
 * functions that run from it. If code does not start, this is reported once, and the earlier code
 * continues to serve.
 */
export function watchCode(options: WatchCodeOptions): { close(): void } {
  const { store, events } = options;
  /**
   * The reported reason why the newest code of a function does not start, by the function's logical
   * id.
   */
  const failing = new Map<string, string>();
  let closed = false;
  const isClosed = (): boolean => closed;

  const update = async (folder: CodeFolder, isSettled: boolean): Promise<void> => {
    const outcome = await folder.update(isSettled);
    if (isClosed() || outcome !== 'changed') return;
    const { version } = folder;
    const failed = new Map<string, Extract<ReloadResult, { type: 'failed' }>>();
    const reloaded: string[] = [];
    const waiting = [...store.functionsOf(folder)];
    const work = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const result = await options.reload(id);
        if (result.type === 'reloaded') reloaded.push(id);
        else if (result.type === 'failed') failed.set(id, result);
      }
    };
    await Promise.all(Array.from({ length: RELOADS_AT_ONCE }, work));
    if (isClosed()) return;
    if (reloaded.length > 0) {
      const repaired = reloaded.filter((id) => failing.delete(id));
      events.emit({
        ...{ type: 'code.reloaded', timeMs: events.now() },
        ...{ functions: reloaded.sort(), startAgain: repaired.sort() },
      });
    }
    if (failed.size === 0) return;
    const isMissing = [...failed.values()].every((result) => result.isMissing);
    const graceMs = isMissing ? MISSING_GRACE_MS : (options.graceMs ?? DEFAULT_GRACE_MS);
    await delay(graceMs, undefined, { ref: false });
    // The rest of the folder was written meanwhile.
    if (isClosed() || folder.version !== version) return;
    const use = folder.use();
    use.release();
    for (const [id, result] of failed) {
      // The developer knows the folder, not the copy.
      const reason = result.reason.replaceAll(use.path, folder.source);
      if (failing.get(id) === reason) continue;
      failing.set(id, reason);
      events.warn(
        'error',
        `Function ${id}: its changed code does not start, so the earlier code continues to serve: ${reason}`,
      );
    }
  };

  const watchers = store.folders.map((folder) => {
    let reported = '';
    const check = (isSettled: boolean): void => {
      update(folder, isSettled).then(
        () => (reported = ''),
        (error: unknown) => {
          const message = error instanceof Error ? error.message : String(error);
          if (isClosed() || message === reported) return;
          reported = message;
          events.warn('error', `${folder.source} was changed and cannot be served: ${message}`);
        },
      );
    };
    return watchFolder(folder.source, check, folder.excluded);
  });
  return {
    close() {
      closed = true;
      for (const watcher of watchers) watcher.close();
    },
  };
}
