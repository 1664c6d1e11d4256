import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { counterNames } from 'artillery-engine-websocket-push/run-record';
import { buildRecord } from '../testing/records.ts';
import { profileProcess } from './inspect.ts';
import { readProcesses } from './process-tree.ts';
import { addSelfTimes, type CpuProfile } from './self-time.ts';
import { ProcessWatch } from './watch.ts';

/**
 * A program that keeps a core busy in its main thread and in a worker thread, with named functions.
 */
const BURNING = `
  const { Worker } = require('node:worker_threads');
  const workerCode = 'setInterval(function burnInWorker() { const end = performance.now() + 20; while (performance.now() < end); }, 1)';
  setInterval(function burnInMain() { const end = performance.now() + 20; while (performance.now() < end); }, 1);
  new Worker(workerCode, { eval: true });
  console.log('burning');
`;

let child: ChildProcess | undefined;
async function burn(environment: Record<string, string> = {}, besides = ''): Promise<number> {
  // The inspector of the program gets a free port, not 9229.
  child = spawn(process.execPath, ['--inspect-port=0', '-e', BURNING + besides], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (child.stdout === null || child.pid === undefined) throw new Error('it was not started');
  await once(child.stdout, 'data');
  return child.pid;
}
afterEach(async () => {
  if (child === undefined) return;
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  child = undefined;
});

describe('processes of a tree', () => {
  it('are found from their root, and named by the function that they run', async () => {
    const pid = await burn({ AWS_LAMBDA_FUNCTION_NAME: 'stack-connect' });
    const found = readProcesses(new Map([[process.pid, 'root']]));
    expect(found.find((one) => one.pid === process.pid)).toMatchObject({ name: 'root' });
    expect(found.find((one) => one.pid === pid)).toMatchObject({
      ...{ name: 'stack-connect', isNode: true, peakMemoryMiB: expect.any(Number) },
    });
  });

  it('are none if the root has ended', () => {
    // No process has this id, since Linux gives no id above 2^22.
    expect(readProcesses(new Map([[4_194_305, 'root']]))).toEqual([]);
  });
});

it('a profile has the functions of the main thread and of worker threads, and leaves the process alone', async () => {
  const pid = await burn();
  const times = new Map<string, number>();
  for (const profile of await profileProcess(pid, 500)) addSelfTimes(times, profile);
  const names = [...times.keys()].map((name) => name.replace(/ \(.*/, ''));
  expect(names).toEqual(expect.arrayContaining(['burnInMain', 'burnInWorker']));
  // The inspector is closed again, so another profile can be taken.
  await expect(profileProcess(pid, 100)).resolves.toHaveLength(2);
  expect(child?.exitCode).toBeNull();
});

it('a profile is of a process that opens other ports meanwhile', async () => {
  // A stack opens such ports for each execution environment.
  const pid = await burn(
    {},
    "setInterval(() => require('node:http').createServer((_, response) => response.end('404 page not found')).listen(0, '127.0.0.1'), 5);",
  );
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(profileProcess(pid, 50)).resolves.toHaveLength(2);
  }
});

it('self times are of the function itself, without waiting and without what it called', () => {
  const frame = (functionName: string, url: string, lineNumber: number) => ({
    callFrame: { functionName, url, lineNumber },
  });
  const profile: CpuProfile = {
    nodes: [
      { id: 1, ...frame('(idle)', '', -1) },
      { id: 2, ...frame('send', 'file:///home/me/app/node_modules/ws/lib/sender.js', 9) },
      { id: 3, ...frame('', 'file:///home/me/app/tools/sam-offline/src/a.ts', 0) },
      { id: 4, ...frame('writev', '', -1) },
    ],
    samples: [1, 2, 2, 3, 4],
    timeDeltas: [5000, 1000, 2000, 500, 250],
  };
  const times = new Map<string, number>();
  addSelfTimes(times, profile);
  expect([...times]).toEqual([
    ['send (ws/lib/sender.js:10)', 3],
    ['(anonymous) (tools/sam-offline/src/a.ts:1)', 0.5],
    ['writev', 0.25],
  ]);
});

it('a watch measures what was used, and which functions ran while messages were delivered', async () => {
  const pid = await burn({ AWS_LAMBDA_FUNCTION_NAME: 'stack-connect' });
  const said: string[] = [];
  const watch = new ProcessWatch({
    ...{ profile: true, stackName: 'stack' },
    sampleMs: 100,
    sliceMs: 300,
    say: (line) => said.push(line),
  });
  watch.add(pid, 'generator');
  const at = Math.floor(Date.now() / 1000) * 1000;
  while (watch.slices === 0 && said.length === 0) await new Promise((done) => setTimeout(done, 20));
  await watch.stop();
  const windows = Array.from({ length: 60 }, (_, second) => ({ at: at + second * 1000, count: 1 }));
  const record = buildRecord({
    change: { counters: { [counterNames.received]: { windowMs: 1000, total: 60, windows } } },
  });
  const [use] = watch.result(record);
  expect(said).toEqual([]);
  expect(use).toMatchObject({ name: 'generator', processes: 1, profile: { during: 'delivering' } });
  expect(use?.cpuMs).toBeGreaterThan(0);
  const functions = use?.profile?.functions.map(({ of }) => of) ?? [];
  expect(functions).toContainEqual(expect.stringMatching(/^burnIn/));
});
