import { build, type BuildOptions } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const app = join(root, 'apps/ws-handlers');
const source = join(import.meta.dirname, 'bare');
/** Of `targets.build.options`, what Nx's executor hands to esbuild. */
const handedOn = ['bundle', 'platform', 'target', 'minify', 'sourcemap'] as const;

/**
 * Bundles the bare function with the options of ws-handlers.
 *
 * @param late what it loads late is in chunks, as in the product; else all is in one file, as
 *   esbuild does it without being told
 * @returns the folder
 */
export async function bundleBareFunction(directory: string, late: boolean): Promise<string> {
  const project = JSON.parse(await readFile(join(app, 'project.json'), 'utf8')) as {
    targets: { build: { options: BuildOptions } };
  };
  const { options } = project.targets.build;
  const config = createRequire(import.meta.url)(join(app, 'esbuild.config.cjs')) as BuildOptions;
  await build({
    ...config,
    ...Object.fromEntries(handedOn.map((name) => [name, options[name]])),
    format: 'esm',
    absWorkingDir: root,
    plugins: late ? (config.plugins ?? []) : [],
    outbase: source,
    outdir: directory,
    entryPoints: [join(source, 'index.mjs')],
  });
  return directory;
}
