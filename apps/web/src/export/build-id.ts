import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files in the workspace from which the export is built. */
const SOURCES = [
  'apps/web/src',
  'libs/api-client/src',
  'libs/realtime-client/src',
  'libs/shared-types/src',
];

/**
 * An id of a build that depends only on its sources. Next.js writes the id into each page; its own
 * is random, so every build would change every page.
 *
 * @param workspace the workspace's folder
 */
export function buildId(workspace: string): string {
  const hash = createHash('sha256').update(readFileSync(join(workspace, 'package-lock.json')));
  for (const source of SOURCES) {
    const files = readdirSync(join(workspace, source), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.spec\.tsx?$/.test(entry.name))
      .map(({ parentPath, name }) => join(parentPath, name))
      .toSorted();
    for (const file of files) hash.update(file.slice(workspace.length)).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 20);
}
