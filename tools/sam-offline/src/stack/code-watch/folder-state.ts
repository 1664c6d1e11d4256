import { hash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A file, folder or symbolic link, with what shows whether it has changed. */
export interface EntryState {
  readonly type: 'file' | 'folder' | 'link';
  /** `ino:size:mtime:mode`: as long as it is the same, the content is not read again. */
  readonly version: string;
  readonly mode: number;
  /** Of the content; of a link, its target. */
  readonly content: string;
}

export interface FolderState {
  /** By path below the folder; a folder comes before what is in it. */
  readonly entries: ReadonlyMap<string, EntryState>;
  /** Equal where the content is, whenever it was written. */
  readonly digest: string;
  /** Changes with every write, also of the same content. */
  readonly version: string;
}

/** No part of any package, and large. */
const IGNORED = new Set(['.git']);

/**
 * Reads what a folder has. Only what was written since `previous` is read from the disk.
 *
 * @param excluded absolute paths below it that are left out
 * @returns undefined where the folder does not exist, has no file, or loses one while it is read: a
 *   build tool is at work
 */
export async function readFolder(
  folder: string,
  excluded: ReadonlySet<string>,
  previous?: FolderState,
): Promise<FolderState | undefined> {
  const entries = new Map<string, EntryState>();
  const visit = async (below: string): Promise<void> => {
    const names = await readdir(join(folder, below), { withFileTypes: true });
    for (const entry of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(below, entry.name);
      if (IGNORED.has(entry.name) || excluded.has(join(folder, path))) continue;
      const state = await readEntry(join(folder, path), entry, previous?.entries.get(path));
      if (state === undefined) continue;
      entries.set(path, state);
      if (state.type === 'folder') await visit(path);
    }
  };
  try {
    await visit('');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
  const states = [...entries];
  if (!states.some(([, { type }]) => type !== 'folder')) return undefined;
  const digestOf = (part: (state: EntryState) => string): string =>
    hash('sha1', JSON.stringify(states.map(([path, state]) => [path, part(state)])));
  return {
    entries,
    digest: digestOf(({ type, mode, content }) => `${type}:${mode & 0o111}:${content}`),
    version: digestOf(({ type, version }) => (type === 'folder' ? '' : version)),
  };
}

/** Undefined for entries that no package has: sockets, pipes, devices. */
async function readEntry(
  path: string,
  entry: Dirent,
  previous: EntryState | undefined,
): Promise<EntryState | undefined> {
  const { ino, size, mtimeMs, mode } = await lstat(path);
  const version = `${ino}:${size}:${mtimeMs}:${mode}`;
  if (entry.isDirectory()) return { type: 'folder', version, mode, content: '' };
  if (entry.isSymbolicLink()) return { type: 'link', version, mode, content: await readlink(path) };
  if (!entry.isFile()) return undefined;
  const isSame = previous?.type === 'file' && previous.version === version;
  const content = isSame ? previous.content : hash('sha1', await readFile(path));
  return { type: 'file', version, mode, content };
}

function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
