import { constants, existsSync } from 'node:fs';
import { copyFile, link, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EntryState, FolderState } from './folder-state.ts';

/**
 * An earlier copy of the same folder. Files that have not changed are linked from it, not copied
 * again.
 */
export interface EarlierCopy {
  readonly path: string;
  readonly state: FolderState;
}

/**
 * Copies a folder of functions' code, and returns the path of the copy. Dependencies
 * (`node_modules`) become hard links, since they are many, and package managers replace files
 * rather than write into them. Bundlers write into their files, so these are copied; file systems
 * that can copy by reference do so.
 * @param parent a folder that does not exist yet
 */
export async function copyFolder(
  source: string,
  state: FolderState,
  parent: string,
  earlier?: EarlierCopy,
): Promise<string> {
  const target = join(parent, basename(source) || 'code');
  await mkdir(target, { recursive: true });
  await linkSurroundings(source, parent);
  for (const [path, entry] of state.entries) {
    await copyEntry(source, target, path, entry, earlier);
  }
  return target;
}

async function copyEntry(
  source: string,
  target: string,
  path: string,
  entry: EntryState,
  earlier: EarlierCopy | undefined,
): Promise<void> {
  const [from, to] = [join(source, path), join(target, path)];
  if (entry.type === 'folder') {
    await mkdir(to, { mode: entry.mode | 0o700 });
    return;
  }
  if (entry.type === 'link') {
    await symlink(await linkTarget(source, from, entry.content), to);
    return;
  }
  const before = earlier?.state.entries.get(path);
  if (earlier !== undefined && before?.type === 'file' && before.content === entry.content) {
    if (before.mode === entry.mode && (await tryLink(join(earlier.path, path), to))) return;
  }
  if (path.split(sep).includes('node_modules') && (await tryLink(from, to))) return;
  if (path.endsWith('.map')) {
    await writeFile(to, withSourceRoot(await readFile(from), dirname(from)));
    return;
  }
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}

/**
 * Makes a hard link.
 *
 * @returns false if the file system does not make it: the folders are on different file systems, or
 *   the file has too many links
 */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    return false;
  }
}

/**
 * A link to a path inside of the folder stays as it is. A link to the outside leads to the same
 * path as before.
 */
async function linkTarget(source: string, from: string, content: string): Promise<string> {
  const absolute = resolve(dirname(from), content);
  const isInside = absolute === source || absolute.startsWith(source + sep);
  if (isInside && !isAbsolute(content)) return content;
  return realpath(from).catch(() => absolute);
}

/**
 * Links what Node.js looks for above a folder: the nearest node_modules and the nearest
 * package.json. So code that finds them from its own folder finds them from the copy too.
 */
async function linkSurroundings(source: string, parent: string): Promise<void> {
  for (const name of ['node_modules', 'package.json']) {
    for (let folder = dirname(source); ; folder = dirname(folder)) {
      const path = join(folder, name);
      if (existsSync(path)) {
        await symlink(path, join(parent, name));
        break;
      }
      if (folder === dirname(folder)) break;
    }
  }
}

/**
 * Makes the paths of sources in a map absolute. They are relative to the map, so stack traces would
 * name files that do not exist.
 */
function withSourceRoot(map: Buffer, folder: string): Buffer | string {
  const text = map.toString('utf8');
  if (!text.startsWith('{') || text.includes('"sourceRoot":')) return map;
  return `{"sourceRoot":${JSON.stringify(`${pathToFileURL(folder).href}/`)},${text.slice(1)}`;
}
