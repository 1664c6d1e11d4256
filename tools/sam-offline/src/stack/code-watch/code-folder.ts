import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFolder } from './copy-folder.ts';
import { readFolder, type FolderState } from './folder-state.ts';

/** A complete copy of a folder; it is deleted when nothing runs from it and a newer one exists. */
interface Copy {
  readonly path: string;
  readonly parent: string;
  state: FolderState;
  users: number;
}

export type FolderUpdate =
  /** A newer complete copy is there. */
  | 'changed'
  /** What was written is what was there before. */
  | 'same'
  /** It is empty, gone, lacks files, or was written to while it was read: a build tool is at work. */
  | 'incomplete';

/**
 * A folder that functions run from, and its copies: what runs is never in the folder itself, which a
 * build tool may empty, rewrite and leave half written at any time.
 */
export class CodeFolder {
  readonly source: string;
  readonly #directory: string;
  /** Absolute paths that are no part of it. */
  readonly excluded: ReadonlySet<string>;
  #current: Copy | undefined;
  #copies = 0;
  #updating: Promise<FolderUpdate> = Promise.resolve('same');

  /** @param directory where copies are made, of this folder alone */
  constructor(source: string, directory: string, excluded: ReadonlySet<string>) {
    this.source = source;
    this.#directory = directory;
    this.excluded = excluded;
  }

  /** How many copies were made; it shows whether the folder has changed since. */
  get version(): number {
    return this.#copies;
  }

  /** The path of the newest complete copy, or of the folder itself if it never had a file. */
  use(): { readonly path: string; release(): void } {
    const copy = this.#current;
    if (copy === undefined) return { path: this.source, release: () => undefined };
    copy.users += 1;
    let isUsed = true;
    return {
      path: copy.path,
      release: () => {
        if (!isUsed) return;
        isUsed = false;
        copy.users -= 1;
        this.#deleteUnused(copy);
      },
    };
  }

  /**
   * Makes a newer copy where the content changed. One at a time.
   *
   * @param isSettled it has been quiet for so long that no build tool is at work. Otherwise, a folder
   *   that lacks a file of the last copy counts as incomplete: it was emptied, and is filled again.
   */
  update(isSettled = true): Promise<FolderUpdate> {
    const update = (): Promise<FolderUpdate> => this.#update(isSettled);
    this.#updating = this.#updating.then(update, update);
    return this.#updating;
  }

  async #update(isSettled: boolean): Promise<FolderUpdate> {
    const before = this.#current;
    const state = await readFolder(this.source, this.excluded, before?.state);
    if (state === undefined) return 'incomplete';
    if (state.digest === before?.state.digest) {
      before.state = state;
      return 'same';
    }
    if (!isSettled && before !== undefined) {
      const isFilled = [...before.state.entries.keys()].every((path) => state.entries.has(path));
      if (!isFilled) return 'incomplete';
    }
    const parent = join(this.#directory, String(this.#copies + 1));
    const path = await this.#copy(state, parent, before);
    // What was written meanwhile may be in the copy by halves.
    const after = await readFolder(this.source, this.excluded, state);
    if (path === undefined || after?.version !== state.version) {
      await remove(parent);
      return 'incomplete';
    }
    this.#copies += 1;
    this.#current = { path, parent, state, users: 0 };
    if (before !== undefined) this.#deleteUnused(before);
    return 'changed';
  }

  async #copy(
    state: FolderState,
    parent: string,
    earlier: Copy | undefined,
  ): Promise<string | undefined> {
    await remove(parent);
    try {
      return await copyFolder(this.source, state, parent, earlier);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      // A full disk gets back what the part of a copy took.
      await remove(parent);
      throw error;
    }
  }

  #deleteUnused(copy: Copy): void {
    if (copy.users > 0 || copy.path === this.#current?.path) return;
    // A copy that stays is only space; the next start empties the folder.
    remove(copy.parent).catch(() => undefined);
  }
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
