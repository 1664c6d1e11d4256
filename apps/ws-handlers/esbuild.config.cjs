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
    {
      // libs/broadcast posts bytes over HTTP/1.1: undici never calls these for it, and they are a
      // third of undici (100 KB with what they require, and Node's HTTP/2, which loads in 8 ms).
      name: 'undici-http1-only',
      setup(build) {
        const without = (what) => `module.exports = () => {
          throw new Error('${what} is not in this bundle: see esbuild.config.cjs');
        };`;
        build.onLoad({ filter: /undici[\\/]lib[\\/]dispatcher[\\/]client-h2\.js$/ }, () => ({
          contents: without('HTTP/2'),
        }));
        build.onLoad({ filter: /undici[\\/]lib[\\/]web[\\/]fetch[\\/]body\.js$/ }, () => ({
          contents: `${without('fetch')} module.exports.extractBody = module.exports;`,
        }));
      },
    },
  ],
});
