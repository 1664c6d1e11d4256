const {
  entryOfItsOwn,
  functionBundle,
} = require('../../tools/workspace/esbuild/function-bundle.cjs');

/** The function and what describes it, with chunks of what is loaded late; the Dockerfile copies all. */
module.exports = functionBundle({
  outdir: 'dist/apps/api',
  outbase: 'apps/api/src',
  plugins: [
    // In one build with the rest, the generator would keep all of zod from being tree-shaken, and
    // make it load at every cold start (measured: 27 ms).
    entryOfItsOwn('openapi-apart', /^\.\/openapi\.ts$/, './docs/openapi.mjs'),
  ],
});
