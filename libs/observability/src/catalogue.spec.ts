import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, DERIVED } from './catalogue.ts';
import { CATALOGUE_TABLE_END, CATALOGUE_TABLE_START, catalogueTable } from './catalogue-table.ts';

const root = join(import.meta.dirname, '../../..');
/** The code that is deployed, without the two files that define what a metric is. */
const sources = globSync(['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'], { cwd: root })
  .filter((path) => !/\.spec\.ts$|\/testing\/|\/catalogue(-table)?\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

test('has no metric that nobody emits', () => {
  const emitted = new Set(
    sources.flatMap(({ text }) =>
      [...text.matchAll(/\.record(?:Distribution)?\(\s*'(\w+)'/g)].map(([, name]) => name),
    ),
  );
  // Powertools emits it, for `recordColdStart`.
  if (sources.some(({ text }) => text.includes('captureColdStartMetric(')))
    emitted.add('ColdStart');
  expect([...emitted].sort()).toEqual(Object.keys(CATALOGUE).sort());
});

test('is the only way to emit a metric', () => {
  const others = sources.filter(
    ({ path, text }) =>
      !/libs\/observability\/src\/(metrics|emf)\.ts$/.test(path) &&
      /addMetric\(|CloudWatchMetrics|lambda-powertools\/metrics|PutMetricData/.test(text),
  );
  expect(others.map(({ path }) => path)).toEqual([]);
});

test('derives metrics from those that are emitted', () => {
  for (const { from, expression } of Object.values(DERIVED)) {
    for (const name of from) {
      expect(CATALOGUE).toHaveProperty(name);
      expect(expression).toContain(`${name.charAt(0).toLowerCase()}${name.slice(1)}`);
    }
  }
});

test('is what the README lists', () => {
  const readme = readFileSync(join(root, 'libs/observability/README.md'), 'utf8');
  const listed = readme.slice(
    readme.indexOf(CATALOGUE_TABLE_START) + CATALOGUE_TABLE_START.length,
    readme.indexOf(CATALOGUE_TABLE_END),
  );
  // `node libs/observability/src/cli/write-readme-table.ts` writes it.
  expect(listed.trim()).toBe(catalogueTable());
});
