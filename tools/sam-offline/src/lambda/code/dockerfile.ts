import { SamOfflineError } from '../../sam-offline-error.ts';

/**
 * The parts of a function's Dockerfile that sam-offline uses: the runtime, files and command of the
 * last stage.
 */
export interface FunctionImage {
  /** The runtime of the base image: `nodejs24.x`, `python3.12`, `provided.al2023`. */
  readonly runtime: string;
  /** The code folder in the image: `/var/task` in AWS's base images. */
  readonly taskRoot: string;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly copies: readonly ImageCopy[];
  /** The elements of `CMD`. The first one is the handler. */
  readonly command: readonly string[];
  /** The `RUN` instructions in their order. */
  readonly steps: readonly ImageStep[];
  /** Instructions that are not executed, such as those of stages that files are copied from. */
  readonly ignored: readonly string[];
}

/** A `RUN` instruction. */
export interface ImageStep {
  /** The instruction as it is written: `line 5: RUN chmod +x run.sh`. */
  readonly label: string;
  /** The shell command, in which variables of the Dockerfile are replaced by their values. */
  readonly text: string;
  /** The working directory in the image. */
  readonly workingDirectory: string;
}

/** A `COPY` or `ADD` instruction. */
export interface ImageCopy {
  /**
   * Patterns relative to the build context. For a copy from a stage, they are the patterns that the
   * stage copied from.
   */
  readonly sources: readonly string[];
  /**
   * The text of a copy from another stage or image. Its files may be made by a step that is not
   * run.
   */
  readonly from?: string;
  /** The absolute path in the image. */
  readonly destination: string;
  /** Whether the destination is a folder even if one file is copied. */
  readonly intoFolder: boolean;
}

/**
 * A Dockerfile contains something that sam-offline does not support. The message names the line.
 */
export class DockerfileError extends SamOfflineError {
  override readonly name = 'DockerfileError';
}

interface Instruction {
  readonly keyword: string;
  readonly rest: string;
  readonly line: number;
}

interface Stage {
  runtime: string | undefined;
  base: string;
  workingDirectory: string;
  environment: Record<string, string>;
  args: Record<string, string>;
  copies: ImageCopy[];
  command: string[];
  steps: ImageStep[];
  ignored: string[];
}

const LAMBDA_TASK_ROOT = '/var/task';
/** Instructions that have no effect on a function on this machine. */
const WITHOUT_EFFECT = new Set([
  'LABEL',
  'EXPOSE',
  'USER',
  'MAINTAINER',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'ENTRYPOINT',
  'VOLUME',
]);

/**
 * Reads a Dockerfile.
 *
 * @param text the Dockerfile's content
 * @throws DockerfileError if the file is not valid, or if it needs Docker because the runtime of
 * its base image is unknown
 */
export function parseDockerfile(text: string): FunctionImage {
  const globalArgs: Record<string, string> = {};
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const instruction of instructionsOf(text)) {
    if (instruction.keyword === 'FROM') {
      stage = from(instruction, globalArgs, stages);
    } else if (stage === undefined) {
      if (instruction.keyword === 'ARG') declareArg(instruction, globalArgs, globalArgs);
    } else {
      apply(instruction, stage, globalArgs, stages);
    }
  }
  if (stage === undefined) throw new DockerfileError('there is no FROM in it');
  if (stage.runtime === undefined) {
    throw new DockerfileError(
      `the base image ${stage.base} has no runtime that sam-offline knows; expected one like public.ecr.aws/lambda/nodejs:24, public.ecr.aws/lambda/python:3.13 or public.ecr.aws/lambda/provided:al2023`,
    );
  }
  return {
    runtime: stage.runtime,
    taskRoot: stage.environment.LAMBDA_TASK_ROOT ?? stage.workingDirectory,
    workingDirectory: stage.workingDirectory,
    environment: stage.environment,
    copies: stage.copies,
    command: stage.command,
    steps: stage.steps,
    ignored: stage.ignored,
  };
}

