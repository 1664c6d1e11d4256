const {
  entryOfItsOwn,
  functionBundle,
} = require('../../tools/workspace/esbuild/function-bundle.cjs');

/**
 * Bundles the function and its API documents, with chunks for late imports; the Dockerfile copies
 * everything.
 */
module.exports = functionBundle({
  outdir: 'dist/apps/api',
  outbase: 'apps/api/src',
  plugins: [
    // This is a separate build: in one build with the rest, the generator would need all of zod,
    // which every cold start would then load (measured: 27 ms).
    entryOfItsOwn('openapi-apart', /^\.\/openapi\.ts$/, './docs/openapi.mjs'),
  ],
});
