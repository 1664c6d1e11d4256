/**
 * What Lambda's Node.js runtime brings along: packages of layers, and AWS SDK v3. Both are looked
 * for only after the function's own node_modules.
 */
import { registerHooks } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The packages that AWS's runtime ships. Ours come from sam-offline's own installation. */
const RUNTIME_PACKAGES = /^@(aws-sdk|smithy|aws-crypto)\//;
const BARE_SPECIFIER = /^(@[\w.-]+\/)?[\w-]/;
const BUILT_IN = /^node:/;

/** @param {string | undefined} nodePath `NODE_PATH`, which ES modules do not look at by themselves */
export function resolveFromRuntime(nodePath) {
  const layers = (nodePath ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => pathToFileURL(join(folder, '..', 'layer.js')).href);

  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (BUILT_IN.test(specifier) || !BARE_SPECIFIER.test(specifier)) throw error;
        const parents = RUNTIME_PACKAGES.test(specifier) ? [...layers, import.meta.url] : layers;
        for (const parentURL of parents) {
          try {
            return nextResolve(specifier, { ...context, parentURL });
          } catch {
            // The next place may have it.
          }
        }
        throw error;
      }
    },
  });
}
