import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFolder } from './copy-folder.ts';
import { readFolder, type FolderState } from './folder-state.ts';

/**
 * A complete copy of a folder. It is deleted when no function runs from it and a newer copy exists.
 */
interface Copy {
  readonly path: string;
  readonly parent: string;
  state: FolderState;
  users: number;
}

export type FolderUpdate =
  /** A newer complete copy was made. */
  | 'changed'
  /** The folder has the content of the last copy. */
  | 'same'
  /**
   * The folder is empty, missing, or incomplete, or it was written to while it was read. A build
   * tool is at work.
   */
  | 'incomplete';

/**
 * A folder of functions' code, and its copies. Functions run from a copy, because a build tool may
 * empty or rewrite the folder itself at any time.
 */
export class CodeFolder {
  readonly source: string;
  readonly #directory: string;
  /** Absolute paths that do not belong to the folder's code. */
  readonly excluded: ReadonlySet<string>;
  #current: Copy | undefined;
  #copies = 0;
  #updating: Promise<FolderUpdate> = Promise.resolve('same');

  /** @param directory the directory for the copies of this folder alone */
  constructor(source: string, directory: string, excluded: ReadonlySet<string>) {
    this.source = source;
    this.#directory = directory;
    this.excluded = excluded;
  }

  /** How many copies were made. The number grows when the folder has changed. */
  get version(): number {
    return this.#copies;
  }

  /** The path of the newest complete copy, or of the folder itself if it has not had a file yet. */
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
   * Makes a newer copy if the content has changed. Only one call runs at a time.
   *
   * @param isSettled whether the folder has had no change for so long that no build tool is at
   *   work. If false, a folder that lacks a file of the last copy counts as incomplete: it was
   *   emptied, and the build tool still fills it
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
    // A file that was written meanwhile may be incomplete in the copy.
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
      // The incomplete copy is deleted, so that a full disk gets its space back.
      await remove(parent);
      throw error;
    }
  }

  #deleteUnused(copy: Copy): void {
    if (copy.users > 0 || copy.path === this.#current?.path) return;
    // A copy that cannot be deleted only takes space. The next start empties the folder.
    remove(copy.parent).catch(() => undefined);
  }
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
