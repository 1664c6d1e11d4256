/**
 * What Lambda's Node.js runtime brings along: packages of layers, and AWS SDK v3. Both are looked
 * for only after the function's own node_modules.
 */
import { createRequire, registerHooks } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The packages that AWS's runtimes ship: v3 of the SDK from Node.js 18 on, v2 before. Ours come from sam-offline's own
 * installation, which has the clients that functions use most, and no v2.
 */
const RUNTIME_PACKAGES = /^(@(aws-sdk|smithy|aws-crypto)\/|aws-sdk(\/|$))/;
/** A package's name, with or without a scope; no path, no URL. */
const BARE_SPECIFIER = /^(@[\w.-]+\/)?[\w-][^:]*$/;

/** Where a function has its layers on AWS; code names modules in them by this path too. */
const OPT = /^(?:file:\/\/)?\/opt(?=\/)/;

/**
 * @param {string | undefined} nodePath `NODE_PATH`, which ES modules do not look at by themselves
 * @param {string | undefined} optDirectory what AWS has at `/opt`
 */
export function resolveFromRuntime(nodePath, optDirectory) {
  const layers = (nodePath ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => pathToFileURL(join(folder, '..', 'layer.js')).href);

  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (optDirectory !== undefined && OPT.test(specifier)) {
          return nextResolve(inOpt(specifier, optDirectory, context), context);
        }
        if (!BARE_SPECIFIER.test(specifier)) throw error;
        const parents = RUNTIME_PACKAGES.test(specifier) ? [...layers, import.meta.url] : layers;
        for (const parentURL of parents) {
          const found = resolveFrom(parentURL, specifier, context, nextResolve);
          if (found !== undefined) return found;
        }
        if (RUNTIME_PACKAGES.test(specifier)) {
          const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
          error.message += `\nsam-offline does not have ${name}, which Lambda's runtime may have: run \`npm install ${name}\` beside the function`;
        }
        throw error;
      }
    },
  });
}

function resolveFrom(parentURL, specifier, context, nextResolve) {
  try {
    if (!context.conditions?.includes('require')) {
      return nextResolve(specifier, { ...context, parentURL });
    }
    // require() resolves from the module that called it, whatever the context says.
    if (context.parentURL === parentURL) return undefined;
    const path = createRequire(parentURL).resolve(specifier);
    return { url: pathToFileURL(path).href, shortCircuit: true };
  } catch {
    return undefined;
  }
}

function inOpt(specifier, optDirectory, context) {
  const path = specifier.replace(OPT, () => optDirectory);
  return context.conditions?.includes('require') ? path : pathToFileURL(path).href;
}
