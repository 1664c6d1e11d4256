import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { packageManifest } from './package-manifest.ts';

const workspace = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'),
) as Record<string, unknown>;

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
