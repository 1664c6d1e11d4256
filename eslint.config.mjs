import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** The tags that a project may depend on: apps → libs → types. Tools do not depend on the blog. */
const dependencies = [
  { sourceTag: 'type:types', onlyDependOnLibsWithTags: ['type:types'] },
  { sourceTag: 'type:client', onlyDependOnLibsWithTags: ['type:types'] },
  { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib', 'type:types'] },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:lib', 'type:client', 'type:types'] },
  { sourceTag: 'scope:tools', onlyDependOnLibsWithTags: ['scope:tools'] },
  { sourceTag: 'scope:web', onlyDependOnLibsWithTags: ['scope:shared'] },
  { sourceTag: 'scope:shared', onlyDependOnLibsWithTags: ['scope:shared'] },
  { sourceTag: 'scope:backend', onlyDependOnLibsWithTags: ['scope:backend', 'scope:shared'] },
  { sourceTag: 'scope:e2e', onlyDependOnLibsWithTags: ['type:types', 'type:client'] },
  { sourceTag: 'scope:infra', onlyDependOnLibsWithTags: ['scope:infra', 'scope:shared'] },
  { sourceTag: 'scope:bench', onlyDependOnLibsWithTags: ['scope:shared'] },
  { sourceTag: 'scope:loadtests', onlyDependOnLibsWithTags: ['scope:loadtests', 'scope:shared'] },
];

/** Tests of the libs run against the local DynamoDB and SQS that sam-offline starts. */
const testDependencies = dependencies.map(({ sourceTag, onlyDependOnLibsWithTags: tags }) => ({
  sourceTag,
  onlyDependOnLibsWithTags: [...tags, 'scope:tools'],
}));

const boundaries = (depConstraints) => [
  'error',
  { allow: [], enforceBuildableLibDependency: false, depConstraints },
];

/**
 * A folder's `index.ts` has its public exports. Other folders import only that file. Folders named
 * `testing`, which tests share, have no index. `.dependency-cruiser.mjs` finds import cycles.
 */
const throughIndex = [
  'error',
  {
    patterns: [
      {
        regex: String.raw`^(?:\.\.?/)+(?!(?:[^/]+/)*(?:testing|fixtures)/)[^./][^/]*/(?!index\.tsx?$).+\.tsx?$`,
        message: "Import from the folder's index.ts, which has its public exports.",
      },
    ],
  },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/node_modules',
      '**/coverage',
      '**/.next',
      '**/next-env.d.ts',
      '.nx',
      '.local',
      'bench/peers',
    ],
  },
  {
    files: ['**/*.ts', '**/*.mts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(dependencies),
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['tools/sam-offline/src/**/*.ts', 'libs/*/src/**/*.ts', 'apps/web/src/**/*.{ts,tsx}'],
    rules: { 'no-restricted-imports': throughIndex },
  },
  {
    files: ['**/*.spec.ts', '**/*.spec.tsx', 'e2e/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['apps/web/src/**/*.{ts,tsx}'], ...reactHooks.configs.flat.recommended },
  {
    files: ['libs/**/*.spec.ts', 'libs/*/src/testing/**/*.ts', 'bench/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries(testDependencies) },
  },
  {
    files: [
      'bench/**/*.ts',
      'tools/workspace/**/*.ts',
      'loadtests/engine/src/plugin/**/*.ts',
      'loadtests/scenarios/support/*.mts',
      '**/src/cli/**/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  prettier,
);
