import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Events } from '../events/index.ts';

/** Keeps the position of each shard's consumer, also after a restart. */
export interface Checkpoints {
  get(consumer: string): string | undefined;
  set(consumer: string, sequenceNumber: string): void;
  /** Writes the positions that are not written yet. */
  flush(): void;
}

const WRITE_DELAY_MS = 200;
/** The delay before a failed write is retried, in ms. */
const RETRY_DELAY_MS = 2_000;

/**
 * Keeps checkpoints in a JSON file, or only in memory if no file is given. Positions are written
 * every 200 ms. After a crash, the last records are therefore delivered again, which "at least
 * once" allows. If the file cannot be written, this is reported once and retried. No record is lost
 * then, for the same reason.
 */
export function openCheckpoints(file?: string, events?: Events): Checkpoints {
  const positions = file === undefined ? new Map<string, string>() : readPositions(file);
  let timer: NodeJS.Timeout | undefined;
  let isFailing = false;

  const flush = (): void => {
    if (timer === undefined || file === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, `${JSON.stringify(Object.fromEntries(positions), null, 2)}\n`);
      renameSync(`${file}.new`, file);
      if (isFailing) events?.warn('info', `stream positions can be written again: ${file}`);
      isFailing = false;
    } catch (error) {
      if (!isFailing) {
        events?.warn(
          'error',
          `stream positions cannot be written to ${file}: ${(error as Error).message}. ` +
            'Records are still delivered. After a restart, the records since the last written position are delivered again.',
        );
      }
      isFailing = true;
      timer = setTimeout(flush, RETRY_DELAY_MS).unref();
    }
  };
  return {
    get: (consumer) => positions.get(consumer),
    set(consumer, sequenceNumber) {
      if (positions.get(consumer) === sequenceNumber) return;
      positions.set(consumer, sequenceNumber);
      if (file !== undefined) timer ??= setTimeout(flush, WRITE_DELAY_MS).unref();
    },
    flush,
  };
}

function readPositions(file: string): Map<string, string> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // There is no file yet, or it is incomplete. The streams are then read from their starting
    // positions.
    return new Map();
  }
  if (typeof content !== 'object' || content === null) return new Map();
  return new Map(
    Object.entries(content).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
