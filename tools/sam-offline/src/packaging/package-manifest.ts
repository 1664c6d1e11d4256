import { z } from 'zod';
import { PLATFORMS_IN_NPM } from '../services/index.ts';

const versions = z.record(z.string(), z.string());

/** What the package takes over from the workspace's `package.json`. */
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
 * Makes the `package.json` of what is published: the compiled files, exact versions, and no development dependency.
 *
 * @param workspace content of the workspace's `package.json`
 * @param repository URL of the public repository, where one is known: a provenance statement needs it
 * @throws Error for a dependency whose version is not exact, or an export outside of `src`
 */
export function packageManifest(
  workspace: unknown,
  repository: string | undefined,
): Record<string, unknown> {
  const source = workspaceManifest.parse(workspace);
  const [dynoxide] = Object.values(source.optionalDependencies);
  // npm installs the one of the machine, and goes on where its registry does not have it.
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
