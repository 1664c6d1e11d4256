import { closeSync, copyFileSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import AdmZip from 'adm-zip';

/**
 * Makes a folder from code that is a file: the content of a zip or jar archive with its
 * permissions, or another file alone, as `sam deploy` packs it.
 *
 * @param directory the folder, which is emptied first
 * @throws Error if the archive is damaged
 */
export function unpack(file: string, directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  if (isArchive(file)) new AdmZip(file).extractAllTo(directory, true, true);
  else copyFileSync(file, join(directory, basename(file)));
}

/**
 * Tells whether a file is a zip archive: it begins with `PK` and the signature of an entry, or of
 * the end of an empty archive.
 */
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
