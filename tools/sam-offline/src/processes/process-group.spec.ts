import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../testing/end-of-test.ts';
import { createProcessGroup, spawnManaged } from './index.ts';

const NODE = process.execPath;
const BUSY = ['-e', 'console.log("up"); while (true);'];

describe('createProcessGroup', () => {
  it('ends a child with SIGTERM and gives its exit status', async () => {
    const group = createProcessGroup();
    const script =
      'process.on("SIGTERM", () => process.exit(7)); setInterval(Object, 1e6); console.log(1)';
    const managed = group.spawn(NODE, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await firstOutput(managed.child.stdout);
    expect(group.size).toBe(1);
    await expect(managed.stop()).resolves.toEqual({ code: 7, signal: null });
    expect(group.size).toBe(0);
    await group.close();
  });

  it('kills what ignores SIGTERM, with everything it started', async () => {
    const group = createProcessGroup();
    const script = 'trap "" TERM; sleep 1000 & echo $!; wait; wait';
    const managed = group.spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const grandchild = Number(await firstOutput(managed.child.stdout));
    await group.close(20);
    await expect(managed.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    await until(() => !isAlive(grandchild));
  });

  it('kills what a child left running when it ended by itself', async () => {
    const group = createProcessGroup();
    const script = 'sleep 1000 & echo $!';
    const managed = group.spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const grandchild = Number(await firstOutput(managed.child.stdout));
    await managed.exited;
    await until(() => !isAlive(grandchild));
    await group.close();
  });

  it('keeps a child out of the terminal’s process group', async () => {
    const group = createProcessGroup();
    const script = 'ps -o pgid= -p $$';
    const managed = group.spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    expect(Number(await firstOutput(managed.child.stdout))).toBe(managed.pid);
    await group.close();
  });

  it('reports a command that does not exist', async () => {
    const group = createProcessGroup();
    const managed = group.spawn('/nonexistent/command', []);
    expect(managed.pid).toBeUndefined();
    expect((await managed.exited).error).toMatchObject({ code: 'ENOENT' });
    await group.close();
  });

  it('starts nothing after it was closed', async () => {
    const group = createProcessGroup();
    await group.close();
    expect(() => group.spawn(NODE, ['-e', ''])).toThrow(/closed/);
  });

  it('leaves no busy child when its parent is killed with SIGKILL', async () => {
    const program = `
      import { createProcessGroup } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
      const group = createProcessGroup();
      for (let i = 0; i < 3; i += 1) {
        const { child, pid } = group.spawn(process.execPath, ${JSON.stringify(BUSY)}, {
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        child.stdout.once('data', () => console.log(pid));
      }`;
    const parent = spawn(NODE, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids: number[] = [];
    for await (const line of createInterface({ input: parent.stdout })) {
      pids.push(Number(line));
      if (pids.length === 3) break;
    }
    expect(pids.every(isAlive)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
  });
});

describe('spawnManaged', () => {
  it('starts a single child and stops it', async () => {
    const managed = spawnManaged(NODE, BUSY, { stdio: ['ignore', 'pipe', 'ignore'] });
    await firstOutput(managed.child.stdout);
    await expect(managed.stop(0)).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  });
});

async function firstOutput(stream: NodeJS.ReadableStream | null): Promise<string> {
  if (stream === null) throw new Error('the child has no standard output');
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  return chunk.toString();
}

/** A zombie that its parent has not collected yet counts as ended. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !existsSync('/proc') || !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return readStat(pid).includes(') Z ');
  } catch {
    return true;
  }
}

function readStat(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8');
}
