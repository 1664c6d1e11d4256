const { dirname, join, relative, resolve } = require('node:path');

/**
 * Builds each entry point by itself, and splits what it imports dynamically into chunks beside it.
 *
 * esbuild splits all entry points of a build together, and puts what two of them share into chunks
 * of their own: a function would need files of another's folder, and load what only the other uses.
 * In one file without splitting, what `import()` loads late is parsed at every cold start all the
 * same: V8 looks through the whole of a file before any of it runs.
 *
 * @returns {import('esbuild').Plugin}
 */
function eachEntryApart() {
  return {
    name: 'each-entry-apart',
    setup(build) {
      const { initialOptions: options } = build;
      const root = options.absWorkingDir ?? process.cwd();
      const others = options.plugins.filter(({ name }) => name !== 'each-entry-apart');
      const optionsOf = (entry) => ({
        ...options,
        plugins: others,
        entryPoints: [entry],
        splitting: true,
        chunkNames: join(
          relative(resolve(root, options.outbase), dirname(resolve(root, entry))),
          'chunks/[name]-[hash]',
        ),
      });
      const [first, ...rest] = options.entryPoints;
      const ofRest = rest.map(optionsOf);
      // This build is the first one's.
      Object.assign(options, { ...optionsOf(first), plugins: options.plugins });
      build.onStart(async () => {
        const builds = await Promise.allSettled(ofRest.map((one) => build.esbuild.build(one)));
        return {
          errors: builds.flatMap(({ reason }) => reason?.errors ?? (reason ? [reason] : [])),
        };
      });
    },
  };
}

module.exports = { eachEntryApart };
