/**
 * `npm run witness`: runs the end-to-end tests against MiniStack, an AWS emulator by other authors,
 * first without IAM and then with it. Ends with 1 if a test fails that is not in
 * `known-differences.ts`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { judge, type Run, type TestResult } from './judge.ts';
import { KNOWN_DIFFERENCES, NOT_RUN } from './known-differences.ts';
import { installClis, installMiniStack, run, startMiniStack } from './ministack.ts';

const USAGE =
  'npm run witness [-- "without IAM" | "with IAM"]: the end-to-end tests against MiniStack\n' +
  'npm run witness -- deployment: a deployment with the AWS CLI and the SAM CLI to MiniStack';
const RUNS: readonly Run[] = ['without IAM', 'with IAM'];
const root = resolve(import.meta.dirname, '../../..');
const folder = join(root, '.local/witness');

interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The tests in Jest's JSON. A file that cannot be run counts as one failed test. */
function resultsIn(file: string): TestResult[] {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as JestResults;
  return testResults.flatMap(({ name, message, assertionResults }): TestResult[] =>
    assertionResults.length === 0
      ? [{ name: name.slice(root.length + 1), status: 'failed', message: firstLine(message) }]
      : assertionResults.map(({ fullName, status, failureMessages: [failure = ''] }) => ({
          name: fullName,
          status: status === 'passed' || status === 'failed' ? status : 'skipped',
          message: firstLine(failure),
        })),
  );
}

function firstLine(text: string): string {
  return stripVTControlCharacters(text).trim().split('\n', 3).join(' ');
}

/**
 * Checks that the run is meaningful: the emulator must refuse a key that does not exist.
 *
 * @throws Error if it accepts the key
 */
async function expectEnforced(endpoint: string): Promise<void> {
  const scope = 'AKIANOBODYMADETHISONE/20260101/ap-northeast-1/dynamodb/aws4_request';
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'x-amz-date': '20260101T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
    body: '{}',
  });
  if (response.ok)
    throw new Error('MiniStack accepts a key that does not exist, so it does not enforce IAM');
}

/** @returns the names of the tests that fail and that nobody has judged yet */
async function testAgainst(programs: string, name: Run): Promise<readonly string[]> {
  const file = (suffix: string): string => join(folder, `${name.replace(' ', '-')}-${suffix}`);
  for (const suffix of ['results.json', 'outputs.json']) rmSync(file(suffix), { force: true });
  const ministack = await startMiniStack(
    programs,
    root,
    file('ministack.log'),
    name === 'with IAM',
  );
  try {
    if (name === 'with IAM') await expectEnforced(ministack.endpoint);
    const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
    const env = { ...process.env, ...keys, AWS_REGION: 'ap-northeast-1' };
    run(
      join(programs, 'python'),
      [join(import.meta.dirname, 'deploy.py'), ministack.endpoint, file('outputs.json')],
      env,
    );
    // A test that timed out may leave a request open, which MiniStack never ends.
    const jest = ['-c', join(root, 'e2e/jest.config.cjs'), '--forceExit', '--json', '--outputFile'];
    const notRun = NOT_RUN.map(({ file: name }) => `--testPathIgnorePatterns=${name}`);
    // It is not synchronous, so that Ctrl-C is handled, which ends the emulator.
    const tests = spawn(
      join(root, 'node_modules/.bin/jest'),
      [...jest, file('results.json'), ...notRun],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        cwd: root,
        env: {
          ...env,
          E2E_OUTPUTS: file('outputs.json'),
          NODE_OPTIONS: `--require=${join(import.meta.dirname, 'localhost-names.cjs')}`,
        },
      },
    );
    const endTests = (): boolean => tests.kill();
    process.once('exit', endTests);
    await once(tests, 'exit');
    process.removeListener('exit', endTests);
    const { lines, unknown } = judge(name, resultsIn(file('results.json')), KNOWN_DIFFERENCES);
    for (const { file: one, reason } of NOT_RUN) console.log(`not run: ${one}: ${reason}`);
    for (const line of lines) console.log(line);
    return unknown;
  } finally {
    await ministack.stop();
  }
}

/** @throws Error where a command of the deployment fails */
async function rehearseDeployment(programs: string): Promise<void> {
  const clis = installClis(root);
  const ministack = await startMiniStack(programs, root, join(folder, 'deployment.log'), false);
  try {
    run('node', [join(root, 'infra/deploy/src/cli/rehearse.ts')], {
      ...process.env,
      PATH: [...clis, process.env.PATH ?? ''].join(delimiter),
      AWS_ENDPOINT_URL: ministack.endpoint,
      AWS_REGION: 'ap-northeast-1',
      // The AWS CLI of PyPI is version 1, which knows this name only.
      AWS_DEFAULT_REGION: 'ap-northeast-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  } finally {
    await ministack.stop();
  }
}

const [argument] = process.argv.slice(2);
const isDeployment = argument === 'deployment';
const runs = argument === undefined ? RUNS : RUNS.filter((one) => one === argument);
if (runs.length === 0 && !isDeployment) {
  const isHelp = argument === '--help' || argument === '-h';
  (isHelp ? console.log : console.error)(USAGE);
  process.exit(isHelp ? 0 : 2);
}
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
mkdirSync(folder, { recursive: true });
const programs = installMiniStack(root);
const built = ['api', 'ws-handlers', ...(isDeployment ? ['web'] : [])].join(',');
run(join(root, 'node_modules/.bin/nx'), ['run-many', '-t', 'build', '-p', built]);
if (isDeployment) await rehearseDeployment(programs);
const unknown: string[] = [];
for (const name of runs) unknown.push(...(await testAgainst(programs, name)));
process.exitCode = unknown.length === 0 ? 0 : 1;
