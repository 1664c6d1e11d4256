import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { CodeInUse } from '../../lambda/index.ts';
import type { LambdaFunction } from '../../template/index.ts';
import { CodeFolder } from './code-folder.ts';

/** The folders of a stack's functions, and the copies that the functions run from. */
export interface CodeStore {
  readonly folders: readonly CodeFolder[];
  /** Logical ids of the functions whose code is in a folder. */
  functionsOf(folder: CodeFolder): readonly string[];
  /** The function, with the newest complete copies of its folders as its code. */
  use(fn: LambdaFunction): CodeInUse;
  close(): Promise<void>;
}

/**
 * Copies the folders of all functions. It ignores folders that do not exist: the start of their
 * function reports them.
 *
 * @param directory where the copies are made; it is emptied first
 * @param excluded folders that are not code, such as the data folder, in case they are in a code
 *   folder
 */
export async function openCodeStore(
  functions: readonly LambdaFunction[],
  directory: string,
  excluded: readonly string[],
): Promise<CodeStore> {
  await rm(directory, { recursive: true, force: true });
  const users = new Map<string, { readonly folder: CodeFolder; readonly logicalIds: string[] }>();
  for (const fn of functions) {
    for (const source of new Set(foldersOf(fn))) {
      const path = join(directory, String(users.size + 1));
      const known = users.get(source);
      if (known !== undefined) known.logicalIds.push(fn.logicalId);
      else {
        const folder = new CodeFolder(source, path, new Set(excluded));
        users.set(source, { folder, logicalIds: [fn.logicalId] });
      }
    }
  }
  await Promise.all([...users.values()].map(({ folder }) => folder.update()));

  return {
    folders: [...users.values()].map(({ folder }) => folder),
    functionsOf: (folder) => users.get(folder.source)?.logicalIds ?? [],
    use(fn) {
      const uses = new Map(
        [...new Set(foldersOf(fn))].map((source) => [source, users.get(source)?.folder.use()]),
      );
      const pathOf = (source: string): string => uses.get(source)?.path ?? source;
      return {
        fn: {
          ...fn,
          code: codeIn(fn.code, pathOf),
          layers: fn.layers.map(pathOf),
        },
        release() {
          for (const use of uses.values()) use?.release();
        },
      };
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Archives are unpacked at the start and are not watched. */
function foldersOf({ code, layers }: LambdaFunction): string[] {
  const own =
    code.type === 'zip' ? [code.directory] : code.type === 'image' ? [code.contextDirectory] : [];
  const isFile = (path: string): boolean =>
    statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return [...own, ...layers.filter((layer) => !isFile(layer))];
}

function codeIn(
  code: LambdaFunction['code'],
  pathOf: (source: string) => string,
): LambdaFunction['code'] {
  if (code.type === 'zip') return { ...code, directory: pathOf(code.directory) };
  if (code.type !== 'image') return code;
  const contextDirectory = pathOf(code.contextDirectory);
  const dockerfile = relative(code.contextDirectory, code.dockerfile);
  const isInside = dockerfile !== '..' && !dockerfile.startsWith(`..${sep}`);
  return {
    ...code,
    contextDirectory,
    dockerfile: isInside ? join(contextDirectory, dockerfile) : code.dockerfile,
  };
}
