/**
 * Builds the bundles in two clean clones of the commit, in folders of different names and depths, and
 * compares them byte by byte: `node infra/deploy/src/cli/reproduce.ts`. What is not committed is not in it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { contentHash, filesIn, imageTag } from '../package/index.ts';

const root = resolve(import.meta.dirname, '../../../..');
const FOLDERS = ['dist/apps/ws-handlers', 'dist/apps/api'];

function cloneAndBuild(clone: string): void {
  mkdirSync(join(clone, '..'), { recursive: true });
  execFileSync('git', ['clone', '--quiet', '--local', root, clone]);
  // What is installed is the lock file's in every clone; links to files are made faster than a copy.
  execFileSync('cp', ['--archive', '--link', join(root, 'node_modules'), clone]);
  execFileSync(
    join(clone, 'node_modules/.bin/nx'),
    ['run-many', '-t', 'build', '-p', 'api', 'ws-handlers', '--skip-nx-cache'],
    { cwd: clone, env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' }, stdio: 'pipe' },
  );
}

const folder = mkdtempSync(join(tmpdir(), 'reproduce-'));
try {
  const clones = [join(folder, 'a'), join(folder, 'deeper/down/another-name')] as const;
  for (const clone of clones) cloneAndBuild(clone);
  const [first, second] = clones;
  const different: string[] = [];
  let count = 0;
  for (const built of FOLDERS) {
    const files = [filesIn(join(first, built)), filesIn(join(second, built))].flat();
    for (const file of new Set(files)) {
      count += 1;
      const bytes = clones.map((clone) => {
        try {
          return readFileSync(join(clone, built, file));
        } catch {
          return Buffer.from('there is no such file');
        }
      });
      if (bytes[0]?.equals(bytes[1] ?? Buffer.of()) !== true) different.push(join(built, file));
    }
  }
  for (const file of different) console.error(`${file} differs between the clones`);
  console.log(
    `${count} files of two clones, ${different.length} different; bundles ${contentHash(join(first, 'dist/apps/ws-handlers')).slice(0, 12)}, ` +
      `image ${clones.map((clone) => imageTag(join(clone, 'dist/apps/api')).slice(0, 12)).join(' and ')}`,
  );
  process.exitCode = count > 0 && different.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
