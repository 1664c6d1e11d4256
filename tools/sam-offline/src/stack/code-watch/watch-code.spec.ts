import { until } from '../../testing/end-of-test.ts';
import { recordEvents, type RecordedEvents } from '../../events/testing/record-events.ts';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLambdaService, type LambdaService } from '../../lambda/index.ts';
import { lambdaFunction } from '../../lambda/testing/lambda-function.ts';
import { openCodeStore, watchCode, type CodeStore } from './index.ts';

/**
 * Code that loads one chunk when it is loaded and another one when it is invoked, as bundlers split
 * code.
 */
const entry = (version: string) => `
  import { part } from './chunks/static-${version}.mjs';
  export const handler = async () => part + (await import('./chunks/lazy-${version}.mjs')).part;
  //${'-'.repeat(5_000)}`;
const bundle = (version: string): readonly (readonly [string, string])[] => [
  ['index.mjs', entry(version)],
  [`chunks/static-${version}.mjs`, `export const part = '${version}';`],
  [`chunks/lazy-${version}.mjs`, `export const part = '${version}';`],
];

jest.setTimeout(30_000);

let parent: string;
let source: string;
let store: CodeStore;
let lambda: LambdaService;
let watching: { close(): void };
let events: RecordedEvents;
const reloads = () =>
  events.of('code.reloaded').map(({ functions, startAgain }) => ({ functions, startAgain }));

beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'watch-code-'));
  source = join(parent, 'bundle');
  for (const [path, text] of bundle('one')) write(path, text);
  events = recordEvents();
  const functions = ['A', 'B'].map((logicalId) =>
    lambdaFunction(logicalId, '', { code: { type: 'zip', directory: source } }),
  );
  store = await openCodeStore(functions, join(parent, 'code'), []);
  lambda = createLambdaService({
    functions,
    region: 'ap-northeast-1',
    events: events.bus,
    workDirectory: join(parent, 'work'),
    codeOf: (fn) => store.use(fn),
  });
  watching = watchCode({
    store,
    reload: (id) => lambda.reload(id),
    events: events.bus,
    graceMs: 300,
  });
});

afterEach(async () => {
  watching.close();
  await lambda.close();
  await store.close();
  rmSync(parent, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(source, path)), { recursive: true });
  writeFileSync(join(source, path), text);
}

async function resultOf(logicalId: string): Promise<string> {
  const result = await lambda.invoke(logicalId, '{}');
  return result.payload.toString();
}

/** Longer than the time after which the folder is read, so that each step's result is looked at. */
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250));

test('no request fails while a bundle is deleted and written in steps, with incomplete files between', async () => {
  const results: string[] = [];
  let isCalling = true;
  const callers = ['A', 'B', 'A'].map(async (logicalId) => {
    while (isCalling) results.push(await resultOf(logicalId));
  });
  await until(() => results.length > 10);

  for (const version of ['two', 'three']) {
    rmSync(source, { recursive: true });
    await quiet();
    mkdirSync(source);
    await quiet();
    for (const [path, text] of bundle(version)) {
      write(path, text.slice(0, text.length / 2));
      await quiet();
      write(path, text);
      await quiet();
    }
    await until(() => results.slice(-20).every((result) => result === `"${version}${version}"`));
  }
  isCalling = false;
  await Promise.all(callers);

  const whole = ['one', 'two', 'three'].map((version) => `"${version}${version}"`);
  expect(results.filter((result) => !whole.includes(result))).toEqual([]);
  expect(events.warnings).toEqual([]);
});

test('reloads nothing when a build writes the same content', async () => {
  await resultOf('A');
  rmSync(source, { recursive: true });
  for (const [path, text] of bundle('one')) write(path, text);
  await quiet();
  expect(events.of('environment.starting')).toHaveLength(1);
  for (const [path, text] of bundle('two')) write(path, text);
  await until(() => reloads().length > 0);
  expect(reloads()).toEqual([{ functions: ['A', 'B'], startAgain: [] }]);
  expect(await resultOf('A')).toBe('"twotwo"');
});

test('says once why code does not start, serves the earlier code, and says when it starts again', async () => {
  await resultOf('A');
  const broken = 'export const handler = async () => {';
  write('index.mjs', broken);
  await until(() => events.warnings.length === 2);
  write('index.mjs', `${broken} `);
  await quiet();
  expect(await resultOf('A')).toBe('"oneone"');
  expect(events.warnings.sort()).toEqual([
    expect.stringMatching(
      /^error: Function A: its changed code does not start, so the earlier code continues to serve: Runtime\.UserCodeSyntaxError: /,
    ),
    expect.stringMatching(/^error: Function B: its changed code does not start/),
  ]);

  for (const [path, text] of bundle('two')) write(path, text);
  await until(() => reloads().length > 0);
  expect(reloads()).toEqual([{ functions: ['A', 'B'], startAgain: ['A', 'B'] }]);
  expect(await resultOf('A')).toBe('"twotwo"');
});
