import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnOwned, type OwnedProcess } from './owned-process.ts';
import { readStat } from './process-tree.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bench-owned-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** A script that starts a child process, and prints both pids. Both processes ignore SIGTERM. */
const stubborn = `
  process.on('SIGTERM', () => {});
  const { spawn } = require('node:child_process');
  const code = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("pids", process.ppid, process.pid)';
  spawn(process.execPath, ['-e', code], { stdio: 'inherit' });
`;

function start(script: string): OwnedProcess {
  return spawnOwned(process.execPath, ['-e', script], {
    cwd: directory,
    logFile: join(directory, 'logs', 'out.log'),
  });
}

const isRunning = (pid: number): boolean => readStat(pid)?.isZombie === false;

function pidsIn(output: string): number[] {
  return (/pids (\d+) (\d+)/.exec(output) ?? []).slice(1).map(Number);
}

describe('spawnOwned', () => {
  it('lets a process end by itself on SIGTERM', async () => {
    const child = start(
      `process.on('SIGTERM', () => { console.log('bye'); process.exit() }); setInterval(() => {}, 1000); console.log('up')`,
    );
    await child.waitForOutput(/up/, 10_000);
    await child.stop();
    expect(child.readOutput()).toContain('bye');
  });

  it('kills a process and its children when they do not end in time', async () => {
    const child = start(stubborn);
    await child.waitForOutput(/pids/, 10_000);
    const pids = pidsIn(child.readOutput());
    expect(pids).toHaveLength(2);
    expect(pids.every(isRunning)).toBe(true);

    await child.stop(50);

    expect(pids.some(isRunning)).toBe(false);
  });

  it('kills the children of a process that has ended by itself', async () => {
    const child = start(`${stubborn} setTimeout(() => process.exit(), 100000)`);
    await child.waitForOutput(/pids/, 10_000);
    const [pid = 0, grandchild = 0] = pidsIn(child.readOutput());
    process.kill(pid, 'SIGKILL');
    while (isRunning(pid)) await delay(5);

    await child.stop();
    while (isRunning(grandchild)) await delay(5);
  });

  it('shows the output of a process that ends before it is ready', async () => {
    const child = start(`console.error('port taken'); process.exit(1)`);
    await expect(child.waitForOutput(/ready/, 10_000)).rejects.toThrow(/ended.*port taken/s);
    expect(() => {
      child.assertRunning();
    }).toThrow(/port taken/);
    await child.stop();
  });

  it.each([
    ['throws', `throw new Error('broken')`],
    ['is told to end with SIGTERM', `process.kill(process.pid, 'SIGTERM')`],
    ['is interrupted with Ctrl-C', `process.kill(process.pid, 'SIGINT')`],
  ])('leaves nothing behind when the bench %s', async (_how, ending) => {
    const bench = `
      import { spawnOwned } from ${JSON.stringify(join(__dirname, 'owned-process.ts'))};
      const child = spawnOwned(process.execPath, ['-e', ${JSON.stringify(stubborn)}], {
        cwd: ${JSON.stringify(directory)}, logFile: ${JSON.stringify(join(directory, 'out.log'))},
      });
      await child.waitForOutput(/pids/, 10_000);
      console.log(child.readOutput());
      setImmediate(() => { ${ending} });
      await new Promise(() => setInterval(() => {}, 1000));
    `;
    const node = spawn(process.execPath, ['--input-type=module-typescript', '-e', bench], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    node.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(node, 'close');

    const pids = pidsIn(output);
    expect(pids).toHaveLength(2);
    while (pids.some(isRunning)) await delay(5);
  });
});
