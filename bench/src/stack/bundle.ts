import { build, type BuildOptions } from 'esbuild';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const app = join(root, 'apps/ws-handlers');
/** Those of `targets.build.options` that Nx's executor passes to esbuild. */
const handedOn = ['bundle', 'platform', 'target', 'minify', 'sourcemap'] as const;

export interface BundleOptions {
  /** The folder with the source `index.mjs`. */
  readonly source: string;
  /** The folder for the bundle. */
  readonly directory: string;
  /**
   * Whether late imports are in chunks, as in the product (the default); otherwise everything is in
   * one file, as esbuild does by default.
   */
  readonly chunks?: boolean;
}

/**
 * Bundles a function that the product is compared with, with the product's options.
 *
 * @returns the folder, whose entry point is `index.mjs`
 */
export async function bundleLikeProduct(options: BundleOptions): Promise<string> {
  const { source, directory, chunks = true } = options;
  const project = JSON.parse(await readFile(join(app, 'project.json'), 'utf8')) as {
    targets: { build: { options: BuildOptions } };
  };
  const { options: ofProduct } = project.targets.build;
  const config = createRequire(import.meta.url)(join(app, 'esbuild.config.cjs')) as BuildOptions;
  // Chunks of an earlier build would count as deployed.
  await rm(directory, { recursive: true, force: true });
  await build({
    ...config,
    ...Object.fromEntries(handedOn.map((name) => [name, ofProduct[name]])),
    format: 'esm',
    absWorkingDir: root,
    plugins: chunks ? (config.plugins ?? []) : [],
    outbase: source,
    outdir: directory,
    entryPoints: [join(source, 'index.mjs')],
  });
  return directory;
}
