import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFiles, waitUntil } from './testing/lambda-fixture.ts';

/**
 * Runs three functions and prints the process id of each. One is in an endless loop, and one is
 * frozen.
 */
const PROGRAM = `
  import { createLambdaService } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
  import { lambdaFunction } from ${JSON.stringify(join(import.meta.dirname, 'testing/lambda-function.ts'))};
  const lambda = createLambdaService({
    functions: [
      lambdaFunction('Busy', 'exports.handler = async () => { process.stdout.write(process.pid + "\\\\n"); while (true); }'),
      lambdaFunction('Idle', 'exports.handler = async () => { process.stdout.write(process.pid + "\\\\n"); }'),
      lambdaFunction('Frozen', 'exports.handler = async () => { setInterval(() => {}, 10); process.stdout.write(process.pid + "\\\\n"); }'),
    ],
    region: 'us-east-1',
    workDirectory: process.argv[1],
    events: { hasListeners: true, emit: ({ source, text }) => source === 'stdout' && console.log(text), now: Date.now, warn() {} },
  });
  void lambda.invoke('Busy', '{}');
  void lambda.invoke('Idle', '{}');
  void lambda.invoke('Frozen', '{}');
`;

describe('execution environments', () => {
  it('end when sam-offline is killed with SIGKILL, in an endless loop or frozen', async () => {
    const args = ['--input-type=module', '-e', PROGRAM, temporaryFiles({})];
    const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const pids: number[] = [];
    for await (const line of createInterface({ input: parent.stdout })) {
      pids.push(Number(line));
      if (pids.length === 3) break;
    }
    expect(pids.filter((pid) => !isAlive(pid))).toEqual([]);
    parent.kill('SIGKILL');
    await waitUntil(() => !pids.some(isAlive));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
