import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  lambdaFixture,
  lambdaFunction,
  temporaryFiles,
  waitUntil,
  writeFiles,
} from './testing/lambda-fixture.ts';

const version = (name: string) =>
  `import { existsSync } from 'node:fs';
  export const handler = async ({ until }) => { console.log('in'); while (until && !existsSync(until)) await new Promise((resolve) => setTimeout(resolve, 5)); return '${name}'; };`;

describe('reload', () => {
  it('serves the next invocation with the new code, while a running one ends with the old code', async () => {
    const directory = temporaryFiles({ 'index.mjs': version('old') });
    const lambda = lambdaFixture([
      lambdaFunction('Changing', '', { code: { type: 'zip', directory } }),
      lambdaFunction('Same', 'exports.handler = async () => process.pid;'),
    ]);
    const until = join(lambda.directory, 'gate');
    const same = await lambda.call('Same');
    await expect(lambda.call('Changing')).resolves.toBe('old');
    const running = lambda.call('Changing', { until });
    await waitUntil(
      () => lambda.linesOf('Changing').filter((line) => line.endsWith('in')).length === 2,
    );

    writeFiles(directory, { 'index.mjs': version('new') });
    await expect(lambda.service.reload('Changing')).resolves.toEqual({ type: 'reloaded' });
    await expect(lambda.call('Changing')).resolves.toBe('new');
    writeFileSync(until, '');
    await expect(running).resolves.toBe('old');
    await waitUntil(() => lambda.environmentsOf('Changing') === 1);
    await expect(lambda.call('Changing')).resolves.toBe('new');
    await expect(lambda.call('Same')).resolves.toBe(same);
    await lambda.close();
  });

  it('ends environments that are still starting, without a message', async () => {
    const directory = temporaryFiles({ 'index.mjs': version('old') });
    const lambda = lambdaFixture([
      lambdaFunction('Changing', '', { code: { type: 'zip', directory } }),
    ]);
    const waiting = lambda.call('Changing');
    writeFiles(directory, { 'index.mjs': version('new') });
    await lambda.service.reload('Changing');
    await expect(waiting).resolves.toMatch(/old|new/);
    await expect(lambda.call('Changing')).resolves.toBe('new');
    expect(lambda.linesOf('Changing').join()).not.toMatch(/INIT_REPORT|ExitError/);
    await lambda.close();
  });

  it('serves the newest of two versions that are loaded at once', async () => {
    const directory = temporaryFiles({ 'index.mjs': version('old') });
    const lambda = lambdaFixture([
      lambdaFunction('Changing', '', { code: { type: 'zip', directory } }),
    ]);
    await lambda.call('Changing');
    writeFiles(directory, { 'index.mjs': 'await new Promise((r) => setTimeout(r, 9_000));' });
    const first = lambda.service.reload('Changing');
    writeFiles(directory, { 'index.mjs': version('new') });
    await expect(lambda.service.reload('Changing')).resolves.toEqual({ type: 'reloaded' });
    await expect(first).resolves.toEqual({ type: 'superseded' });
    await expect(lambda.call('Changing')).resolves.toBe('new');
    await lambda.close();
  });

  it.each([
    ['does not parse', false, { 'index.mjs': 'export const handler = ' }, /UserCodeSyntaxError/],
    ['throws', false, { 'index.mjs': "throw new Error('no table');" }, /no table/],
    ['misses a chunk', false, { 'index.mjs': "import './chunk.mjs';" }, /chunk\.mjs/],
    ['ends the process', false, { 'index.mjs': 'process.exit(3);' }, /exit status 3/],
    ['has no handler file', true, { 'other.mjs': '' }, /no index\.js, index\.mjs/],
  ])(
    'serves the earlier code if the newer %s, and reports why',
    async (_what, isMissing, files, reason) => {
      let directory = temporaryFiles({ 'index.mjs': version('old') });
      const released: string[] = [];
      const lambda = lambdaFixture(
        [lambdaFunction('Changing', '', { code: { type: 'zip', directory } })],
        {
          codeOf: (fn) => {
            const used = directory;
            return {
              fn: { ...fn, code: { type: 'zip', directory: used } },
              release: () => released.push(used),
            };
          },
        },
      );
      const first = directory;
      await lambda.call('Changing');

      const broken = temporaryFiles(files);
      directory = broken;
      await expect(lambda.service.reload('Changing')).resolves.toEqual({
        type: 'failed',
        reason: expect.stringMatching(reason),
        isMissing,
      });
      await expect(lambda.call('Changing')).resolves.toBe('old');
      expect(released).toEqual([broken]);

      directory = temporaryFiles({ 'index.mjs': version('repaired') });
      await expect(lambda.service.reload('Changing')).resolves.toEqual({ type: 'reloaded' });
      await expect(lambda.call('Changing')).resolves.toBe('repaired');
      await waitUntil(() => released.includes(first));
      await lambda.close();
    },
  );

  it('leaves no process of a function that was never invoked', async () => {
    const directory = temporaryFiles({ 'index.mjs': version('old') });
    const lambda = lambdaFixture([
      lambdaFunction('Quiet', '', { code: { type: 'zip', directory } }),
    ]);
    writeFiles(directory, { 'index.mjs': version('new') });
    await expect(lambda.service.reload('Quiet')).resolves.toEqual({ type: 'reloaded' });
    await waitUntil(() => lambda.environmentsOf('Quiet') === 0);
    await expect(lambda.call('Quiet')).resolves.toBe('new');
    await lambda.close();
  });
});
