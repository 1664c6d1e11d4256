import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');

/**
 * Builds the bundles of the product’s functions whose sources have changed (Nx decides).
 *
 * @throws Error with Nx's output when they can't be built
 */
export function buildBundles(): void {
  const { status, stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/nx'),
    ['run-many', '-t', 'build', '--exclude=web', '--output-style=static'],
    // Nx's daemon would still run after the bench.
    { cwd: root, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false' } },
  );
  if (status !== 0) throw new Error(`the bundles can't be built:\n${stdout}\n${stderr}`);
}
