import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lambdaFixture, waitUntil } from './testing/lambda-fixture.ts';
import { lambdaFunction } from './testing/lambda-function.ts';

/** Waits for a file. */
const waits = `exports.handler = async (file) => {
  const { existsSync } = require('node:fs');
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
};`;
const echo = 'exports.handler = async (event) => event;';

it('has the event of an invocation with its start, whether it waited or not', async () => {
  const lambda = lambdaFixture([lambdaFunction('Echo', echo)]);
  const contents: unknown[] = [];
  lambda.events.bus.subscribe(({ type }, content) => {
    if (type.startsWith('invocation.')) contents.push([type, content?.toString()]);
  });
  await lambda.call('Echo', 1);
  // The environment is idle when the function's process has asked for its next invocation.
  await waitUntil(async () => {
    contents.length = 0;
    await lambda.call('Echo', 'é');
    return contents.length === 2;
  });
  const [cold] = lambda.events.of('invocation.started');
  const warm = lambda.events.of('invocation.started').at(-1);
  expect(cold).toMatchObject({ coldStart: true, payloadBytes: 1, queuedMs: expect.any(Number) });
  expect(warm).toMatchObject({ coldStart: false, payloadBytes: 4 });
  expect(warm?.queuedMs).toBeUndefined();
  expect(warm?.attempt).toBeUndefined();
  expect(contents).toEqual([
    ['invocation.started', '"é"'],
    ['invocation.succeeded', '"é"'],
  ]);
  await lambda.close();
});

it('has the attempt of an asynchronous invocation with its start', async () => {
  const failing = 'exports.handler = async () => { throw new Error("no"); };';
  const asyncInvoke = { maximumRetryAttempts: 1, maximumEventAgeMs: 60_000 };
  const lambda = lambdaFixture([lambdaFunction('Fails', failing, { asyncInvoke })], {
    retryDelaysMs: [1, 1],
  });
  lambda.service.invokeAsync('Fails', '{}');
  await waitUntil(() => lambda.events.of('async-event.dropped').length === 1);
  const [first, second] = lambda.events.of('invocation.started');
  expect([first?.attempt, second?.attempt]).toEqual([1, 2]);
  // The first attempt waited for its environment.
  expect(first?.eventAgeMs).toBeGreaterThanOrEqual(Math.round(first?.queuedMs ?? NaN));
  expect(second?.eventAgeMs).toBeGreaterThan(0);
  await lambda.close();
});

it('tells of an invocation that waits for over a second, while it waits', async () => {
  const lambda = lambdaFixture([lambdaFunction('Waits', waits)], {
    environments: { perFunction: 1, total: 1 },
  });
  const gate = join(lambda.directory, 'gate');
  const calls = [lambda.call('Waits', gate), lambda.call('Waits', gate)];
  await waitUntil(() => lambda.events.of('invocation.queued').some(isSecond));
  expect(lambda.events.of('invocation.started')).toHaveLength(1);
  writeFileSync(gate, '');
  await Promise.all(calls);
  const second = lambda.events.of('invocation.started')[1];
  expect(second?.wasQueued).toBe(true);
  expect(second?.queuedMs).toBeGreaterThan(1000);
  expect(lambda.events.of('invocation.queued').filter(isSecond)).toEqual([
    {
      ...{ type: 'invocation.queued', timeMs: expect.any(Number), functionName: 'stack-Waits' },
      ...{ requestId: second?.requestId, traceId: second?.traceId },
    },
  ]);
  await lambda.close();

  /** On a busy machine, the first one may wait for its environment for over a second too. */
  function isSecond({ requestId }: { readonly requestId: string }): boolean {
    const [started] = lambda.events.of('invocation.started');
    return started !== undefined && requestId !== started.requestId;
  }
});

it('tells of an invocation that fails before it starts', async () => {
  const missing = lambdaFunction('Missing', '', { code: { type: 'missing', reason: 'not here' } });
  const lambda = lambdaFixture([missing]);
  await lambda.call('Missing');
  expect(lambda.events.of('invocation.queued')).toHaveLength(1);
  expect(lambda.events.of('invocation.started')).toEqual([]);
  expect(lambda.events.warnings).toHaveLength(1);
  await lambda.close();
});
