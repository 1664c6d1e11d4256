import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, posix, relative, sep } from 'node:path';
import type { ImageStep } from './dockerfile.ts';

/** The files of an image that are on this machine. */
export interface ImageFiles {
  /** The code folder in the image: `/var/task`. */
  readonly taskRoot: string;
  /** The path of that folder on this machine. */
  readonly directory: string;
}

/** A command of a step, with its operands. */
type Command = readonly [name: string, ...operands: string[]];

/**
 * Splits a `RUN` step into commands that only make, copy or link files: `mkdir`, `cp`, `chmod`, `ln
 * -s`, `touch`, `cd`. A step that deletes or moves files is not executed, because a mistake here
 * could destroy the developer's files.
 *
 * @returns undefined if the step has another command or needs a shell; none of it can be executed
 * then
 */
export function fileCommands({ text }: ImageStep): readonly Command[] | undefined {
  if (/[|<>$`(){}*?[\]\\~#]|(?<!&)&(?!&)/.test(text)) return undefined;
  const commands = text
    .split(/&&|;/)
    .map((part) => [...part.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)])
    .map((words): readonly string[] =>
      words.map(([, double, single, plain]) => double ?? single ?? plain ?? ''),
    )
    .filter(isCommand);
  const areAllKnown = commands.every(
    ([name, ...operands]) =>
      (Object.hasOwn(programs, name) || name === 'cd') &&
      operands.filter((operand) => operand.startsWith('-')).every((flag) => FLAGS.has(flag)),
  );
  return areAllKnown ? commands : undefined;
}

/**
 * Executes a step's commands on the files of an image.
 *
 * @throws Error if a path is not in the image's code folder, or a file is missing
 */
export function runFileCommands(
  commands: readonly Command[],
  { workingDirectory }: ImageStep,
  files: ImageFiles,
): void {
  let current = workingDirectory;
  for (const [name, ...words] of commands) {
    const operands = words.filter((word) => !word.startsWith('-'));
    if (name === 'cd') {
      current = posix.resolve(current, operands[0] ?? '/');
      continue;
    }
    const at = current;
    programs[name]?.(operands, (path) => localPath(posix.resolve(at, path), files));
  }
}

const FLAGS = new Set(['-p', '-r', '-R', '-a', '-s', '-v']);

function isCommand(words: readonly string[]): words is Command {
  return words.length > 0;
}

type Program = (operands: readonly string[], local: (path: string) => string) => void;

const programs: Readonly<Record<string, Program>> = {
  echo: () => undefined,
  mkdir: (operands, local) => {
    for (const path of operands) mkdirSync(local(path), { recursive: true });
  },
  touch: (operands, local) => {
    for (const path of operands.map(local)) {
      if (existsSync(path)) utimesSync(path, new Date(), new Date());
      else writeFileSync(path, '');
    }
  },
  cp: (operands, local) => {
    const sources = operands.slice(0, -1).map(local);
    const destination = local(operands.at(-1) ?? '');
    const isFolder = existsSync(destination) && statSync(destination).isDirectory();
    if (sources.length > 1 && !isFolder) throw new Error(`${destination} is not a folder`);
    for (const source of sources) {
      const target = isFolder ? join(destination, basename(source)) : destination;
      cpSync(source, target, { recursive: true });
    }
  },
  ln: ([target = '', link = '', ...others], local) => {
    if (others.length > 0 || target.startsWith('/') || link === '') {
      throw new Error('ln -s needs a relative target and one name');
    }
    // The target of the link has to be in the code folder too.
    local(posix.join(posix.dirname(link), target));
    symlinkSync(target, local(link));
  },
  chmod: ([mode = '', ...paths], local) => {
    for (const path of paths.map(local)) changeMode(path, mode);
  },
};

/** Changes a mode, for folders with all of their content. */
function changeMode(path: string, mode: string): void {
  const now = lstatSync(path);
  if (now.isSymbolicLink()) return;
  if (now.isDirectory()) {
    for (const name of readdirSync(path)) changeMode(join(path, name), mode);
    return;
  }
  if (/^[0-7]{3,4}$/.test(mode)) chmodSync(path, (Number.parseInt(mode, 8) & 0o777) | 0o400);
  else if (/^[augo]*\+[rwx]+$/.test(mode)) {
    chmodSync(path, now.mode | (mode.includes('x') ? 0o111 : 0) | (mode.includes('w') ? 0o200 : 0));
  } else throw new Error(`the mode ${mode} is not supported`);
}

/**
 * Gives the path of an image's file on this machine. A path through a link is refused, because a
 * link may lead to files that do not belong to the image.
 */
function localPath(path: string, { taskRoot, directory }: ImageFiles): string {
  if (path !== taskRoot && !path.startsWith(`${taskRoot}/`)) {
    throw new Error(`${path} is not in ${taskRoot}`);
  }
  const local = join(directory, relative(taskRoot, path));
  // The path on this machine is checked again, so that a mistake above cannot change files outside
  // of the folder.
  if (local !== directory && !local.startsWith(directory + sep)) {
    throw new Error(`${path} is not in ${taskRoot}`);
  }
  for (let folder = local; folder.startsWith(directory); folder = dirname(folder)) {
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      throw new Error(`${path} leads through a link`);
    }
  }
  return local;
}
