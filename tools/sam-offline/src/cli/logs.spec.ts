import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Insights, openInsights } from '../insights/index.ts';
import { eventsDirectoryOf } from '../stack/index.ts';
import { addLogsCommand } from './logs.ts';
import { createProject, type Project, until } from './testing/command.ts';
import { runCommand } from './testing/run-command.ts';
import { endedPid, writeRun } from './testing/stored-run.ts';
import { succeededOf, failedOf, logOf, NOW_MS, requestOf } from '../insights/testing/facts.ts';

let project: Project;
beforeEach(() => {
  project = createProject();
});
afterEach(() => {
  project.remove();
});

const argumentsOf = (...args: string[]): string[] => [
  ...['logs', '--data-dir', join(project.folder, '.local')],
  ...args,
];
const logs = (...args: string[]): Promise<string[]> =>
  runCommand(addLogsCommand, argumentsOf(...args));

/** Resolves when a run has written its first file. */
const isStored = (): Promise<void> =>
  until(() => existsSync(join(project.folder, '.local/events/events-000001.jsonl')));

const line = (requestId: string, fields: object, functionName = 'shop-api') =>
  logOf({ requestId, functionName, text: JSON.stringify(fields) });

/**
 * The facts of two requests, each with an invocation that logs, and of a request to another
 * function.
 */
async function writeTwoRequests(): Promise<void> {
  await using run = writeRun(project, { pid: endedPid() });
  run.bus.emit(
    line('i-1', { level: 'INFO', message: 'created', correlation_id: 'c-1', status: 201 }),
  );
  run.bus.emit(succeededOf({ requestId: 'i-1' }));
  run.bus.emit(requestOf({ path: '/one', invocationId: 'i-1', functionName: 'shop-api' }));
  run.bus.emit(
    line('i-2', { level: 'ERROR', message: 'broken', correlation_id: 'c-2', status: 500 }),
  );
  run.bus.emit(failedOf({ requestId: 'i-2' }));
  run.bus.emit(requestOf({ path: '/two', correlationId: 'c-2', statusCode: 502 }));
  run.bus.emit(line('i-3', { level: 'INFO', message: 'worked' }, 'shop-job'));
  run.bus.emit(succeededOf({ requestId: 'i-3', functionName: 'shop-job' }));
}

it('shows the last run: one line each, with the lines of functions under them', async () => {
  await writeTwoRequests();
  const lines = await logs();
  expect(
    lines.map((text) =>
      text
        .replace(/^[\d:.]+\s+/, '')
        .split(/\s+/)
        .slice(0, 2),
    ),
  ).toEqual([
    ['invoke', 'ApiFunction'],
    ['', 'INFO'],
    ['GET', '/one'],
    ['invoke', 'ApiFunction'],
    ['', 'ERROR'],
    ['GET', '/two'],
    ['invoke', 'JobFunction'],
    ['', 'INFO'],
  ]);
});

it('shows the last of several runs, and earlier ones where --since reaches back to them', async () => {
  const earlier = Date.now() - 60_000;
  {
    await using run = writeRun(project, { timeMs: earlier, pid: endedPid() });
    run.bus.emit(logOf({ timeMs: earlier, text: 'of the run before' }));
  }
  {
    await using run = writeRun(project, { timeMs: Date.now(), pid: endedPid() });
    run.bus.emit(logOf({ timeMs: Date.now(), text: 'of this run' }));
  }
  const last = await logs();
  expect(last).toEqual([expect.stringContaining('of this run')]);
  const since = await logs('--since', '5m');
  expect(since.map((text) => /of .* ?run( before)?/.exec(text)?.[0])).toEqual([
    'of the run before',
    'of this run',
  ]);
  const recent = await logs('--since', '30s');
  expect(recent).toEqual([expect.stringContaining('of this run')]);
});

it('chooses by function, by its logical id or by its name', async () => {
  await writeTwoRequests();
  const expected = [
    expect.stringMatching(/invoke +JobFunction/),
    expect.stringContaining('worked'),
  ];
  expect(await logs('--function', 'JobFunction')).toEqual(expected);
  expect(await logs('--function', 'shop-job')).toEqual(expected);
});

