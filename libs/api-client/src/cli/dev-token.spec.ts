import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'dev-token.ts'), ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
};

test.each(['--help', '-h'])('%s prints the usage', (option) => {
  expect(run(option)).toEqual({
    status: 0,
    stdout: expect.stringContaining('npm run --silent dev-token'),
    stderr: '',
  });
});

test.each([
  ['--bogus'],
  ['alice'],
  ['--uid'],
  ['--uid', ''],
  ['--uid', 'x'.repeat(129)],
  ['--lifetime', '-1'],
  ['--lifetime=0'],
  ['--lifetime=1e3'],
])('the error for %j is one line', (...args) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^dev-token: [^\n]+; --help lists [^\n]+\n$/);
});
