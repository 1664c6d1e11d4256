import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { UserError } from '../sam-offline-error.ts';

/**
 * The platforms with a package `@dynoxide/<platform>` (https://github.com/nubo-db/dynoxide,
 * `npm/dynoxide/platforms.json`).
 */
export const PLATFORMS_IN_NPM: readonly string[] = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm64',
  'linux-x64',
  'win32-x64',
];

/** Dynoxide was not found for this platform, and no other DynamoDB is configured. */
export class DynoxideNotFoundError extends UserError {
  override readonly name = 'DynoxideNotFoundError';

  constructor(platform: string) {
    const byNpm = PLATFORMS_IN_NPM.includes(platform)
      ? `Install its package (npm install --save-dev @dynoxide/${platform}), or build it`
      : 'npm has no package of it for this platform: build it';
    super(
      `The stack has DynamoDB tables, and no Dynoxide was found for ${platform}. ` +
        `${byNpm} (cargo install dynoxide-rs) so that \`dynoxide\` is on the PATH, ` +
        'or set DYNAMODB_ENDPOINT to a DynamoDB that already runs, such as http://127.0.0.1:8000.',
    );
  }
}

/**
 * Finds the Dynoxide binary, first in the platform's npm package, then on the PATH.
 *
 * @throws DynoxideNotFoundError if there is no binary
 */
export function findDynoxide(
  env: NodeJS.ProcessEnv = process.env,
  platform = `${process.platform}-${process.arch}`,
): string {
  const binary = fromPackage(platform) ?? fromPath(env.PATH ?? '', nameFor(platform));
  if (binary === undefined) throw new DynoxideNotFoundError(platform);
  return binary;
}

function fromPackage(platform: string): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${platform}/package.json`);
    return executable(join(dirname(manifest), nameFor(platform)));
  } catch {
    return undefined;
  }
}

function nameFor(platform: string): string {
  return platform.startsWith('win32') ? 'dynoxide.exe' : 'dynoxide';
}

function fromPath(path: string, name: string): string | undefined {
  for (const directory of path.split(delimiter)) {
    const found = directory === '' ? undefined : executable(join(directory, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function executable(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return file;
  } catch {
    return undefined;
  }
}