it('chooses by fields, of what happened and of the JSON of lines', async () => {
  await writeTwoRequests();
  const byFact = await logs('--filter', 'statusCode=502');
  expect(byFact).toEqual([expect.stringMatching(/GET +\/two/)]);
  const byLine = await logs('--json', '--filter', 'status=500', 'level=ERROR');
  expect(byLine).toEqual([expect.stringContaining('"message":"broken"')]);
  expect(await logs('--filter', 'status=999')).toEqual([]);
});

it('shows all that belongs to a correlation id, also what happened before it was known', async () => {
  await writeTwoRequests();
  const lines = await logs('--correlation', 'c-1');
  expect(lines).toEqual([
    expect.stringMatching(/invoke +ApiFunction .* c-1$/),
    expect.stringContaining('created'),
    expect.stringMatching(/GET +\/one/),
  ]);
});

it('--json prints the lines as CloudWatch holds them', async () => {
  await writeTwoRequests();
  const lines = await logs('--json', '--function', 'JobFunction');
  expect(lines[0]).toBe('{"level":"INFO","message":"worked"}');
  expect(lines.join('\n')).toMatch(/^END RequestId: i-3\nREPORT RequestId: i-3\tDuration/m);
});

it('--follow prints what happens from then on, and ends when the stack stops', async () => {
  await using run = writeRun(project);
  run.bus.emit(logOf({ text: 'first' }));
  await isStored();
  let printed = '';
  const following = runCommand(addLogsCommand, argumentsOf('--follow'), (output) => {
    printed = output;
  });
  await until(() => printed.includes('first'));
  run.bus.emit(logOf({ text: 'second' }));
  await until(() => printed.includes('second'));
  run.bus.emit({ type: 'stack.stopped', timeMs: NOW_MS });
  expect(await following).toEqual([
    expect.stringContaining('first'),
    expect.stringContaining('second'),
    'The stack has stopped.',
  ]);
});

it('--follow chooses too, by a correlation id that comes later', async () => {
  await using run = writeRun(project);
  await isStored();
  const following = logs('--follow', '--correlation', 'c-5');
  run.bus.emit(line('i-4', { message: 'other' }));
  run.bus.emit(line('i-5', { message: 'wanted', correlation_id: 'c-5' }));
  run.bus.emit(succeededOf({ requestId: 'i-5' }));
  run.bus.emit({ type: 'stack.stopped', timeMs: NOW_MS });
  const lines = await following;
  expect(lines).toEqual([
    expect.stringMatching(/invoke .* c-5$/),
    expect.stringContaining('wanted'),
    'The stack has stopped.',
  ]);
});

it('--follow ends if the stack has ended without a last fact', async () => {
  {
    await using run = writeRun(project, { pid: endedPid() });
    run.bus.emit(logOf({ text: 'its last line' }));
  }
  const lines = await logs('--follow');
  expect(lines).toEqual([expect.stringContaining('its last line'), 'The stack does not run.']);
});

it('two readers at once see the same', async () => {
  await using run = writeRun(project);
  const directory = eventsDirectoryOf(join(project.folder, '.local'));
  const readers = [openInsights({ directory }), openInsights({ directory })];
  const read = async (insights: Insights): Promise<string[]> => {
    const seen: string[] = [];
    let afterId = 0;
    while (seen.length < 200) {
      for await (const { id, event } of insights.events({ afterId })) {
        afterId = id;
        if (event.type === 'log') seen.push(event.text);
      }
      await new Promise(setImmediate);
    }
    return seen;
  };
  const reading = readers.map(read);
  for (let index = 0; index < 200; index++) {
    run.bus.emit(logOf({ text: `line ${index}` }));
    if (index % 20 === 0) await new Promise(setImmediate);
  }
  const expected = Array.from({ length: 200 }, (_, index) => `line ${index}`);
  expect(await Promise.all(reading)).toEqual([expected, expected]);
  await Promise.all(readers.map((reader) => reader.close()));
});

it('says what to do where nothing is stored', async () => {
  await expect(logs()).rejects.toThrow(
    /there are no facts of a run in .*\.local\/events; start the stack first/,
  );
});
