import { join } from 'node:path';
import { addMetricsCommand } from './metrics.ts';
import { createProject, type Project } from './testing/command.ts';
import { runCommand } from './testing/run-command.ts';
import { endedPid, writeRun } from './testing/stored-run.ts';
import { succeededOf, failedOf, logOf, NOW_MS } from '../insights/testing/facts.ts';

let project: Project;

beforeEach(() => {
  project = createProject();
});
afterEach(() => {
  project.remove();
});

const metrics = (...args: string[]): Promise<string[]> =>
  runCommand(addMetricsCommand, [
    ...['metrics', '--data-dir', join(project.folder, '.local')],
    ...args,
  ]);

const EMF = JSON.stringify({
  _aws: {
    Timestamp: NOW_MS,
    CloudWatchMetrics: [
      {
        Namespace: 'Shop',
        Dimensions: [['Kind']],
        Metrics: [{ Name: 'Orders', Unit: 'Count' }],
      },
    ],
  },
  ...{ Kind: 'book', Orders: [1, 2, 3] },
});

async function writeThree(): Promise<void> {
  await using run = writeRun(project, { pid: endedPid() });
  run.bus.emit(succeededOf({ durationMs: 10 }));
  run.bus.emit(succeededOf({ durationMs: 20 }));
  run.bus.emit(failedOf({ durationMs: 30 }));
  run.bus.emit(logOf({ text: EMF }));
}

it('shows AWS’s metrics and those of EMF lines, of the last run, in one aligned table', async () => {
  await writeThree();
  const lines = await metrics();
  expect(lines[0]?.split(/\s{2,}/)).toEqual([
    ...['METRIC', 'COUNT', 'SUM', 'AVERAGE', 'P50', 'P99', 'MAXIMUM', 'UNIT'],
  ]);
  const rowOf = (start: string) =>
    lines
      .find((line) => line.startsWith(`${start}  `))
      ?.split(/\s{2,}/)
      .slice(1);
  expect(rowOf('Shop Orders Kind=book')).toEqual(['3', '6', '2', '2', '3', '3', 'Count']);
  expect(rowOf('AWS/Lambda Errors FunctionName=shop-api')?.slice(0, 3)).toEqual([
    '3',
    '1',
    '0.333',
  ]);
  expect(rowOf('AWS/Lambda Duration FunctionName=shop-api')?.slice(0, 3)).toEqual([
    '3',
    '60',
    '20',
  ]);
  const units = lines.map((line) => line.search(/(UNIT|Count|Milliseconds)$/));
  expect(new Set(units).size).toBe(1);
});

it('chooses by namespace and by name', async () => {
  await writeThree();
  const shop = await metrics('--namespace', 'Shop');
  expect(shop).toHaveLength(2);
  const lines = await metrics('--name', 'Errors', '--namespace', 'AWS/Lambda');
  expect(lines.slice(1).every((line) => line.startsWith('AWS/Lambda Errors'))).toBe(true);
  expect(await metrics('--namespace', 'None')).toEqual(['No metric has values in this time.']);
});

it('--json prints one metric a line', async () => {
  await writeThree();
  const lines = await metrics('--json', '--namespace', 'Shop');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      ...{ namespace: 'Shop', name: 'Orders', dimensions: { Kind: 'book' }, unit: 'Count' },
      ...{ SampleCount: 3, Sum: 6, Average: 2, Maximum: 3 },
      ...{ p50: expect.closeTo(2, 1), p99: expect.closeTo(3, 1) },
    },
  ]);
});

it('shows the last run, and earlier ones where --since reaches back to them', async () => {
  const earlier = Date.now() - 600_000;
  const now = Date.now();
  {
    await using run = writeRun(project, { timeMs: earlier, pid: endedPid() });
    run.bus.emit(succeededOf({ timeMs: earlier }));
  }
  {
    await using run = writeRun(project, { timeMs: now, pid: endedPid() });
    run.bus.emit(succeededOf({ timeMs: now }));
  }
  const countOf = async (...args: string[]) => {
    const lines = await metrics('--name', 'Invocations', '--json', ...args);
    return (JSON.parse(lines[0] ?? '{}') as { Sum?: number }).Sum;
  };
  expect(await countOf()).toBe(1);
  expect(await countOf('--since', '20m')).toBe(2);
});

it('says what to do where nothing is stored', async () => {
  await expect(metrics()).rejects.toThrow(/there are no facts of a run in .*start the stack first/);
});
