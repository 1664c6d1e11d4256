import { z } from 'zod';
import { PLATFORMS_IN_NPM } from '../services/index.ts';

const versions = z.record(z.string(), z.string());

/** The fields of the workspace's `package.json` that the package uses. */
const workspaceManifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  keywords: z.array(z.string()),
  engines: versions,
  exports: z.record(z.string(), z.string()),
  bin: versions,
  dependencies: versions,
  optionalDependencies: versions,
});

/**
 * Makes the `package.json` of the published package: with the compiled files and exact versions,
 * and without development dependencies.
 *
 * @param workspace the content of the workspace's `package.json`
 * @param repository the URL of the public repository, if it is known; a provenance statement needs
 * it
 * @throws Error for a dependency whose version is not exact, or an export outside of `src`
 */
export function packageManifest(
  workspace: unknown,
  repository: string | undefined,
): Record<string, unknown> {
  const source = workspaceManifest.parse(workspace);
  const [dynoxide] = Object.values(source.optionalDependencies);
  // npm installs the one for the machine's platform, and continues if the registry does not have
  // it.
  const optionalDependencies = Object.fromEntries(
    PLATFORMS_IN_NPM.map((platform) => [`@dynoxide/${platform}`, dynoxide ?? '']),
  );
  for (const [name, version] of Object.entries({
    ...source.dependencies,
    ...optionalDependencies,
  })) {
    if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) {
      throw new Error(`package.json: the version of ${name} is "${version}"; give an exact one`);
    }
  }
  return {
    name: source.name,
    version: source.version,
    description: source.description,
    keywords: source.keywords,
    license: source.license,
    ...(repository !== undefined && {
      repository: { type: 'git', url: repository, directory: 'tools/sam-offline' },
      homepage: `${repository.replace(/^git\+|\.git$/g, '')}/tree/main/tools/sam-offline#readme`,
      bugs: `${repository.replace(/^git\+|\.git$/g, '')}/issues`,
    }),
    type: 'module',
    engines: source.engines,
    bin: source.bin,
    exports: {
      ...Object.fromEntries(
        Object.entries(source.exports).map(([name, file]) => [name, compiled(name, file)]),
      ),
      './package.json': './package.json',
    },
    types: compiled('.', source.exports['.'] ?? '').types,
    files: ['bin', 'lib', 'dist/console'],
    dependencies: source.dependencies,
    optionalDependencies,
    publishConfig: { access: 'public', provenance: true },
  };
}

function compiled(name: string, file: string): { types: string; default: string } {
  const [, path] = /^\.\/src\/(.+)\.ts$/.exec(file) ?? [];
  if (path === undefined) {
    throw new Error(`package.json: the export "${name}" is "${file}"; give a ./src/….ts`);
  }
  return { types: `./lib/${path}.d.ts`, default: `./lib/${path}.js` };
}
