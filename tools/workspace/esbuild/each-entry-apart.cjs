const { dirname, join, relative, resolve } = require('node:path');

/**
 * Builds each entry point by itself, and splits the modules that it imports dynamically into chunks
 * in the same folder.
 *
 * In one build, esbuild puts code that two entry points share into common chunks. Then a function
 * would need files of another function's folder, and would load code that only the other one uses.
 * Without splitting, modules that `import()` loads late would be parsed at every cold start, since
 * V8 scans a whole file before it runs any part of it.
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
      // The first build builds this entry point.
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
