import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LambdaFunction } from '../../template/index.ts';
import { FunctionConfigurationError } from '../errors.ts';
import { stageImage } from './stage-image.ts';
import type { StagedCode } from './staged-code.ts';

/**
 * Makes a function's code a folder: a Zip function's is there already, an inline function's is
 * written, an image's is laid out.
 *
 * @param directory where files may be written, of this function alone
 * @throws FunctionConfigurationError
 */
export function stageCode(fn: LambdaFunction, directory: string): StagedCode {
  if (fn.code.type === 'image') return stageImage(fn, fn.code, directory);
  const { runtime, handler } = fn;
  if (runtime === undefined) {
    throw new FunctionConfigurationError(fn.logicalId, 'unsupported', 'Runtime is missing');
  }
  // An executable named bootstrap is what provided* runtimes start; the handler is only a variable for it.
  if (handler === undefined && !runtime.startsWith('provided')) {
    throw new FunctionConfigurationError(fn.logicalId, 'unsupported', 'Handler is missing');
  }
  const taskRoot = fn.code.type === 'zip' ? fn.code.directory : directory;
  if (fn.code.type === 'inline') writeInline(fn.code.source, runtime, directory);
  if (!existsSync(taskRoot)) {
    throw new FunctionConfigurationError(
      fn.logicalId,
      'missing-code',
      `its code folder ${taskRoot} does not exist; is it built?`,
    );
  }
  return {
    taskRoot,
    handler: handler ?? 'bootstrap',
    runtime,
    environment: {},
    workingDirectory: taskRoot,
    notes: [],
  };
}

/** CloudFormation names the file of inline code `index`. */
function writeInline(source: string, runtime: string, directory: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, runtime.startsWith('python') ? 'index.py' : 'index.js'), source);
}
