const { join } = require('node:path');

/** One self-contained file for each handler, in a folder of its own. */
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
      name: 'undici-client',
      setup(build) {
        const path = join(__dirname, 'undici-client.cjs');
        build.onResolve({ filter: /^undici$/ }, () => ({ path }));
      },
    },
  ],
};
