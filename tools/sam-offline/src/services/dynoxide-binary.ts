import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { UserError } from '../sam-offline-error.ts';

/** There is no Dynoxide for this platform, and no replacement for it. */
export class DynoxideNotFoundError extends UserError {
  override readonly name = 'DynoxideNotFoundError';

  constructor(platform: string) {
    super(
      `The stack has DynamoDB tables, and no Dynoxide was found for ${platform}. ` +
        'Install the optional dependency @dynoxide/linux-x64 (Linux x64), or put `dynoxide` on the PATH ' +
        '(https://github.com/nubo-db/dynoxide), or set DYNAMODB_ENDPOINT to a DynamoDB that already runs, ' +
        'such as http://127.0.0.1:8000.',
    );
  }
}

/**
 * Finds the Dynoxide binary: the platform's npm package first, then the PATH.
 *
 * @throws DynoxideNotFoundError when there is no binary
 */
export function findDynoxide(
  env: NodeJS.ProcessEnv = process.env,
  platform = `${process.platform}-${process.arch}`,
): string {
  const binary = fromPackage(platform) ?? fromPath(env.PATH ?? '');
  if (binary === undefined) throw new DynoxideNotFoundError(platform);
  return binary;
}

function fromPackage(platform: string): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${platform}/package.json`);
    return executable(join(dirname(manifest), 'dynoxide'));
  } catch {
    return undefined;
  }
}

function fromPath(path: string): string | undefined {
  for (const directory of path.split(delimiter)) {
    const found = directory === '' ? undefined : executable(join(directory, 'dynoxide'));
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
