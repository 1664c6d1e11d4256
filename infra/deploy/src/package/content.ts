import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** The files in a folder and its subfolders, as sorted paths with "/". */
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
 * The time of files in bundles and images: 2 January 1980, since a zip has no times before 1980.
 */
export const FILE_TIME_SECONDS = 315_619_200;

/**
 * Gives the files and folders in a folder, and the folder itself, the same modes and times on every
 * machine: Docker's `COPY` and SAM's zip keep modes and times, which depend on the umask and on the
 * time of the build. All users may read them, because Lambda does not run a function as their
 * owner. https://repost.aws/knowledge-center/lambda-deployment-package-errors
 */
export function normaliseFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    chmodSync(path, entry.isDirectory() ? 0o755 : 0o644);
    utimesSync(path, FILE_TIME_SECONDS, FILE_TIME_SECONDS);
  }
  chmodSync(folder, 0o755);
  utimesSync(folder, FILE_TIME_SECONDS, FILE_TIME_SECONDS);
}

/**
 * A hash of a folder's content. It depends only on the paths and bytes of its files, so that two
 * clones of a commit have the same hash.
 *
 * @param also further texts that the hash depends on
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
