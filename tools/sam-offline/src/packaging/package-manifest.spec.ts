import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { packageManifest } from './package-manifest.ts';

const read = (file: string): unknown =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8'));
const workspace = read('package.json') as Record<string, unknown>;

/** What the package's command imports: `../lib/cli/main.js` is compiled from `src/cli/main.ts`. */
function importedByCommand(): string[] {
  const command = readFileSync(resolve(import.meta.dirname, '../../bin/sam-offline.js'), 'utf8');
  return Array.from(command.matchAll(/'\.\.\/lib\/(.+)\.js'/g), ([, path]) => `src/${path}.ts`);
}

describe('packageManifest', () => {
  it('publishes compiled files, and nothing of the workspace', () => {
    const manifest = packageManifest(workspace, undefined);

    expect(manifest).not.toHaveProperty('private');
    expect(manifest).not.toHaveProperty('devDependencies');
    expect(manifest).toMatchObject({
      bin: { 'sam-offline': './bin/sam-offline.js' },
      exports: { '.': { types: './lib/index.d.ts', default: './lib/index.js' } },
      files: ['bin', 'lib', 'dist/console'],
      publishConfig: { access: 'public', provenance: true },
    });
    expect(JSON.stringify(manifest)).not.toMatch(/workspace:|\/src\/|\.ts"(?<!\.d\.ts")/);
  });

  it('has all that it exports and that its command imports among the compiled files', () => {
    const { files } = read('tsconfig.package.json') as { files: string[] };
    const exported = Object.values(workspace.exports as Record<string, string>).map((file) =>
      file.replace('./', ''),
    );
    const needed = [...exported, ...importedByCommand()];

    expect(needed).toContain('src/cli/main.ts');
    expect(needed.filter((file) => !files.includes(file))).toEqual([]);
  });

  it('names the repository that a provenance statement is about', () => {
    expect(packageManifest(workspace, 'git+https://example.com/a/b.git')).toMatchObject({
      repository: { url: 'git+https://example.com/a/b.git', directory: 'tools/sam-offline' },
      bugs: 'https://example.com/a/b/issues',
    });
  });

  it('lists Dynoxide for every platform that npm has it for', () => {
    const { optionalDependencies } = packageManifest(workspace, undefined);

    expect(optionalDependencies).toEqual(
      Object.fromEntries(
        ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'].map((platform) => [
          `@dynoxide/${platform}`,
          '1.2.1',
        ]),
      ),
    );
  });

  it.each(['^1.0.0', '*', 'workspace:*', 'file:../ids'])(
    'rejects the version %s of a dependency, which is not exact',
    (version) => {
      const changed = { ...workspace, dependencies: { ws: version } };

      expect(() => packageManifest(changed, undefined)).toThrow(/the version of ws is/);
    },
  );
});
