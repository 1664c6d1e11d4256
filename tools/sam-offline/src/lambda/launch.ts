import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { logGroupOf } from '../ids/index.ts';
import type { LambdaFunction } from '../template/index.ts';
import type { StagedCode } from './code/index.ts';
import { FunctionConfigurationError } from './errors.ts';
import { findOnPath } from './find-on-path.ts';
import { javaRuntime } from './java.ts';

/** The command that starts an execution environment's process. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /**
   * True if the runtime uses the Runtime API through file descriptor 3, false if it uses the port.
   */
  readonly hasRuntimePipe: boolean;
  /**
   * What needs the proxy for AWS's hosts: the program itself, or, with sam-offline's own runtimes,
   * only the programs that it starts.
   */
  readonly needsProxy: 'program' | 'children';
  readonly workingDirectory: string;
  /** The version for INIT_START lines: `nodejs:24 (Node.js v24.21.0)`. */
  readonly runtimeVersion: string;
  /** All variables except those of a single environment (Runtime API address, log stream). */
  readonly environment: Readonly<Record<string, string>>;
}

/** What is needed to start a function, besides its code. */
export interface LaunchContext {
  /** The function's version: `$LATEST`, or a number. */
  readonly version: string;
  readonly region: string;
  /** An empty folder as the home directory, so that no function finds the developer's `~/.aws`. */
  readonly homeDirectory: string;
  /** Variables of the stack (`AWS_ENDPOINT_URL`, credentials). They replace all others. */
  readonly extraEnvironment: Readonly<Record<string, string>>;
}

const RUNTIMES = join(import.meta.dirname, 'runtimes');
const NODE_BOOTSTRAP = join(RUNTIMES, 'nodejs', 'bootstrap.mjs');
/** What a program of Node.js loads first, if sam-offline's runtime does not run it. */
export const NODE_PRELOAD = join(RUNTIMES, 'nodejs', 'preload.cjs');
const PYTHON_BOOTSTRAP = join(RUNTIMES, 'python', 'bootstrap.py');
/**
 * These variables tell sam-offline's Node.js runtime the path of `/opt`, and the folder in which
 * sam-offline was started. The runtime removes them before it loads the function's code.
 */
const OPT_VARIABLE = '_SAM_OFFLINE_OPT';
const WORKSPACE_VARIABLE = '_SAM_OFFLINE_WORKSPACE';
/**
 * With this variable, sam-offline's own runtimes get the variables for the programs that a function
 * starts, as JSON. They remove it before they load the function's code.
 */
export const CHILDREN_VARIABLE = '_SAM_OFFLINE_CHILDREN';
/** V8's default for the semi-space of the young generation, in MB. */
const DEFAULT_SEMI_SPACE_MB = 16;

/**
 * Finds the program that runs a function.
 *
 * @throws FunctionConfigurationError if this machine cannot run the runtime, or if the handler's
 * file is missing
 */
export function planLaunch(fn: LambdaFunction, code: StagedCode, context: LaunchContext): Launch {
  const base = {
    hasRuntimePipe: false,
    needsProxy: 'children' as const,
    workingDirectory: existsSync(code.workingDirectory) ? code.workingDirectory : code.taskRoot,
    environment: environmentOf(fn, code, context),
  };
  if (code.runtime.startsWith('nodejs')) {
    requireHandlerFile(fn, code, ['', '.js', '.mjs', '.cjs']);
    return {
      ...base,
      command: process.execPath,
      args: [...memoryFlags(fn.memorySizeMb), '--max-http-header-size=81920', NODE_BOOTSTRAP],
      hasRuntimePipe: true,
      runtimeVersion: `${code.runtime.replace(/^(nodejs)(\d+).*/, '$1:$2')} (Node.js ${process.version})`,
    };
  }
  if (code.runtime.startsWith('python3')) {
    requireHandlerFile(fn, code, ['.py', '/__init__.py']);
    const python = findOnPath('python3');
    if (python === undefined) {
      throw new FunctionConfigurationError(
        fn.logicalId,
        'unsupported',
        `its runtime ${code.runtime} needs python3, which is not on the PATH`,
      );
    }
    return {
      ...base,
      command: python,
      args: [PYTHON_BOOTSTRAP],
      runtimeVersion: code.runtime.replace(/^python/, 'python:'),
    };
  }
  if (code.runtime.startsWith('provided')) {
    return { ...base, ...customRuntime(fn, code), needsProxy: 'program' as const };
  }
  if (code.runtime.startsWith('java')) {
    return { ...base, ...javaRuntime(fn, code), needsProxy: 'program' as const };
  }
  throw new FunctionConfigurationError(
    fn.logicalId,
    'unsupported',
    `its runtime ${code.runtime} is not supported; sam-offline runs nodejs*, python3*, java* and provided*. To run it here, give it the runtime provided.al2023 and an executable named bootstrap that starts it`,
  );
}

