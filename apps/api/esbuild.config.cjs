/** One self-contained file, which the Dockerfile copies. */
module.exports = {
  outExtension: { '.js': '.mjs' },
  splitting: false,
  sourcesContent: false,
  // The ES module builds of the AWS SDK and Powertools: a third smaller, for they are tree-shaken.
  mainFields: ['module', 'main'],
  // The X-Ray SDK is CommonJS, and requires Node's modules.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
};
