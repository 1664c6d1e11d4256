/**
 * The Jest configuration that every project shares: TypeScript through SWC, no globals of its own.
 *
 * Jest runs CommonJS here (its ES module mode is still experimental), so the few dependencies that
 * ship ES modules only are transformed too.
 *
 * @param {string} displayName the Nx project's name
 * @param {string} rootDir the project's folder
 */
const esModulesOnly = ['fauxqs', 'toad-cache', 'valibot', 'cookie', 'parse5', 'entities'];

module.exports = (displayName, rootDir) => ({
  displayName,
  rootDir,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  testTimeout: 30_000,
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],
  moduleNameMapper: {
    '^fauxqs$': require('node:path').join(__dirname, 'node_modules/fauxqs/dist/app.js'),
  },
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModulesOnly.join('|')})/)`],
});
