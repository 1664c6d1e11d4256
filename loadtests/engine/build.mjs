/**
 * Builds the engine for Artillery. Node.js does not strip types from files in `node_modules`, so
 * `src/*.ts` becomes `dist/*.js`. `npm ci` in `loadtests` runs this.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const entryPoints = {
  index: 'src/index.ts',
  plugin: 'src/plugin/index.ts',
  sources: 'src/plugin/sources.ts',
};
await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: Object.fromEntries(
    Object.entries(entryPoints).filter(([, file]) =>
      existsSync(new URL(file, `file://${import.meta.dirname}/`)),
    ),
  ),
  outdir: 'dist',
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  logLevel: 'warning',
});
// The plugin refuses to run with a build of other sources.
const { hashSources, sourcesFile } = await import('./dist/sources.js');
const directory = import.meta.dirname;
writeFileSync(join(directory, 'dist', sourcesFile), hashSources(join(directory, 'src')));