function customRuntime(
  fn: LambdaFunction,
  code: StagedCode,
): Pick<Launch, 'command' | 'args' | 'runtimeVersion'> {
  const bootstrap = [code.taskRoot, ...(code.optDirectory === undefined ? [] : [code.optDirectory])]
    .map((folder) => join(folder, 'bootstrap'))
    .find((file) => existsSync(file));
  if (bootstrap === undefined) {
    throw new FunctionConfigurationError(
      fn.logicalId,
      'missing-code',
      `its runtime ${code.runtime} needs an executable named bootstrap in ${code.taskRoot}; is it built?`,
    );
  }
  try {
    accessSync(bootstrap, constants.X_OK);
  } catch {
    throw new FunctionConfigurationError(
      fn.logicalId,
      'missing-code',
      `${bootstrap} is not executable`,
    );
  }
  return { command: bootstrap, args: [], runtimeVersion: code.runtime.replace('.', ':') };
}

/**
 * Gives V8's memory flags. The old generation gets 90 % of the memory, as in AWS's runtime, so that
 * a memory leak ends the process. The young generation gets 5 %.
 */
function memoryFlags(memorySizeMb: number): string[] {
  const semiSpaceMb = Math.min(DEFAULT_SEMI_SPACE_MB, Math.floor(memorySizeMb * 0.05));
  return [
    `--max-old-space-size=${Math.floor(memorySizeMb * 0.9)}`,
    `--max-semi-space-size=${semiSpaceMb}`,
  ];
}

/**
 * Makes the environment: the variables that Lambda sets
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html), those of the package,
 * of the function and of the stack. From sam-offline's own environment it contains only the PATH.
 */
function environmentOf(
  fn: LambdaFunction,
  code: StagedCode,
  context: LaunchContext,
): Record<string, string> {
  // Lambda's search paths: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
  const inLayers = (...parts: string[]): string[] =>
    code.optDirectory === undefined ? [] : [join(code.optDirectory, ...parts)];
  const path = [
    dirname(process.execPath),
    process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    ...inLayers('bin'),
  ];
  const isNode = code.runtime.startsWith('nodejs');
  const major = /^nodejs(\d+)/.exec(code.runtime)?.[1] ?? '';
  return {
    PATH: path.join(delimiter),
    HOME: context.homeDirectory,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...(isNode && {
      NODE_PATH: [
        ...inLayers('nodejs', `node${major}`, 'node_modules'),
        ...inLayers('nodejs', 'node_modules'),
        join(code.taskRoot, 'node_modules'),
      ].join(delimiter),
    }),
    ...(code.runtime.startsWith('python') && {
      PYTHONPATH: [
        ...inLayers('python'),
        ...inLayers('python', 'lib', code.runtime, 'site-packages'),
      ].join(delimiter),
    }),
    LD_LIBRARY_PATH: [code.taskRoot, join(code.taskRoot, 'lib'), ...inLayers('lib')].join(
      delimiter,
    ),
    ...code.environment,
    ...fn.environment,
    AWS_REGION: context.region,
    AWS_DEFAULT_REGION: context.region,
    AWS_LAMBDA_FUNCTION_NAME: fn.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: context.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memorySizeMb),
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logging?.logGroup ?? logGroupOf(fn.functionName),
    ...(fn.logging?.format === 'JSON' && {
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: fn.logging.applicationLevel,
    }),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    ...(!code.runtime.startsWith('provided') && {
      AWS_EXECUTION_ENV: `AWS_Lambda_${code.runtime}`,
    }),
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    // This is the discard port, so that no program on this machine gets what a tracer sends by UDP.
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:9',
    _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
    _AWS_XRAY_DAEMON_PORT: '9',
    LAMBDA_TASK_ROOT: code.taskRoot,
    ...(isNode && { [WORKSPACE_VARIABLE]: process.cwd() }),
    ...(isNode && code.optDirectory !== undefined && { [OPT_VARIABLE]: code.optDirectory }),
    LAMBDA_RUNTIME_DIR: join(RUNTIMES, isNode ? 'nodejs' : 'python'),
    _HANDLER: code.handler,
    ...context.extraEnvironment,
  };
}

function requireHandlerFile(
  fn: LambdaFunction,
  code: StagedCode,
  extensions: readonly string[],
): void {
  const slash = code.handler.lastIndexOf('/') + 1;
  const file = code.handler.slice(slash);
  const isPython = code.runtime.startsWith('python');
  const module = isPython
    ? code.handler.slice(0, code.handler.lastIndexOf('.')).replaceAll('.', '/')
    : code.handler.slice(0, slash) + file.slice(0, file.indexOf('.'));
  const path = join(code.taskRoot, module);
  if (extensions.some((extension) => existsSync(path + extension))) return;
  throw new FunctionConfigurationError(
    fn.logicalId,
    'missing-code',
    `its handler is ${code.handler}, and there is no ${extensions
      .filter((extension) => extension.startsWith('.'))
      .map((extension) => module + extension)
      .join(', ')} in ${code.taskRoot}; is it built?`,
  );
}
