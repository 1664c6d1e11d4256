import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'cli.ts'), ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
};

test.each(['--help', '-h'])('%s shows what there is to say', (option) => {
  expect(run(option)).toEqual({
    status: 0,
    stdout: expect.stringContaining('npm run bench'),
    stderr: '',
  });
});

test.each([
  ['nothing'],
  ['--bogus'],
  ['million', 'transport'],
  ['million', '--rounds'],
  ['million', '--rounds', '0'],
  ['million', '--rounds=-1'],
])('%j are explained in one line', (...args) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^bench: [^\n]+; --help lists [^\n]+\n$/);
});
