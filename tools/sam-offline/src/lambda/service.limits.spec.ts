import { endOfTest } from '../testing/end-of-test.ts';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  lambdaFixture,
  lambdaFunction,
  waitUntil,
  type LambdaFixture,
} from './testing/lambda-fixture.ts';

describe('a time-out', () => {
  it('kills the environment, and the next invocation gets a new one', async () => {
    const lambda = lambdaFixture([
      lambdaFunction(
        'Slow',
        `const env = process.env.AWS_LAMBDA_LOG_STREAM_NAME;
        exports.handler = async (event) => {
          if (event.busy) while (true);
          if (event.never) { setInterval(() => {}, 1e6); await new Promise(() => {}); }
          return env;
        };`,
        { timeoutMs: 150 },
      ),
    ]);
    const before = await lambda.call('Slow');
    for (const event of ['{"never":true}', '{"busy":true}']) {
      const result = await lambda.service.invoke('Slow', event);
      const errorMessage = `RequestId: ${result.requestId} Error: Task timed out after 0.15 seconds`;
      expect(result).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout', errorMessage });
      expect(JSON.parse(result.payload.toString())).toEqual({
        errorType: 'Sandbox.Timedout',
        errorMessage,
      });
      expect(lambda.linesOf('Slow').slice(-4)).toEqual([
        `START RequestId: ${result.requestId} Version: $LATEST`,
        expect.stringMatching(
          new RegExp(
            `^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z ${result.requestId} Task timed out after 0\\.15 seconds$`,
          ),
        ),
        `END RequestId: ${result.requestId}`,
        expect.stringMatching(
          /\tDuration: 150\.00 ms\tBilled Duration: \d+ ms\t.*Status: timeout$/,
        ),
      ]);
    }
    expect(await lambda.call('Slow')).not.toBe(before);
    await waitUntil(() => lambda.environmentsOf('Slow') === 1);
    await lambda.close();
  });

  it('includes an init that is repeated after ten seconds', async () => {
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'],
    });
    try {
      const lambda = lambdaFixture([
        lambdaFunction(
          'StuckInit',
          'console.log("init"); setInterval(() => {}, 1e6); module.exports = new Promise(() => {}); while (true);',
          { timeoutMs: 3_000 },
        ),
      ]);
      const result = lambda.service.invoke('StuckInit', '{}');
      const inits = () =>
        lambda.linesOf('StuckInit').filter((line) => line.endsWith('init')).length;
      await turnsUntil(() => inits() === 1);
      jest.advanceTimersByTime(10_000);
      await turnsUntil(() => inits() === 2);
      jest.advanceTimersByTime(3_000);
      await expect(result).resolves.toMatchObject({
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringContaining('Task timed out after 3.00 seconds'),
      });
      const reports = lambda.linesOf('StuckInit').filter((line) => line.startsWith('INIT_REPORT'));
      expect(reports).toEqual([
        expect.stringMatching(/\tPhase: init\tStatus: timeout$/),
        expect.stringMatching(/\tPhase: invoke\tStatus: timeout$/),
      ]);
      jest.useRealTimers();
      await lambda.close();
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('memory', () => {
  it('ends a Node.js process with a memory leak at its memory size', async () => {
    const lambda = lambdaFixture([
      lambdaFunction(
        'Leak',
        'const kept = []; exports.handler = async (event) => { if (event.leak) while (true) kept.push(new Array(1e5).fill(kept.length + 0.5)); return "fits"; };',
      ),
    ]);
    await expect(lambda.call('Leak')).resolves.toBe('fits');
    await expect(lambda.call('Leak', { leak: true })).resolves.toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: aborted$/),
    });
    await expect(lambda.call('Leak')).resolves.toBe('fits');
    await lambda.close();
  });
});

