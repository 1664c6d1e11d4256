import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionCode, LambdaFunction } from '../../template/index.ts';
import { FunctionConfigurationError } from '../errors.ts';
import { stageImage } from './stage-image.ts';
import { stageLayers } from './stage-layers.ts';
import type { StagedCode } from './staged-code.ts';
import { unpack } from './unpack.ts';

/**
 * Makes a folder with a function's code. The code of a Zip function may already be a folder; an
 * archive is unpacked, inline code is written to a file, and the files of an image are copied.
 * Layers are merged.
 *
 * @param directory the folder for new files; it belongs to this function only
 * @throws FunctionConfigurationError if the function cannot run from this code
 */
export function stageCode(fn: LambdaFunction, directory: string): StagedCode {
  const staged =
    fn.code.type === 'image'
      ? stageImage(fn, fn.code, directory)
      : stageZip(fn, fn.code, directory);
  try {
    // Images have no layers.
    const layers = fn.code.type === 'image' ? [] : fn.layers;
    const present = layers.filter((layer) => existsSync(layer));
    const opt = stageLayers(present, layersDirectory(directory));
    return {
      ...staged,
      ...(opt !== undefined && { optDirectory: opt }),
      notes: [
        ...staged.notes,
        ...layers
          .filter((layer) => !present.includes(layer))
          .map((layer) => `the layer ${layer} does not exist, and is left out; is it built?`),
      ],
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FunctionConfigurationError(
      fn.logicalId,
      'missing-code',
      `a layer of it cannot be read: ${reason}; is it built?`,
    );
  }
}

/** Gives the folder of the merged layers. It is beside `directory`, which may be the task root. */
export function layersDirectory(directory: string): string {
  return `${directory}-layers`;
}

type ZipCode = Exclude<FunctionCode, { type: 'image' }>;

function stageZip(fn: LambdaFunction, code: ZipCode, directory: string): StagedCode {
  const { runtime, handler } = fn;
  if (code.type === 'missing') {
    throw new FunctionConfigurationError(fn.logicalId, 'missing-code', code.reason);
  }
  if (runtime === undefined) {
    throw new FunctionConfigurationError(fn.logicalId, 'unsupported', 'Runtime is missing');
  }
  // provided* runtimes start an executable named bootstrap. The handler is only an environment
  // variable for it.
  if (handler === undefined && !runtime.startsWith('provided')) {
    throw new FunctionConfigurationError(fn.logicalId, 'unsupported', 'Handler is missing');
  }
  const taskRoot = code.type === 'zip' ? code.directory : directory;
  if (code.type === 'inline') writeInline(code.source, runtime, directory);
  if (code.type === 'file') unpackCode(fn, code.file, directory);
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

function unpackCode({ logicalId }: LambdaFunction, file: string, directory: string): void {
  try {
    unpack(file, directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FunctionConfigurationError(
      logicalId,
      'missing-code',
      `its code ${file} cannot be read: ${reason}`,
    );
  }
}

/** Writes inline code to a file. CloudFormation gives it the name `index`. */
function writeInline(source: string, runtime: string, directory: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, runtime.startsWith('python') ? 'index.py' : 'index.js'), source);
}
