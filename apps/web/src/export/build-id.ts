import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the export is built from, in the workspace. */
const SOURCES = [
  'apps/web/src',
  'libs/api-client/src',
  'libs/realtime-client/src',
  'libs/shared-types/src',
];

/**
 * An id of a build that depends on its sources only: Next.js writes it into each page, and its own is random, so every
 * page would be another one with every build.
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
