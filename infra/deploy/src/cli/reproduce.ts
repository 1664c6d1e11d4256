/**
 * Builds the bundles in two clean clones of the commit, in folders of different names and depths
 * and with different umasks, and compares what is deployed byte by byte, with the modes and times
 * that zips and image layers keep: `node infra/deploy/src/cli/reproduce.ts`. Uncommitted changes
 * are not included. The image's Dockerfile only copies, and only from the compared folder, so equal
 * folders make equal layers. The base image and BuildKit's part (`rewrite-timestamp`) are not
 * checked, because they need a registry and Docker.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { contentHash, imageTag, normaliseFiles } from '../package/index.ts';

const root = resolve(import.meta.dirname, '../../../..');
const FOLDERS = ['dist/apps/ws-handlers', 'dist/apps/api'];

function cloneAndBuild(clone: string, umask: number): void {
  mkdirSync(join(clone, '..'), { recursive: true });
  const before = process.umask(umask);
  execFileSync('git', ['clone', '--quiet', '--local', root, clone]);
  // Every clone has the packages of the same lock file, so it gets links to these: they are faster
  // than a copy.
  execFileSync('cp', ['--archive', '--link', join(root, 'node_modules'), clone]);
  execFileSync(
    join(clone, 'node_modules/.bin/nx'),
    ['run-many', '-t', 'build', '-p', 'api', 'ws-handlers', '--skip-nx-cache'],
    { cwd: clone, env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' }, stdio: 'pipe' },
  );
  process.umask(before);
  // A deployment does the same for the folders that it zips and copies.
  for (const folder of FOLDERS) normaliseFiles(join(clone, folder));
}

/** What a zip or a layer stores for each file and folder: its mode, its time and its bytes. */
function entriesIn(folder: string): ReadonlyMap<string, string> {
  const names = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  return new Map(
    names.map((name) => {
      const path = join(folder, name);
      const stats = statSync(path);
      const bytes = stats.isFile() ? readFileSync(path, 'base64') : 'a folder';
      return [name, `${stats.mode.toString(8)} ${stats.mtimeMs} ${bytes}`];
    }),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'reproduce-'));
try {
  const first = join(folder, 'a');
  const second = join(folder, 'deeper/down/another-name');
  cloneAndBuild(first, 0o022);
  cloneAndBuild(second, 0o077);
  const different: string[] = [];
  let count = 0;
  for (const built of FOLDERS) {
    const entries = [first, second].map((clone) => entriesIn(join(clone, built)));
    const [one, other] = entries;
    for (const name of new Set(entries.flatMap((all) => [...all.keys()]))) {
      count += 1;
      if (one?.get(name) !== other?.get(name)) different.push(join(built, name));
    }
  }
  for (const file of different) console.error(`${file} differs between the clones`);
  const tags = [first, second].map((clone) => imageTag(join(clone, 'dist/apps/api')).slice(0, 12));
  console.log(
    `${count} files and folders of two clones, ${different.length} different in mode, time or bytes; ` +
      `bundles ${contentHash(join(first, 'dist/apps/ws-handlers')).slice(0, 12)}, image ${tags.join(' and ')}`,
  );
  process.exitCode = count > 0 && different.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
