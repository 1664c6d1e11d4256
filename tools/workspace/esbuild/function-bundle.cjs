const { eachEntryApart } = require('./each-entry-apart.cjs');

/**
 * The options that the bundles of all functions share.
 *
 * @param {{ outdir: string, outbase: string, plugins: import('esbuild').Plugin[] }} options
 * @returns {import('esbuild').BuildOptions}
 */
function functionBundle({ outdir, outbase, plugins }) {
  return {
    outdir,
    outbase,
    outExtension: { '.js': '.mjs' },
    sourcesContent: false,
    // The ES module builds of the AWS SDK and Powertools are a third smaller, since esbuild removes
    // their unused code.
    mainFields: ['module', 'main'],
    // The X-Ray SDK is CommonJS, and requires Node.js's modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins: [eachEntryApart(), ...plugins],
  };
}

/**
 * Marks a module that is imported dynamically as external, since it is an entry point of its own.
 *
 * @param {string} name the plugin's
 * @param {RegExp} filter the import, as it is written
 * @param {string} path the entry point's file, as seen from the one that imports it
 * @returns {import('esbuild').Plugin}
 */
function entryOfItsOwn(name, filter, path) {
  return {
    name,
    setup(build) {
      build.onResolve({ filter }, ({ kind }) =>
        kind === 'dynamic-import' ? { path, external: true } : undefined,
      );
    },
  };
}

module.exports = { entryOfItsOwn, functionBundle };
