import { build, type Plugin } from 'esbuild';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const withoutIt = join(import.meta.dirname, 'without.ts');

/** Replaces the library of logs, metrics and traces with `without.ts`. */
const withoutInstrumentation: Plugin = {
  name: 'without-instrumentation',
  setup(bundle) {
    bundle.onResolve({ filter: /^@blogapp\/observability$/ }, ({ importer }) =>
      importer === withoutIt ? undefined : { path: withoutIt },
    );
  },
};

export interface FunctionToMeasure {
  readonly name: 'api' | 'broadcast' | 'comment-stream';
  /** The entry point's path, from the repository's root. */
  readonly entry: string;
}

/**
 * Bundles a function with and without its instrumentation, both in the same way.
 *
 * @returns the two folders, each with an `index.mjs`
 */
export async function bundleBoth(
  { name, entry }: FunctionToMeasure,
  workDirectory: string,
): Promise<{ readonly instrumented: string; readonly bare: string }> {
  const outdirs = {
    instrumented: join(workDirectory, name, 'instrumented'),
    bare: join(workDirectory, name, 'bare'),
  };
  for (const [variant, outdir] of Object.entries(outdirs)) {
    await rm(outdir, { recursive: true, force: true });
    await build({
      entryPoints: [{ in: join(root, entry), out: 'index' }],
      outdir,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      plugins: variant === 'bare' ? [withoutInstrumentation] : [],
      logLevel: 'error',
    });
  }
  return outdirs;
}
