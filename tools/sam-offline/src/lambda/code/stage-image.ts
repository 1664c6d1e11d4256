import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { FunctionCode, LambdaFunction } from '../../template/index.ts';
import { FunctionConfigurationError } from '../errors.ts';
import {
  DockerfileError,
  type FunctionImage,
  type ImageStep,
  parseDockerfile,
} from './dockerfile.ts';
import { fileCommands, runFileCommands } from './image-steps.ts';
import type { StagedCode } from './staged-code.ts';

type ImageCode = Extract<FunctionCode, { type: 'image' }>;

/** A file or folder of the build context, and its path in the image. */
interface Mapping {
  readonly source: string;
  readonly destination: string;
}

/**
 * Makes the code folder of an image function without Docker. If the image's code folder is a folder
 * of the build context, that folder is used. Otherwise the files are copied into `directory`.
 *
 * @throws FunctionConfigurationError if the function cannot run from this image
 */
export function stageImage(fn: LambdaFunction, code: ImageCode, directory: string): StagedCode {
  const fail = (message: string, reason: 'missing-code' | 'unsupported' = 'unsupported'): never => {
    throw new FunctionConfigurationError(fn.logicalId, reason, message);
  };
  if (!existsSync(code.dockerfile)) fail(`${code.dockerfile} does not exist`, 'missing-code');
  const image = parse(code, fail);
  const handler = code.command?.[0] ?? fn.handler ?? image.command[0];
  if (handler === undefined) {
    return fail(
      `${code.dockerfile} has no CMD that names the handler, such as CMD ["index.handler"]`,
    );
  }
  const notes = image.ignored.map((step) => `${code.dockerfile}, ${step} is not run`);
  const steps = image.steps.flatMap((step) => {
    const commands = fileCommands(step);
    if (commands !== undefined) return [{ step, commands }];
    notes.push(`${code.dockerfile}, ${step.label} is not run${whatInstead(step, code)}`);
    return [];
  });
  const mappings = image.copies.flatMap((copy) => {
    const sources = copy.sources.flatMap((pattern) => sourcesOf(code.contextDirectory, pattern));
    if (sources.length > 0) {
      // For a copy from a stage, the first source that exists is used.
      return (copy.from === undefined ? sources : sources.slice(0, 1)).map((source) =>
        mapping(source, copy),
      );
    }
    if (copy.from === undefined) {
      fail(
        `${code.dockerfile} copies ${copy.sources.join(' ')}, which is not in ${code.contextDirectory}`,
        'missing-code',
      );
    } else if (inside(image.taskRoot, copy.destination)) {
      const where = copy.sources[0] ?? 'a folder that is copied';
      fail(
        `${code.dockerfile}, ${copy.from} copies files of another stage or image, which sam-offline does not build; build them into ${where} in ${code.contextDirectory}`,
        'missing-code',
      );
    } else {
      notes.push(`${code.dockerfile}, ${copy.from} is left out`);
    }
    return [];
  });
  // Steps change a copy of the files, never the build context.
  const same = steps.length > 0 ? undefined : sameFolder(mappings, image.taskRoot);
  const taskRoot = same ?? copyFiles(mappings, image, directory);
  if (taskRoot === directory) linkInstalled(image, code.contextDirectory, directory);
  for (const { step, commands } of steps) {
    try {
      runFileCommands(commands, step, { taskRoot: image.taskRoot, directory });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      notes.push(`${code.dockerfile}, ${step.label} is not run: ${reason}`);
    }
  }
  const workingDirectory = code.workingDirectory ?? image.workingDirectory;
  return {
    taskRoot,
    handler,
    runtime: image.runtime,
    environment: image.environment,
    workingDirectory: inside(image.taskRoot, workingDirectory)
      ? join(taskRoot, relative(image.taskRoot, workingDirectory))
      : taskRoot,
    notes,
  };
}

const NPM_INSTALL = /\b(?:npm (?:ci|install|i)|pnpm|yarn)\b/;

/** Says what replaces the packages that a step would install. */
function whatInstead({ text }: ImageStep, { contextDirectory }: ImageCode): string {
  if (NPM_INSTALL.test(text)) {
    return existsSync(join(contextDirectory, 'node_modules'))
      ? `; node_modules of ${contextDirectory} is used`
      : `; install its packages in ${contextDirectory}, whose node_modules is used`;
  }
  if (/\b(?:pip3?|uv|poetry)\b/.test(text)) {
    return '; the packages that python3 has on this machine are used';
  }
  if (/\b(?:microdnf|dnf|yum|apt-get|apt|apk)\b/.test(text)) {
    return '; what it installs has to be on this machine';
  }
  return '';
}

function parse(code: ImageCode, fail: (message: string) => never): FunctionImage {
  try {
    return parseDockerfile(readFileSync(code.dockerfile, 'utf8'));
  } catch (error) {
    if (error instanceof DockerfileError) return fail(`${code.dockerfile}: ${error.message}`);
    throw error;
  }
}

function sourcesOf(context: string, pattern: string): string[] {
  const path = join(context, pattern);
  if (existsSync(path)) return [path];
  return /[*?[]/.test(pattern)
    ? globSync(pattern.replace(/^\/+/, ''), { cwd: context }).map((match) => join(context, match))
    : [];
}

/** Maps a source of a copy. The content of a folder is copied, or the file itself. */
function mapping(source: string, copy: FunctionImage['copies'][number]): Mapping {
  const intoFolder = !statSync(source).isDirectory() && copy.intoFolder;
  return {
    source: source.replace(/(?<=.)\/$/, ''),
    destination: intoFolder ? join(copy.destination, basename(source)) : copy.destination,
  };
}

/**
 * Finds the folder of the build context that is the image's code folder.
 * @returns undefined if the copies do not come from one folder
 */
function sameFolder(mappings: readonly Mapping[], taskRoot: string): string | undefined {
  const folder = mappings.findLast(
    ({ source, destination }) => destination === taskRoot && statSync(source).isDirectory(),
  )?.source;
  if (folder === undefined) return undefined;
  const agrees = mappings.every(
    ({ source, destination }) =>
      !inside(taskRoot, destination) || join(folder, relative(taskRoot, destination)) === source,
  );
  return agrees ? folder : undefined;
}

function copyFiles(mappings: readonly Mapping[], image: FunctionImage, directory: string): string {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const { source, destination } of mappings) {
    if (!inside(image.taskRoot, destination)) continue;
    const target = join(directory, relative(image.taskRoot, destination));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target, {
      recursive: true,
      filter: (from, to) => from === source || !linkDependencies(from, to),
    });
  }
  return directory;
}

/**
 * Links the packages that `RUN npm ci` would install, if they are installed in the build context.
 */
function linkInstalled(image: FunctionImage, context: string, directory: string): void {
  const installs = [...image.ignored, ...image.steps.map(({ text }) => text)].some((step) =>
    NPM_INSTALL.test(step),
  );
  const target = join(directory, 'node_modules');
  const installed = join(context, 'node_modules');
  if (installs && existsSync(installed) && !existsSync(target)) symlinkSync(installed, target);
}

/**
 * Links dependencies. They are not copied because they have many files, and they do not depend on
 * the folder above them.
 */
function linkDependencies(from: string, to: string): boolean {
  if (basename(from) !== 'node_modules') return false;
  if (!existsSync(to)) symlinkSync(from, to);
  return true;
}

function inside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? folder : `${folder}/`);
}
