/**
 * Calls functions before modules of Node.js are first used. Loading node:tls is a third of the
 * bootstrap's cost, and many functions never use it.
 */
import { registerHooks } from 'node:module';

/** The modules that start programs and threads. */
export const STARTS_CHILDREN = /^(node:)?(child_process|cluster|worker_threads)$/;

/** The functions that were not called yet. */
let watched = [];

/**
 * Calls `patch` once, before a module is first loaded.
 *
 * @param {RegExp} modules matches the specifiers of the modules, such as `node:tls` and `tls`
 * @param {() => void} patch
 * @returns {() => void} calls `patch` now, if it was not called yet
 */
export function beforeFirstUse(modules, patch) {
  if (watched.length === 0) watch();
  const entry = {
    modules,
    patchOnce() {
      if (!watched.includes(entry)) return;
      watched = watched.filter((other) => other !== entry);
      patch();
    },
  };
  watched.push(entry);
  return entry.patchOnce;
}

let isWatching = false;

function watch() {
  if (isWatching) return;
  isWatching = true;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      patchFor(specifier);
      return nextResolve(specifier, context);
    },
  });
  const { getBuiltinModule } = process;
  process.getBuiltinModule = (id) => {
    patchFor(id);
    return getBuiltinModule(id);
  };
}

function patchFor(specifier) {
  for (const { modules, patchOnce } of watched) if (modules.test(specifier)) patchOnce();
}
