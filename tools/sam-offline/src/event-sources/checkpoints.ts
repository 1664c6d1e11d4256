import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Events } from '../events/index.ts';

/** How far each consumer of a shard has come, kept over a restart. */
export interface Checkpoints {
  get(consumer: string): string | undefined;
  set(consumer: string, sequenceNumber: string): void;
  /** Writes what is not written yet. */
  flush(): void;
}

const WRITE_DELAY_MS = 200;
/** Until a write that failed is tried again, ms. */
const RETRY_DELAY_MS = 2_000;

/**
 * Keeps checkpoints in a JSON file, or in memory alone where no file is given. Writes are gathered
 * for 200 ms: records of the last moments before a crash come twice, which "at least once" allows.
 * For the same reason nothing is lost where the file cannot be written: that is reported once, and
 * tried again.
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
      if (isFailing) events?.warn('info', `stream positions are written again: ${file}`);
      isFailing = false;
    } catch (error) {
      if (!isFailing) {
        events?.warn(
          'error',
          `stream positions cannot be written to ${file}: ${(error as Error).message}. ` +
            'Streams go on, and records since the last written position come again after a restart.',
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
    // No file yet, or one that was cut short: its streams are read from their starting position.
    return new Map();
  }
  if (typeof content !== 'object' || content === null) return new Map();
  return new Map(
    Object.entries(content).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
