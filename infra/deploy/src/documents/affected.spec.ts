import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../..');

/** The projects whose `deploy` runs after a change of these files: `nx affected -t deploy`. */
function deployedAfter(files: readonly string[]): unknown {
  const args = ['show', 'projects', '--affected', '--with-target=deploy', '--json'];
  const printed = execFileSync(
    join(root, 'node_modules/.bin/nx'),
    [...args, `--files=${files.join(',')}`],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } },
  );
  return JSON.parse(printed);
}

test('a changed document deploys nothing, and a change in the web app or in a library of the functions deploys', () => {
  const documents = [
    'README.md',
    'docs/operations.md',
    'libs/broadcast/README.md',
    'apps/web/README.md',
  ];
  const tests = ['e2e/src/broadcast.spec.ts', 'bench/src/cli.ts'];
  expect(deployedAfter([...documents, ...tests])).toEqual([]);
  expect(deployedAfter(['libs/broadcast/src/index.ts'])).toEqual(['infra']);
  expect(deployedAfter(['apps/web/src/app/page.tsx'])).toEqual(['infra']);
}, 60_000);
