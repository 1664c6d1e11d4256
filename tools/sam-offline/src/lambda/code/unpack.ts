import { closeSync, copyFileSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import AdmZip from 'adm-zip';

/**
 * Lays out code that is a file: the content of a zip or jar archive with its permissions, or any other file alone, as
 * `sam deploy` packs it.
 *
 * @param directory emptied first
 * @throws Error when the archive is damaged
 */
export function unpack(file: string, directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  if (isArchive(file)) new AdmZip(file).extractAllTo(directory, true, true);
  else copyFileSync(file, join(directory, basename(file)));
}

/** `PK`, and the number of a first entry or of the end of an empty archive. */
function isArchive(file: string): boolean {
  const start = Buffer.alloc(4);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start);
  } finally {
    closeSync(descriptor);
  }
  return ['504b0304', '504b0506'].includes(start.toString('hex'));
}