/** Splits a Dockerfile into instructions. It joins continued lines and removes comments. */
function instructionsOf(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  let joined = '';
  let startLine = 0;
  text.split(/\r?\n/).forEach((raw, index) => {
    if (/^\s*#/.test(raw)) return;
    if (joined === '') startLine = index + 1;
    const continued = /\\\s*$/.test(raw);
    joined += continued ? `${raw.replace(/\\\s*$/, '')} ` : raw;
    if (continued) return;
    const match = /^\s*([A-Za-z]+)\s+(.*\S)\s*$/s.exec(joined);
    joined = '';
    if (match === null) return;
    const [, keyword = '', rest = ''] = match;
    instructions.push({ keyword: keyword.toUpperCase(), rest, line: startLine });
  });
  return instructions;
}

function from(
  { rest, line }: Instruction,
  globalArgs: Record<string, string>,
  stages: Map<string, Stage>,
): Stage {
  const [image = '', , alias] = expand(rest.replace(/--platform=\S+\s+/, ''), globalArgs).split(
    /\s+/,
  );
  if (image === '') throw new DockerfileError(`line ${line}: FROM names no image`);
  const base = stages.get(image.toLowerCase());
  const isLambda = /(?:^|\/)(?:lambda\/|aws-lambda-)/.test(image);
  const stage: Stage =
    base === undefined
      ? {
          runtime: runtimeOf(image),
          base: image,
          workingDirectory: isLambda ? LAMBDA_TASK_ROOT : '/',
          environment: isLambda ? { LAMBDA_TASK_ROOT } : {},
          args: {},
          copies: [],
          command: [],
          steps: [],
          ignored: [],
        }
      : structuredClone(base);
  stages.set(String(stages.size), stage);
  if (alias !== undefined) stages.set(alias.toLowerCase(), stage);
  return stage;
}

/**
 * Finds the runtime of an image such as `public.ecr.aws/lambda/nodejs:24`,
 * `amazon/aws-lambda-python:3.12` or `node:24-slim`.
 */
function runtimeOf(image: string): string | undefined {
  const match =
    /(?:^|\/)(?:lambda\/|aws-lambda-)?(nodejs|node|python|provided)(?::([^@]+))?(?:@|$)/.exec(
      image,
    );
  if (match === null) return undefined;
  const [, name, tag = 'latest'] = match;
  if (name === 'provided') return `provided.${/^al\d+/.exec(tag)?.[0] ?? 'al2023'}`;
  if (name === 'python') return `python${/^\d+\.\d+/.exec(tag)?.[0] ?? '3'}`;
  return `nodejs${/^\d+/.exec(tag)?.[0] ?? '24'}.x`;
}

function apply(
  instruction: Instruction,
  stage: Stage,
  globalArgs: Record<string, string>,
  stages: ReadonlyMap<string, Stage>,
): void {
  const { keyword, rest, line } = instruction;
  const variables = { ...stage.args, ...stage.environment };
  switch (keyword) {
    case 'ARG':
      declareArg(instruction, stage.args, { ...globalArgs, ...variables });
      return;
    case 'ENV':
      for (const [name, value] of assignments(rest)) {
        stage.environment[name] = expand(value, variables);
      }
      return;
    case 'WORKDIR':
      stage.workingDirectory = resolvePath(stage.workingDirectory, expand(rest, variables));
      return;
    case 'COPY':
    case 'ADD':
      stage.copies.push(...copies(instruction, stage, variables, stages));
      return;
    case 'CMD':
      stage.command = command(instruction);
      return;
    case 'RUN':
      stage.steps.push({
        label: `line ${line}: RUN ${rest}`,
        text: expand(rest, variables),
        workingDirectory: stage.workingDirectory,
      });
      return;
    default:
      if (!WITHOUT_EFFECT.has(keyword)) stage.ignored.push(`line ${line}: ${keyword} ${rest}`);
  }
}

function declareArg(
  { rest }: Instruction,
  into: Record<string, string>,
  known: Readonly<Record<string, string>>,
): void {
  const [name, value] = splitOnce(rest, '=');
  const given = value === undefined ? known[name] : expand(unquote(value), known);
  if (given !== undefined) into[name] = given;
}

/** Reads the variables of `ENV A=1 B="two words"`, or of the legacy form `ENV A the rest`. */
function assignments(text: string): [string, string][] {
  if (!/^[^\s=]+=/.test(text)) {
    const [name, value = ''] = splitOnce(text, ' ');
    return [[name, value.trim()]];
  }
  return [...text.matchAll(/([^\s=]+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)/g)].map(
    ([, name = '', value = '']) => [name, unquote(value)],
  );
}

function copies(
  { keyword, rest, line }: Instruction,
  stage: Stage,
  variables: Readonly<Record<string, string>>,
  stages: ReadonlyMap<string, Stage>,
): ImageCopy[] {
  const operands = rest.replace(/^(?:--\S+\s+)+/, '');
  const paths = operands.startsWith('[')
    ? jsonStrings(operands, line)
    : operands.split(/\s+/).map(unquote);
  const expanded = paths.map((path) => expand(path, variables));
  const destination = expanded.pop();
  if (destination === undefined || expanded.length === 0) {
    throw new DockerfileError(`line ${line}: ${keyword} needs a source and a destination`);
  }
  const copy: ImageCopy = {
    sources: expanded,
    destination: resolvePath(stage.workingDirectory, destination),
    intoFolder: destination.endsWith('/') || destination === '.' || expanded.length > 1,
  };
  const flag = /--from=(\S+)/.exec(rest)?.[1];
  if (flag === undefined) return [copy];
  const from = `line ${line}: ${keyword} ${rest}`;
  const source = stages.get(expand(flag, variables).toLowerCase());
  if (source === undefined) return [{ ...copy, sources: [], from }];
  const undone = [...source.steps.map(({ label }) => label), ...source.ignored];
  stage.ignored.push(...undone.filter((step) => !stage.ignored.includes(step)));
  return expanded.flatMap((path) => outOf(source, resolvePath('/', path), { ...copy, from }));
}

/**
 * Finds what a stage has copied to a path or below it. The result is a list of copies from the
 * build context.
 */
function outOf(stage: Stage, path: string, copy: ImageCopy): ImageCopy[] {
  const below = stage.copies
    .filter(({ destination }) => destination !== path && isWithin(destination, path))
    .map((one) => ({
      ...one,
      destination: resolvePath(
        copy.destination,
        one.destination.slice(path.length).replace(/^\//, ''),
      ),
    }));
  // A later copy replaces an earlier one, so the last one is tried first.
  const sources = stage.copies
    .filter(({ destination }) => isWithin(path, destination))
    .reverse()
    .flatMap((one) =>
      one.sources.flatMap((source) => {
        const rest = path.slice(one.destination === '/' ? 1 : one.destination.length + 1);
        const name = source.slice(source.lastIndexOf('/') + 1);
        if (rest === '') return [source];
        return rest === name ? [source, `${source}/${rest}`] : [`${source}/${rest}`];
      }),
    );
  return sources.length > 0 || below.length === 0 ? [{ ...copy, sources }, ...below] : below;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? folder : `${folder}/`);
}

function command({ rest, line }: Instruction): string[] {
  if (rest.startsWith('[')) return jsonStrings(rest, line);
  // The base image's entry point uses this shell form as the handler.
  if (/^\S+\.\S+$/.test(rest)) return [unquote(rest)];
  throw new DockerfileError(
    `line ${line}: CMD ${rest} is the shell form; expected the JSON form, CMD ["index.handler"]`,
  );
}

function jsonStrings(text: string, line: number): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every((item) => typeof item === 'string')) return parsed;
  } catch {
    // Said below.
  }
  throw new DockerfileError(`line ${line}: ${text} is not a JSON array of strings`);
}

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}` with their values. */
function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(
    /\\\$|\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g,
    (match: string, plain?: string, braced?: string, operator?: string, word?: string): string => {
      const other = word ?? '';
      if (match === '\\$') return '$';
      const value = variables[plain ?? braced ?? ''];
      if (operator === '+') return value === undefined ? '' : other;
      return value ?? (operator === '-' ? other : '');
    },
  );
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return (quoted?.[2] ?? text).replace(/\\(["\\ ])/g, '$1');
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Resolves a path in an image, which is a POSIX path on every machine. */
function resolvePath(workingDirectory: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${workingDirectory}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
