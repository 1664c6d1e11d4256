const preset = require('../../jest.preset.cjs')('web', __dirname);

const [[scripts, [transformer, options]]] = Object.entries(preset.transform);

const esModulesOnly = [
  'character-entities',
  'decode-named-character-reference',
  'devlop',
  'lowlight',
  'marked',
];

module.exports = {
  ...preset,
  transformIgnorePatterns: preset.transformIgnorePatterns.map((pattern) =>
    pattern.replace('(?!(', `(?!(${esModulesOnly.join('|')}|`),
  ),
  // A test file that needs no page names the environment `node` in its first comment.
  testEnvironment: '@happy-dom/jest-environment',
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/src/**/*.spec.tsx'],
  moduleFileExtensions: [...preset.moduleFileExtensions, 'tsx'],
  moduleNameMapper: {
    ...preset.moduleNameMapper,
    '\\.module\\.css$': '<rootDir>/src/testing/css-module.ts',
  },
  transform: {
    [scripts]: [transformer, options],
    '^.+\\.tsx$': [
      transformer,
      {
        ...options,
        jsc: {
          ...options.jsc,
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
      },
    ],
  },
};
