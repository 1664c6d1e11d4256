import { judge, type KnownDifference, type TestResult } from './judge.ts';

const known: KnownDifference[] = [
  { test: 'a preflight', differs: 'no CORS', aws: 'has it', source: 'https://docs.example' },
  { test: 'a role', run: 'with IAM', differs: 'x', aws: 'y', source: 'https://docs.example' },
];
const result = (name: string, status: TestResult['status']): TestResult => ({
  ...{ name, status },
  message: status === 'failed' ? 'expected 200' : '',
});

test('explains a known difference, and does not count it as new', () => {
  const results = [result('is healthy', 'passed'), result('a preflight from a browser', 'failed')];
  const { lines, unknown } = judge('without IAM', results, known);
  expect(unknown).toEqual([]);
  expect(lines).toEqual([
    'differs: a preflight from a browser',
    '  MiniStack: no CORS',
    '  AWS: has it (https://docs.example)',
    'witness without IAM: 1 of 2 end-to-end tests pass against MiniStack (0 skipped); 1 differ as known, 0 are new',
  ]);
});

test('names the differences that nobody has judged yet', () => {
  const { lines, unknown } = judge('without IAM', [result('a ping', 'failed')], []);
  expect(unknown).toEqual(['a ping']);
  expect(lines.slice(0, 2)).toEqual(['NEW: a ping', '  expected 200']);
});

test('a difference of one run does not count for the other', () => {
  const results = [result('a role', 'failed'), result('a preflight', 'failed')];
  expect(judge('without IAM', results, known).unknown).toEqual(['a role']);
  expect(judge('with IAM', results, known).unknown).toEqual([]);
});

test('names the tests that did not differ this time, so that they can be removed from the list', () => {
  const { lines, unknown } = judge('without IAM', [result('a preflight', 'passed')], known);
  expect(lines).toContain('did not differ: a preflight');
  expect(unknown).toEqual([]);
});
