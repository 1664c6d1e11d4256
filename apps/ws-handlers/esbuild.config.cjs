const {
  entryOfItsOwn,
  functionBundle,
} = require('../../tools/workspace/esbuild/function-bundle.cjs');

/** Makes one complete folder for each handler: its entry point, and chunks for late imports. */
module.exports = functionBundle({
  outdir: 'dist/apps/ws-handlers',
  outbase: 'apps/ws-handlers/src',
  plugins: [
    // The code that only a replay needs. In one build with the rest, shared code would be in chunks
    // that every cold start of the handler of messages loads completely (measured: 15 ms of CPU).
    entryOfItsOwn('replay-apart', /^\.\/replay-sources\.ts$/, './replay-sources.mjs'),
  ],
});
