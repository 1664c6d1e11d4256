import { join } from 'node:path';
import { runCommand } from './testing/run-command.ts';

const run = (...args: string[]) => runCommand(join(import.meta.dirname, 'cli.ts'), args);

test.each(['--help', '-h'])('%s prints the usage', (option) => {
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
  ['million', '--against', '.'],
  ['local-runtime', '--against', 'src'],
])('the error for %j is one line', (...args) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^bench: [^\n]+; --help lists [^\n]+\n$/);
});
