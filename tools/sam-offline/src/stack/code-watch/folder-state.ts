import { hash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A file, folder or symbolic link, with the values that show whether it has changed. */
export interface EntryState {
  readonly type: 'file' | 'folder' | 'link';
  /** `ino:size:mtime:mode`. While this text stays the same, the content is not read again. */
  readonly version: string;
  readonly mode: number;
  /** A hash of the content. For a link, its target. */
  readonly content: string;
}

export interface FolderState {
  /** The entries by their path below the folder. A folder comes before its content. */
  readonly entries: ReadonlyMap<string, EntryState>;
  /** A hash of the content. It does not depend on the time at which files were written. */
  readonly digest: string;
  /** A hash that changes with each write, even when the content stays the same. */
  readonly version: string;
}

/** Folders that are large and are not part of any package. */
const IGNORED = new Set(['.git']);

/**
 * Reads the state of a folder. It reads the content only of files that were written after
 * `previous`.
 *
 * @param excluded absolute paths below the folder that are left out
 * @returns undefined if the folder does not exist, has no file, or loses a file while it is read,
 *   because a build tool is at work
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

/**
 * Reads one entry.
 *
 * @returns undefined for sockets, pipes and devices, which no package has
 */
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
