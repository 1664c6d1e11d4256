import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Events } from '../../events/index.ts';

const INTERVAL_MS = 500;

/** Warns that a restart is needed when the content of a template changes, once for each content. */
export function watchTemplate(file: string, events: Events): { close(): void } {
  const served = read(file);
  let seen = served;
  // It polls, because editors replace files, and a watch ends when its file is replaced.
  const check = (): void => {
    const now = read(file);
    if (now === undefined || now === '' || now === seen) return;
    seen = now;
    events.warn(
      now === served ? 'info' : 'warn',
      now === served
        ? `${file} has again the content that it had when the stack started`
        : `${file} was changed. The stack still runs with the earlier template. Restart it to apply the change.`,
    );
  };
  watchFile(file, { interval: INTERVAL_MS, persistent: false }, check);
  return {
    close() {
      unwatchFile(file, check);
    },
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
