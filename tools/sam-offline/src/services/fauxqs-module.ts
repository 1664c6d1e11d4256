import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Imports a module that fauxqs does not export.
 *
 * @param path the module's path in fauxqs' `dist` folder
 * @throws Error if fauxqs has no such file
 */
export async function importFromFauxqs(path: string): Promise<unknown> {
  const folders = createRequire(import.meta.url).resolve.paths('fauxqs') ?? [];
  const file = folders
    .map((folder) => join(folder, 'fauxqs/dist', path))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`fauxqs has no dist/${path}`);
  // Jest cannot import file URLs, and Node.js on Windows cannot import paths.
  return await import(process.platform === 'win32' ? pathToFileURL(file).href : file);
}
