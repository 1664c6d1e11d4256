import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bundle } from './bundle.ts';

const ENGINE = 'artillery-engine-websocket-push';

/**
 * Processes a bundle as Artillery's worker does (`loadgen-worker`, `install_npm_dependencies`):
 * puts its files into a folder, installs each package, then those of package.json, and loads the
 * engine.
 *
 * @param folder empty
 * @returns the path from which the engine was loaded
 * @throws Error when a step fails, or the engine comes from elsewhere than the bundle
 */
export function installAsWorker(bundle: Bundle, folder: string): string {
  for (const { from, to } of bundle.files) {
    const file = join(folder, to);
    mkdirSync(dirname(file), { recursive: true });
    if (to === 'package.json') writeFileSync(file, bundle.enrich(readFileSync(from, 'utf8')));
    else cpSync(from, file);
  }
  for (const name of bundle.packages) run('npm', ['install', '--quiet', name], folder);
  run('npm', ['install', '--loglevel=error'], folder);
  const script = `const { default: Engine } = await import('${ENGINE}'); if (typeof Engine !== 'function') throw new Error('the engine exports no class'); console.log((await import('node:fs')).realpathSync(new URL(import.meta.resolve('${ENGINE}'))))`;
  const loaded = run(process.execPath, ['--input-type=module', '--eval', script], folder).trim();
  if (loaded.startsWith(join(folder, 'engine'))) return loaded;
  throw new Error(`the engine was loaded from ${loaded}, which is not in the bundle`);
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    // The environment lacks the settings that npm passes to scripts, as on a worker.
    env: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')),
    ),
  });
  if (error !== undefined) throw error;
  if (status === 0) return stdout;
  throw new Error(
    `\`${command} ${args.join(' ')}\` failed with ${String(status)}:\n${stdout}${stderr}`,
  );
}
