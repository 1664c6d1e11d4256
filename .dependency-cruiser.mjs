/** What ESLint does not see: circles of imports, those of types included. Part of `nx lint docs`. */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Files that import each other are one file, or there is a third one to be made.',
      severity: 'error',
      from: {},
      // What is imported lazily may know the types of what loads it.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: [
        '(?:^|/)(?:dist|node_modules|\\.next)/',
        '^bench/peers/',
        // A package's second name for itself.
        '^loadtests/engine/plugin/',
        // A channel, its messages and their readers know each other: one graph in three files.
        '^loadtests/engine/src/ledger/(?:channel|message|reader)\\.ts$',
      ],
    },
  },
};