describe('concurrency', () => {
  /** Returns the id of its environment when a file exists. */
  const waits = `const id = process.env.AWS_LAMBDA_LOG_STREAM_NAME;
    const { existsSync } = require('node:fs');
    exports.handler = async ({ until }) => {
      while (until && !existsSync(until)) await new Promise((resolve) => setTimeout(resolve, 5));
      return id;
    };`;

  /** Starts `count` invocations and lets them end one after the other, in their order. */
  async function runTogether(lambda: LambdaFixture, count: number): Promise<unknown[]> {
    const gates = Array.from({ length: count }, (_, index) =>
      join(lambda.directory, `gate-${index}`),
    );
    const calls = gates.map((until) => lambda.call('Waits', { until }));
    const starts = () => lambda.lines.filter(({ text }) => text.startsWith('START')).length;
    await waitUntil(() => starts() === count);
    const results: unknown[] = [];
    for (const [index, gate] of gates.entries()) {
      writeFileSync(gate, '');
      results.push(await calls[index]);
    }
    return results;
  }

  it('serves one invocation at a time in an environment, and reuses the last one used', async () => {
    const lambda = lambdaFixture([lambdaFunction('Waits', waits)]);
    const [first, second] = await runTogether(lambda, 2);
    expect(first).not.toBe(second);
    for (let i = 0; i < 5; i += 1) expect(await lambda.call('Waits')).toBe(second);
    expect(lambda.environmentsOf('Waits')).toBe(2);
    expect(lambda.events.of('environment.starting')).toHaveLength(2);
    expect(lambda.events.of('invocation.started')).toHaveLength(7);
    expect(lambda.events.of('invocation.succeeded')).toHaveLength(7);
    expect(lambda.events.of('invocation.throttled')).toEqual([]);
    await lambda.close();
  });

  it('starts few environments for a burst of short invocations', async () => {
    const lambda = lambdaFixture([lambdaFunction('Short', 'exports.handler = async () => 1;')]);
    await Promise.all(Array.from({ length: 200 }, () => lambda.call('Short')));
    expect(lambda.environmentsOf('Short')).toBeLessThan(
      3 + Math.max(2, 2 * availableParallelism()),
    );
    await lambda.close();
  });

  it('starts one environment after the other if invocations run long', async () => {
    const lambda = lambdaFixture([lambdaFunction('Long', waits)]);
    const wanted = Math.max(2, 2 * availableParallelism()) + 3;
    const calls = Array.from({ length: wanted }, () => lambda.call('Long', { until: '/absent' }));
    await waitUntil(
      () => lambda.lines.filter(({ text }) => text.startsWith('START')).length === wanted,
    );
    expect(lambda.environmentsOf('Long')).toBe(wanted);
    await lambda.close();
    for (const result of await Promise.all(calls)) {
      expect(result).toMatchObject({ errorType: 'Runtime.ExitError' });
    }
  });

  it('lets more invocations wait than AWS would run at a time', async () => {
    const lambda = lambdaFixture([lambdaFunction('One', 'exports.handler = async (n) => n;')], {
      environments: { perFunction: 1, total: 1 },
    });
    const numbers = Array.from({ length: 1_500 }, (_, index) => index);
    expect(await Promise.all(numbers.map((n) => lambda.call('One', n)))).toEqual(numbers);
    expect(lambda.environmentsOf('One')).toBe(1);
    expect(lambda.events.of('invocation.throttled')).toEqual([]);
    await lambda.close();
  });

  it('lets invocations beyond a function’s reserved concurrency wait, and refuses them if it is 0', async () => {
    const lambda = lambdaFixture([
      lambdaFunction('Reserved', waits, { reservedConcurrency: 1 }),
      lambdaFunction('Never', waits, { reservedConcurrency: 0 }),
    ]);
    const results = await Promise.all([1, 2, 3].map(() => lambda.call('Reserved')));
    expect(new Set(results).size).toBe(1);
    await expect(lambda.call('Never')).rejects.toMatchObject({
      reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    await lambda.close();
  });

  it('counts the environments of all versions for a function’s reserved concurrency', async () => {
    const reserved = lambdaFunction(
      'Reserved',
      'exports.handler = async (event, { functionVersion }) => functionVersion;',
      { reservedConcurrency: 1, qualifiers: { live: '7' } },
    );
    const lambda = lambdaFixture([reserved]);
    let environments = 0;
    let most = 0;
    lambda.events.bus.subscribe(({ type }) => {
      if (type === 'environment.starting') environments += 1;
      if (type === 'environment.gone') environments -= 1;
      most = Math.max(most, environments);
    });
    const results = await Promise.all(
      ['', ':live', '', ':live'].map((qualifier) =>
        lambda.service.invoke('Reserved', '{}', { invokedArn: `${reserved.arn}${qualifier}` }),
      ),
    );
    expect(results.map(({ payload }) => payload.toString())).toEqual([
      '"$LATEST"',
      '"7"',
      '"$LATEST"',
      '"7"',
    ]);
    expect(most).toBe(1);
    await lambda.close();
  });

  it('ends another function’s idle environments if a function needs their room', async () => {
    const lambda = lambdaFixture([lambdaFunction('Waits', waits), lambdaFunction('Other', waits)], {
      environments: { perFunction: 2, total: 1 },
    });
    await runTogether(lambda, 2);
    const gates = [0, 1].map((index) => join(lambda.directory, `other-${index}`));
    const calls = gates.map((until) => lambda.call('Other', { until }));
    const starts = () => lambda.linesOf('Other').filter((text) => text.startsWith('START')).length;
    // The first environment needs no room. The second one replaces an idle one.
    await waitUntil(() => starts() === 2);
    for (const gate of gates) writeFileSync(gate, '');
    const [first, second] = await Promise.all(calls);
    expect(first).not.toBe(second);
    expect(lambda.environmentsOf('Waits')).toBe(1);
    await lambda.close();
  });

  it('throttles beyond the function’s reserved concurrency and the account’s, if AWS’s limits are emulated', async () => {
    const lambda = lambdaFixture(
      [
        lambdaFunction('Reserved', waits, { reservedConcurrency: 1 }),
        lambdaFunction('Never', waits, { reservedConcurrency: 0 }),
        lambdaFunction('Other', waits),
      ],
      { concurrency: 3 },
    );
    const running = [lambda.call('Reserved'), lambda.call('Other'), lambda.call('Other')];
    const reserved = {
      name: 'TooManyRequestsException',
      reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    };
    await expect(lambda.call('Reserved')).rejects.toMatchObject(reserved);
    await expect(lambda.call('Never')).rejects.toMatchObject(reserved);
    await expect(lambda.call('Other')).rejects.toMatchObject({
      reason: 'ConcurrentInvocationLimitExceeded',
    });
    await Promise.all(running);
    await expect(lambda.call('Reserved')).resolves.toEqual(expect.any(String));
    expect(lambda.events.of('invocation.started')).toHaveLength(4);
    expect(lambda.events.of('invocation.throttled')).toHaveLength(3);
    await lambda.close();
  });

  it('ends all idle environments except one', async () => {
    const lambda = lambdaFixture([lambdaFunction('Waits', waits)], { idleTimeoutMs: 50 });
    await runTogether(lambda, 2);
    await waitUntil(() => lambda.environmentsOf('Waits') === 1);
    await lambda.call('Waits');
    expect(lambda.events.of('environment.starting').length).toBe(2);
    await lambda.close();
  });

  it('rejects waiting invocations when the service is closed, and leaves no process', async () => {
    const lambda = lambdaFixture([
      lambdaFunction('Waits', 'exports.handler = async () => process.pid;'),
    ]);
    const pid = Number(await lambda.call('Waits'));
    await lambda.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(lambda.call('Waits')).rejects.toMatchObject({ name: 'LambdaServiceClosedError' });
    expect(() => {
      lambda.service.invokeAsync('Waits', '{}');
    }).toThrow('closed');
  });
});

/** Waits for a condition without timers, which are faked here. Input and output still happen. */
async function turnsUntil(condition: () => boolean): Promise<void> {
  const signal = endOfTest();
  while (!condition()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
