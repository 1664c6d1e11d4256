import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a folder and of those in it, by their paths with "/", sorted. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted();
}

/**
 * A hash of what is in a folder: of the paths and bytes of its files, and of nothing else, so that
 * two clones of a commit have the same.
 *
 * @param also what else the hash depends on
 * @returns 64 hexadecimal digits
 */
export function contentHash(folder: string, also: readonly string[] = []): string {
  const hash = createHash('sha256');
  for (const text of also) hash.update(`${text.length}:${text}`);
  for (const path of filesIn(folder)) {
    const bytes = readFileSync(join(folder, path));
    hash.update(`${path.length}:${path}${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}
