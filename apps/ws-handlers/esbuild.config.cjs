const {
  entryOfItsOwn,
  functionBundle,
} = require('../../tools/workspace/esbuild/function-bundle.cjs');

/** One self-contained folder for each handler: what starts it, and in chunks what it loads late. */
module.exports = functionBundle({
  outdir: 'dist/apps/ws-handlers',
  outbase: 'apps/ws-handlers/src',
  plugins: [
    // What only a replay needs. In one build with the rest, what both use would go into chunks
    // that every cold start of the handler of messages loads whole (measured: 15 ms of CPU).
    entryOfItsOwn('replay-apart', /^\.\/replay-sources\.ts$/, './replay-sources.mjs'),
  ],
});
