import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Events } from '../events/index.ts';
import { UserError } from '../sam-offline-error.ts';

/** The data folder cannot be written, or its content cannot be read. */
export class DataFolderError extends UserError {
  override readonly name = 'DataFolderError';

  constructor(dataDirectory: string, cause: Error) {
    super(`the data folder ${dataDirectory} cannot be used: ${cause.message}. ${adviceOf(cause)}`, {
      cause,
    });
  }
}

/**
 * Makes a folder and those above it. `mkdirSync` with `recursive` does not return if a file system
 * reports an existing parent as missing, as /proc does (Node.js 24).
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}

/** Codes of file system errors that the user can do something about. */
const FILE_ERRORS = new Set([
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE', 'ENAMETOOLONG'],
  ...['ENOTDIR', 'EEXIST', 'EISDIR', 'ENOENT', 'ELOOP'],
]);
/** SQLite's messages for the same errors, as Dynoxide passes them on. */
const STORE_ERRORS =
  /disk is full|disk I\/O error|readonly database|unable to open database|database disk image is malformed|not a database/;

/** Returns the error with advice if it comes from the data folder, or else the error itself. */
export function explainDataFolderError(dataDirectory: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const isFile = code !== undefined && syscall !== undefined && FILE_ERRORS.has(code);
  // A write into an open file names no path. Other calls without a path, such as `listen`, do not
  // concern files.
  const isOurs =
    isFile &&
    (path === undefined
      ? syscall === 'write'
      : path.startsWith(dataDirectory) || dataDirectory.startsWith(path));
  return isOurs || STORE_ERRORS.test(error.message)
    ? new DataFolderError(dataDirectory, error)
    : error;
}

function adviceOf({ message }: Error): string {
  if (/ENOSPC|EDQUOT|disk is full|disk I\/O error/.test(message)) {
    return 'Free some space on its disk, or choose another folder with --data-dir.';
  }
  if (/malformed|not a database/.test(message)) {
    return 'Start with --clean for empty tables, or choose another folder with --data-dir.';
  }
  return 'Make it a folder that can be written, or choose another one with --data-dir.';
}

/** How often, in ms, to check whether the data folder is still there. */
const INTERVAL_MS = 500;

/**
 * Calls `onGone` once, with the first of some files and folders that was deleted or replaced. A
 * DynamoDB that has such a file open would still acknowledge writes, and nobody could read them
 * later.
 */
export function watchDataFolder(
  paths: readonly string[],
  onGone: (path: string) => void,
): { close(): void } {
  const before = new Map(paths.map((path) => [path, identityOf(path)]));
  const timer = setInterval(() => {
    const gone = paths.find((path) => identityOf(path) !== before.get(path));
    if (gone === undefined) return;
    clearInterval(timer);
    onGone(gone);
  }, INTERVAL_MS).unref();
  return {
    close() {
      clearInterval(timer);
    },
  };
}

/**
 * Writes a file, and writes it again if it was deleted: the outputs file of a running stack keeps
 * another stack from using the same data.
 */
export function keepFile(file: string, text: string, events: Events): { close(): void } {
  writeFileSync(file, text);
  let reported = '';
  const timer = setInterval(() => {
    if (existsSync(file)) return;
    let message = `${file} was deleted while the stack runs; it has been written again`;
    try {
      writeFileSync(file, text);
    } catch (error) {
      message = `${file} was deleted, and cannot be written again: ${(error as Error).message}`;
      if (message === reported || !existsSync(dirname(file))) return;
    }
    reported = message;
    events.warn('warn', message);
  }, INTERVAL_MS).unref();
  return {
    close() {
      clearInterval(timer);
    },
  };
}

function identityOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
