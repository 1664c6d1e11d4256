/**
 * Builds the engine for Artillery. Node.js does not strip types from files in `node_modules`, so
 * `src/*.ts` becomes `dist/*.js`. `npm ci` in `loadtests` runs this.
 */
import { existsSync } from 'node:fs';
import { build } from 'esbuild';

const entryPoints = { index: 'src/index.ts', plugin: 'src/plugin/index.ts' };
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
