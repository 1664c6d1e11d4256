/** Finds the handler that `_HANDLER` names, by the rules of AWS's Node.js runtime. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  HandlerNotFound,
  ImportModuleError,
  MalformedHandlerName,
  UserCodeSyntaxError,
} from './errors.mjs';

const require = createRequire(import.meta.url);

/**
 * @param {string} taskRoot the folder of the function's code
 * @param {string} handlerName `index.handler`, `src/app.nested.handler`
 */
export async function loadHandler(taskRoot, handlerName) {
  if (handlerName.includes('..')) {
    throw new MalformedHandlerName(
      `'${handlerName}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const file = basename(handlerName);
  const dot = file.indexOf('.');
  if (dot === -1) throw new MalformedHandlerName('Bad handler');
  const folder = handlerName.slice(0, handlerName.length - file.length);
  const loaded = await loadModule(resolve(taskRoot, folder), file.slice(0, dot), taskRoot);
  const handler = file
    .slice(dot + 1)
    .split('.')
    .reduce((nested, key) => nested?.[key], loaded);
  if (!handler) throw new HandlerNotFound(`${handlerName} is undefined or not exported`);
  if (typeof handler !== 'function') throw new HandlerNotFound(`${handlerName} is not a function`);
  return handler;
}

async function loadModule(folder, name, taskRoot) {
  try {
    const path = join(folder, name);
    const isModule = existsSync(`${path}.js`) && isInModulePackage(dirname(path));
    if (existsSync(path) && !isModule) {
      if (isFile(path)) return require(path);
    }
    if (existsSync(`${path}.js`)) {
      return isModule ? await importFile(`${path}.js`) : require(`${path}.js`);
    }
    if (existsSync(`${path}.mjs`)) return await importFile(`${path}.mjs`);
    if (existsSync(`${path}.cjs`)) return require(`${path}.cjs`);
    return require(require.resolve(name, { paths: [taskRoot, folder] }));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserCodeSyntaxError(error);
    if (error?.code === 'MODULE_NOT_FOUND') throw new ImportModuleError(error);
    throw error;
  }
}

function importFile(path) {
  return import(pathToFileURL(path).href);
}

function isFile(path) {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Tells whether the nearest package.json has `"type": "module"`. */
function isInModulePackage(folder) {
  if (basename(folder) === 'node_modules') return false;
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) {
    try {
      return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
    } catch (error) {
      console.warn(
        `${manifest} cannot be read, it will be ignored for ES module detection purposes.`,
        error,
      );
      return false;
    }
  }
  const parent = dirname(folder);
  return parent !== folder && isInModulePackage(parent);
}
