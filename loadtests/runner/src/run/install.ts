import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const loadtests = resolve(import.meta.dirname, '../../..');
/** Artillery's command. */
export const artilleryCommand = join(loadtests, 'node_modules/artillery/bin/run');

/**
 * Installs Artillery the first time, and builds the engine each time, so that its changes count.
 *
 * @param say is called with a line when a step takes long
 * @throws Error if npm or the build fails; their output is on the terminal
 */
export function prepareArtillery(say: (line: string) => void): void {
  if (!existsSync(artilleryCommand)) {
    say('installing Artillery into loadtests/node_modules (470 MB, once; about a minute) …');
    // At its end, npm builds the engine (loadtests' `prepare` script).
    run('npm', ['ci', '--loglevel=error']);
    return;
  }
  run(process.execPath, ['engine/build.mjs']);
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, {
    cwd: loadtests,
    stdio: ['ignore', 'inherit', 'inherit'],
    // npm passes its own settings to scripts. Those of the repository do not fit here.
    env: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')),
    ),
  });
  if (error !== undefined) throw error;
  if (status !== 0) {
    throw new Error(
      `\`${command} ${args.join(' ')}\` failed in loadtests with ${String(status)}: see its output above; \`npm ci\` in loadtests repeats it`,
    );
  }
}
