import { join } from 'node:path';
import { runCommand } from '../testing/run-command.ts';

const run = (...args: string[]) => runCommand(join(import.meta.dirname, 'cli.ts'), args);

test.each(['--help', '-h'])('%s prints the usage', (option) => {
  expect(run(option)).toEqual({
    status: 0,
    stdout: expect.stringContaining('npm run chaos'),
    stderr: '',
  });
});

test.each([
  ['--bogus'],
  ['200'],
  ['--runs', 'many'],
  ['--runs', '0'],
  ['--seed=-1'],
  ['--fault', 'fire'],
])('the error for %j is one line', (...args) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^chaos: [^\n]+; --help lists [^\n]+\n$/);
});
