import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of a product for comparison: `bench/peers/<name>`. */
export function peerDirectory(name: string): string {
  return resolve(import.meta.dirname, '../../peers', name);
}

/**
 * Installs the packages of a peer's `package.json`, unless they are installed already.
 *
 * @param product the name of the product, for messages
 * @throws Error with what npm printed, when npm fails
 */
export function installPeer(name: string, product: string): void {
  const directory = peerDirectory(name);
  if (existsSync(join(directory, 'node_modules', product, 'package.json'))) return;
  console.log(`installing ${product} into bench/peers/${name} (once)`);
  const command = existsSync(join(directory, 'package-lock.json')) ? 'ci' : 'install';
  const npm = spawnSync('npm', [command, '--loglevel=error'], { cwd: directory, encoding: 'utf8' });
  if (npm.status === 0) return;
  const why = npm.error?.message ?? npm.signal ?? `status ${npm.status ?? 'unknown'}`;
  throw new Error(`npm ${command} failed in ${directory} (${why}):\n${npm.stdout}${npm.stderr}`);
}
