import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file in which facts are stored. */
export interface EventFile {
  readonly number: number;
  readonly path: string;
  readonly isCompressed: boolean;
  readonly bytes: number;
  readonly modifiedMs: number;
}

const NAME = /^events-(\d{6,})\.jsonl(\.zst)?$/;

/** The name of the file with a number. */
export function fileName(number: number): string {
  return `events-${String(number).padStart(6, '0')}.jsonl`;
}

/**
 * The files of a folder, oldest first. While a file is being compressed it exists twice, but is
 * listed once.
 */
export function listEventFiles(directory: string): EventFile[] {
  const byNumber = new Map<number, EventFile>();
  for (const name of namesIn(directory)) {
    const [, digits, suffix] = NAME.exec(name) ?? [];
    if (digits === undefined) continue;
    const path = join(directory, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    const number = Number(digits);
    const isCompressed = suffix !== undefined;
    // The plain file is complete as long as it exists.
    if (isCompressed && byNumber.has(number)) continue;
    byNumber.set(number, {
      number,
      path,
      isCompressed,
      bytes: stats.size,
      modifiedMs: stats.mtimeMs,
    });
  }
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

/**
 * Creates the folder, or empties it.
 *
 * @throws Error of the file system
 */
export function prepareDirectory(directory: string, clean: boolean): void {
  if (clean) rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
