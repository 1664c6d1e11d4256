/**
 * The checks that ESLint does not make: import cycles, including those of types. It is a part of
 * `nx lint docs`.
 */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment:
        'These files import each other. Merge them, or move what they share into a third file.',
      severity: 'error',
      from: {},
      // A module that is imported lazily may use the types of the module that loads it.
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
        // The second name by which a package imports itself.
        '^loadtests/engine/plugin/',
        // A channel, its messages and their readers refer to each other. They are one graph in
        // three files.
        '^loadtests/engine/src/ledger/(?:channel|message|reader)\\.ts$',
      ],
    },
  },
};
