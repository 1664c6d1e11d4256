import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(__dirname, '../../../..');
const run = (...args: readonly string[]) => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['loadtests/runner/src/cli/run.ts', ...args],
    { cwd: root, encoding: 'utf8' },
  );
  return { status, stderr: stderr.trim() };
};

describe('the command line of a run', () => {
  it('refuses production, before anything is installed, asked for or started', () => {
    expect(run('hot-post', '--stack=production')).toEqual({
      status: 2,
      stderr:
        'loadtests: a load test of production disturbs those who use it, and costs money: --force-production if this is what you want',
    });
  });

  it.each([
    [['--outputs=a.json', '--stack=staging'], /each name a target: give one of them/],
    [
      ['--stack=prod'],
      /argument 'prod' is invalid. Allowed choices are development, staging, production/,
    ],
    [['--set=readers'], /"readers" is not name=value/],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = run('hot-post', ...args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(message) });
  });

  it.each(['run.ts', 'smoke.ts', 'all.ts'])(
    'of %s names the scenario that was meant',
    (program) => {
      const { status, stderr } = spawnSync(
        process.execPath,
        [`loadtests/runner/src/cli/${program}`, 'hotpost'],
        { cwd: root, encoding: 'utf8' },
      );
      const message =
        /no scenario is called "hotpost"; did you mean "hot-post"\? There are: api-mixed,/;
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(message) });
    },
  );
});
