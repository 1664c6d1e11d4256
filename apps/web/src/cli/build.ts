/**
 * `nx build web`: exports the pages, and makes them work with a content security policy that allows
 * nothing inline.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { buildId, moveInlineScripts } from '../export/index.ts';

const workspace = resolve(import.meta.dirname, '../../../..');
const { status } = spawnSync('next', ['build'], {
  cwd: resolve(workspace, 'apps/web'),
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${resolve(workspace, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
    NEXT_TELEMETRY_DISABLED: '1',
    // next.config.ts reads this.
    BUILD_ID: buildId(workspace),
  },
});
if (status !== 0) process.exit(status ?? 1);
const pages = moveInlineScripts(resolve(workspace, 'dist/apps/web'));
console.log(`moved the inline scripts of ${pages} pages into files`);
