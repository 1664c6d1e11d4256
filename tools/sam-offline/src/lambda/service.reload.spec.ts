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
  it('serves the next invocation from the new code, while a running one ends in the old', async () => {
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
    lambda.service.reload('Changing');
    await expect(lambda.call('Changing')).resolves.toBe('new');
    writeFileSync(until, '');
    await expect(running).resolves.toBe('old');
    await waitUntil(() => lambda.service.stats('Changing').environments === 1);
    await expect(lambda.call('Changing')).resolves.toBe('new');
    await expect(lambda.call('Same')).resolves.toBe(same);
    await lambda.close();
  });

  it('replaces environments that are still starting', async () => {
    const directory = temporaryFiles({ 'index.mjs': version('old') });
    const lambda = lambdaFixture([
      lambdaFunction('Changing', '', { code: { type: 'zip', directory } }),
    ]);
    const waiting = lambda.call('Changing');
    writeFiles(directory, { 'index.mjs': version('new') });
    lambda.service.reload();
    await expect(waiting).resolves.toBe('new');
    expect(lambda.linesOf('Changing').join()).not.toMatch(/INIT_REPORT|ExitError/);
    await lambda.close();
  });

  it('recovers when a broken build is followed by a good one', async () => {
    const directory = temporaryFiles({ 'index.mjs': 'export const handler = ' });
    const lambda = lambdaFixture([
      lambdaFunction('Broken', '', { code: { type: 'zip', directory } }),
    ]);
    await expect(lambda.call('Broken')).resolves.toMatchObject({
      errorType: 'Runtime.UserCodeSyntaxError',
    });
    writeFiles(directory, { 'index.mjs': version('good') });
    lambda.service.reload();
    await expect(lambda.call('Broken')).resolves.toBe('good');
    await lambda.close();
  });
});
