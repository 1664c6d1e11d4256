import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Reads a file that `writeJson` wrote.
 *
 * @returns undefined if there is none, or if it cannot be read
 */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Writes a file so that a reader finds either the old or the new content. Only the current user may
 * read it.
 */
export function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
