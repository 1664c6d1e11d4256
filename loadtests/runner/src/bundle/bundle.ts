import { join, resolve } from 'node:path';
import { z } from 'zod';

const loadtests = resolve(import.meta.dirname, '../../..');
/**
 * The module with which Artillery makes bundles for Fargate and for Lambda. Artillery does not
 * export it.
 */
const maker = join(loadtests, 'node_modules/artillery/dist/lib/platform/aws-ecs/legacy/bom.js');

/** The files and packages that Artillery would upload for its workers. */
export interface Bundle {
  /** The files on this machine, with their paths in the bundle. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
  /** The packages that a worker installs. */
  readonly packages: readonly string[];
  /** The text of the bundle's package.json, which leaves out Artillery itself. */
  readonly enrich: (packageJson: string) => string;
}

const manifestSchema = z.object({
  files: z.array(z.object({ orig: z.string(), noPrefixPosix: z.string() })),
  modules: z.array(z.string()),
  moduleVersions: z.record(z.string(), z.string()).optional(),
});

interface Maker {
  readonly createBOM: (
    script: string,
    extraFiles: readonly string[],
    options: { readonly flags: object; readonly scenarioPath: string },
    done: (error: Error | null, manifest: unknown) => void,
  ) => void;
  readonly enrichPackageJson: (
    content: string,
    versions: Readonly<Record<string, string>>,
  ) => string;
}

/**
 * Lists what `artillery run:fargate` and `run:lambda` would upload, with Artillery's own code. It
 * uploads nothing.
 *
 * @param scenarioFile absolute path
 * @throws Error from Artillery, or if Artillery makes bundles in another way than version 2.0.34
 */
export async function listBundle(scenarioFile: string): Promise<Bundle> {
  // The module is imported by its path, so its exports have no types and are checked when they are
  // used.
  const { createBOM, enrichPackageJson } = (await import(maker)) as Maker;
  const { promise, resolve: done, reject } = Promise.withResolvers<unknown>();
  createBOM(scenarioFile, [], { flags: {}, scenarioPath: scenarioFile }, (error, manifest) => {
    if (error instanceof Error) reject(error);
    else done(manifest);
  });
  const { files, modules, moduleVersions = {} } = manifestSchema.parse(await promise);
  return {
    files: files.map(({ orig, noPrefixPosix }) => ({ from: orig, to: noPrefixPosix })),
    packages: modules,
    enrich: (packageJson) => enrichPackageJson(packageJson, moduleVersions),
  };
}
