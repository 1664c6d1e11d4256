import { build, type Plugin } from 'esbuild';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const switched = join(import.meta.dirname, 'switched.ts');

/** Puts `switched.ts` in the place of the library of logs, metrics and traces. */
const switchedInstrumentation: Plugin = {
  name: 'switched-instrumentation',
  setup(bundle) {
    bundle.onResolve({ filter: /^@blogapp\/observability$/ }, ({ importer }) =>
      importer === switched ? undefined : { path: switched },
    );
  },
};

export interface FunctionToMeasure {
  readonly name: 'api' | 'broadcast' | 'comment-stream';
  /** The entry point's path, from the repository's root. */
  readonly entry: string;
}

/**
 * Bundles a function so that its instrumentation can be switched off.
 *
 * @returns the folder, which has an `index.mjs`
 */
export async function bundleSwitched(
  { name, entry }: FunctionToMeasure,
  workDirectory: string,
): Promise<string> {
  const outdir = join(workDirectory, name);
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
    plugins: [switchedInstrumentation],
    logLevel: 'error',
  });
  return outdir;
}
