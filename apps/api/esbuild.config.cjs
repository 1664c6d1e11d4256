const { eachEntryApart } = require('../../tools/workspace/esbuild/each-entry-apart.cjs');

/** The function and what describes it, with chunks of what is loaded late; the Dockerfile copies all. */
module.exports = {
  outdir: 'dist/apps/api',
  outbase: 'apps/api/src',
  outExtension: { '.js': '.mjs' },
  sourcesContent: false,
  // The ES module builds of the AWS SDK and Powertools: a third smaller, for they are tree-shaken.
  mainFields: ['module', 'main'],
  // The X-Ray SDK is CommonJS, and requires Node's modules.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  plugins: [
    eachEntryApart(),
    {
      // In one build with the rest, the generator would keep all of zod from being tree-shaken, and
      // make it load at every cold start (measured: 27 ms).
      name: 'openapi-apart',
      setup(build) {
        build.onResolve({ filter: /^\.\/openapi\.ts$/ }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: './docs/openapi.mjs', external: true } : undefined,
        );
      },
    },
  ],
};
