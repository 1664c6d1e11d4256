/**
 * `npm test`: checks everything that needs only Node.js: formatting, lint, types, and the unit,
 * integration and end-to-end tests of every project. The last line counts the tests:
 * `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const [argument] = process.argv.slice(2);
if (argument !== undefined) {
  const isHelp = argument === '--help' || argument === '-h';
  const usage =
    'npm test: checks everything, and takes no arguments; one project: npx nx test <project>';
  if (isHelp) console.log(usage);
  else
    console.error(
      `npm test takes no arguments, and was given "${argument}"; one project: npx nx test <project>`,
    );
  process.exit(isHelp ? 0 : 2);
}

const root = resolve(import.meta.dirname, '../..');
/** Nx's daemon would continue after the run, and its interactive screen would hide the output. */
const environment = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' };

/**
 * Runs an installed command and shows its output.
 *
 * @returns the output and the exit code
 */
async function run(command: readonly string[]): Promise<{ code: number; output: string }> {
  const [name = '', ...args] = command;
  console.log(`\n> ${command.join(' ')}`);
  const child = spawn(resolve(root, 'node_modules/.bin', name), args, {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const show = (chunk: Buffer): void => {
    output += chunk.toString();
    process.stdout.write(chunk);
  };
  child.stdout.on('data', show);
  child.stderr.on('data', show);
  const code = await new Promise<number>((done, failed) => {
    child.once('error', failed);
    child.once('close', (status) => {
      done(status ?? 1);
    });
  });
  return { code, output };
}

/** Adds up the last lines of Jest: `Tests:  1 failed, 2 skipped, 30 passed, 33 total`. */
function countTests(output: string): { passed: number; failed: number } {
  const totals = { passed: 0, failed: 0 };
  for (const [, line = ''] of output.matchAll(/^Tests:\s+(.*)$/gm)) {
    totals.passed += Number(/(\d+) passed/.exec(line)?.[1] ?? 0);
    totals.failed += Number(/(\d+) failed/.exec(line)?.[1] ?? 0);
  }
  return totals;
}

/**
 * The number of tasks that run at the same time. It is higher than the two cores, since tests wait
 * most of the time.
 */
const PARALLEL = 4;

const started = performance.now();
const nx = await run([
  'nx',
  'run-many',
  '-t',
  // This task does nothing itself. Nx starts tasks on which others depend first, so the longest
  // tasks are not the last ones to start.
  'longest-first',
  'format',
  'lint',
  'typecheck',
  'build',
  'test',
  `--parallel=${PARALLEL}`,
  '--output-style=static',
]);
const { passed, failed } = countTests(nx.output);
const seconds = Math.round((performance.now() - started) / 1000);
const ok = nx.code === 0 && failed === 0 && passed > 0;
console.log(`\n${ok ? 'all checks passed' : 'some checks failed'} in ${seconds} s`);
console.log(`tests: ${passed} passed, ${failed} failed`);
process.exitCode = ok ? 0 : 1;
