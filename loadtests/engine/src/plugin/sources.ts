import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file of `dist` into which `build.mjs` writes the hash of the sources. */
export const sourcesFile = 'sources.sha256';

/**
 * The hash of the names and contents of all sources in a folder, without tests and their helpers.
 */
export function hashSources(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !/\.spec\.ts$|(^|\/)testing\//.test(file));
  for (const file of files.toSorted()) {
    hash
      .update(`${file}\n`)
      .update(readFileSync(join(folder, file)))
      .update('\n');
  }
  return hash.digest('hex');
}

/**
 * Checks that `dist` was built from the sources beside it. An installed package has no sources, so
 * it is not checked.
 *
 * @throws Error if the sources have changed since the build, for example after `git pull`
 */
export function assertBuilt(dist: string): void {
  const sources = join(dist, '../src');
  if (!existsSync(sources)) return;
  const file = join(dist, sourcesFile);
  if (existsSync(file) && readFileSync(file, 'utf8') === hashSources(sources)) return;
  throw new Error(
    `${dist} was not built from the sources in ${sources}, which have changed. Run "npm run prepare" in loadtests.`,
  );
}
