import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Imports a module that fauxqs does not export.
 *
 * @param path in its `dist`
 * @throws Error when fauxqs has no such file
 */
export async function importFromFauxqs(path: string): Promise<unknown> {
  const folders = createRequire(import.meta.url).resolve.paths('fauxqs') ?? [];
  const file = folders
    .map((folder) => join(folder, 'fauxqs/dist', path))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`fauxqs has no dist/${path}`);
  // Jest has no file URLs, and Windows no paths.
  return await import(process.platform === 'win32' ? pathToFileURL(file).href : file);
}
