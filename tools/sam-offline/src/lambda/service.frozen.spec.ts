import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  lambdaFixture,
  lambdaFunction,
  temporaryFiles,
  waitUntil,
  type LambdaFixture,
} from './testing/lambda-fixture.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
/**
 * The code that a function leaves running measures the longest time between two of its ticks, in
 * ms. On a busy machine it may be longer than the time for which it was frozen, but not shorter.
 */
const GAP = `
  let last = performance.now();
  let gap = 0;
  let ticks = 0;
  const tick = () => {
    const now = performance.now();
    gap = Math.max(gap, now - last);
    last = now;
    ticks++;
  };
  /** After a freeze, an event may be there before the timers have run. */
  const nextTick = () => new Promise((done) => setTimeout(done, 10));`;
/** The function `clock` runs for 300 ms while the others are frozen. */
const FROZEN_MS = 100;
const SOME_TICKS = 20;

describe('an environment that has responded', () => {
  let fixture: LambdaFixture;
  beforeAll(() => {
    const handler = (leave: string): string => `${GAP}
      exports.handler = async (event) => {
        if (event.read) {
          await nextTick();
          return { gap, ticks };
        }
        last = performance.now();
        ${leave}
      };`;
    fixture = lambdaFixture([
      lambdaFunction(
        'Clock',
        'exports.handler = () => new Promise((done) => setTimeout(done, 300));',
      ),
      lambdaFunction('Interval', handler('setInterval(tick, 5);')),
      lambdaFunction('Background', handler('setInterval(tick, 5).unref();')),
      lambdaFunction('Inspected', handler('setInterval(tick, 5);'), {
        environment: { NODE_OPTIONS: '--inspect=127.0.0.1:0' },
      }),
      lambdaFunction(
        'Worker',
        `const { Worker } = require('node:worker_threads');
        let worker;
        const source = ${JSON.stringify(`const { parentPort } = require('node:worker_threads'); ${GAP}
          setInterval(tick, 5);
          parentPort.on('message', () => nextTick().then(() => parentPort.postMessage({ gap, ticks })));
          parentPort.postMessage('started');`)};
        exports.handler = (event) => new Promise((done) => {
          if (!event.read) {
            worker = new Worker(source, { eval: true }).once('message', done);
            return;
          }
          worker.once('message', done);
          worker.postMessage('read');
        });`,
      ),
      lambdaFunction(
        'Child',
        `const { spawn } = require('node:child_process');
        const source = ${JSON.stringify(`${GAP}
          setInterval(tick, 5);
          process.on('message', () => nextTick().then(() => process.send({ gap, ticks })));
          process.send('started');`)};
        let child;
        exports.handler = (event) => new Promise((done) => {
          if (!event.read) {
            const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
            child = spawn(process.execPath, ['-e', source], { stdio });
          }
          child.once('message', done);
          if (event.read) child.send('read');
        });`,
      ),
      lambdaFunction(
        'Later',
        `exports.handler = async (event) => {
          if (event.leave) setTimeout(() => console.log('left behind'), 20);
          else if (event.reject) setTimeout(() => Promise.reject(new TypeError('too late')), 20);
          else await new Promise((done) => setTimeout(done, 100));
        };`,
      ),
      lambdaFunction(
        'KeptAlive',
        `const http = require('node:http');
        const agent = new http.Agent({ keepAlive: true });
        exports.handler = (event) => new Promise((done, failed) => {
          setInterval(() => {}, 5);
          http.get(event.url, { agent }, (response) => response.resume().once('end', done)).once('error', failed);
        });`,
      ),
      ...['Callback', 'Failing'].map((name) =>
        lambdaFunction(
          name,
          `${GAP}
        exports.handler = (event, context, callback) => {
          if (!event.read) {
            last = performance.now();
            setInterval(tick, 5);
          }
          context.callbackWaitsForEmptyEventLoop = false;
          const respond = () => callback(event.fail ? new Error('failed') : null, { gap, ticks });
          if (event.read) nextTick().then(respond);
          else respond();
        };`,
          { runtime: 'nodejs22.x' },
        ),
      ),
      lambdaFunction('Custom', '', {
        runtime: 'provided.al2023',
        handler: 'unused',
        code: {
          type: 'zip',
          directory: temporaryFiles({
            bootstrap: `#!/usr/bin/env node
              const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
              ${GAP}
              setInterval(tick, 5);
              (async () => {
                for (;;) {
                  const next = await fetch(api + 'next');
                  const id = next.headers.get('lambda-runtime-aws-request-id');
                  const { read } = await next.json();
                  if (!read) gap = 0;
                  else await nextTick();
                  const body = JSON.stringify({ gap, ticks });
                  await fetch(api + id + '/response', { method: 'POST', body });
                }
              })();`,
          }),
        },
      }),
      lambdaFunction('Python', '', {
        runtime: 'python3.13',
        code: {
          type: 'zip',
          directory: temporaryFiles({
            'index.py': `import threading, time
gap = 0
def count():
    global gap
    last = time.monotonic()
    while True:
        time.sleep(0.005)
        now = time.monotonic()
        gap = max(gap, (now - last) * 1000)
        last = now
def handler(event, context):
    if not event.get("read"): threading.Thread(target=count, daemon=True).start()
    else: time.sleep(0.02)
    return {"gap": gap}
`,
          }),
        },
      }),
    ]);
  });
  afterAll(() => fixture.close());

  it('does not continue with timers, threads and child processes', async () => {
    const names = ['Interval', 'Background', 'Callback', 'Worker', 'Child', 'Custom'];
    if (hasPython) names.push('Python');
    await Promise.all(names.map((name) => fixture.call(name)));
    await fixture.call('Clock');
    const gaps = await Promise.all(names.map((name) => gapOf(name)));
    expect(names.filter((_name, index) => !((gaps[index] ?? 0) >= FROZEN_MS))).toEqual([]);
  });

  it('is frozen after an error, too', async () => {
    await fixture.call('Failing', { fail: true });
    await fixture.call('Clock');
    expect(await gapOf('Failing')).toBeGreaterThanOrEqual(FROZEN_MS);
  });

  it('continues with the next invocation', async () => {
    await fixture.call('Later', { leave: true });
    await fixture.call('Clock');
    expect(fixture.linesOf('Later').join()).not.toContain('left behind');
    await fixture.call('Later');
    const lines = fixture.linesOf('Later');
    const second = lines.findLastIndex((line) => line.startsWith('START'));
    expect(lines.findIndex((line) => line.includes('left behind'))).toBeGreaterThan(second);
  });

  it('fails the next invocation if the code that it left running fails', async () => {
    expect(await fixture.call('Later', { reject: true })).toBeNull();
    await fixture.call('Clock');
    expect(await fixture.call('Later')).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('exit status 128'),
    });
    expect(fixture.linesOf('Later').join()).toContain('TypeError: too late');
    expect(await fixture.call('Later')).toBeNull();
  });

  it('keeps the sockets of its HTTP agent', async () => {
    const sockets = new Set();
    const server = createServer((_request, response) => response.end('ok'));
    server.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    for (let count = 0; count < 3; count++) await fixture.call('KeptAlive', { url });
    expect(sockets.size).toBe(1);
    await new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    });
  });

  it('is not frozen if a debugger may be attached', async () => {
    await fixture.call('Inspected');
    const ticks = async (): Promise<number> =>
      ((await fixture.call('Inspected', { read: true })) as { ticks: number }).ticks;
    await waitUntil(async () => {
      const before = await ticks();
      await fixture.call('Clock');
      return (await ticks()) - before >= SOME_TICKS;
    });
  });

  async function gapOf(name: string): Promise<number> {
    return ((await fixture.call(name, { read: true })) as { gap: number }).gap;
  }
});
