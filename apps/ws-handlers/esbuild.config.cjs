const { join } = require('node:path');

/** One self-contained file for each handler, in a folder of its own, and one for what is loaded late. */
module.exports = {
  outdir: 'dist/apps/ws-handlers',
  outbase: 'apps/ws-handlers/src',
  outExtension: { '.js': '.mjs' },
  splitting: false,
  sourcesContent: false,
  // The ES module builds of the AWS SDK and Powertools: a third smaller, for they are tree-shaken.
  mainFields: ['module', 'main'],
  // The X-Ray SDK is CommonJS, and requires Node's modules.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  plugins: [
    {
      // What only a replay needs: in one file with the rest, it would be evaluated at every cold
      // start of the handler of messages (measured: 20 ms of CPU).
      name: 'replay-apart',
      setup(build) {
        build.onResolve({ filter: /^\.\/replay-sources\.ts$/ }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: './replay-sources.mjs', external: true } : undefined,
        );
      },
    },
    {
      name: 'undici-client',
      setup(build) {
        const path = join(__dirname, 'undici-client.cjs');
        build.onResolve({ filter: /^undici$/ }, () => ({ path }));
      },
    },
  ],
};
