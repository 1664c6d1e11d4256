import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  lambdaFixture,
  lambdaFunction,
  temporaryFiles,
  waitUntil,
  type LambdaFixture,
} from './testing/lambda-fixture.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
/** Counts every 5 ms what goes on after the response; `{"read":true}` gives the count. */
const TICKS = 'globalThis.ticks ??= 0; const read = globalThis.ticks; if (!event.read)';
/** What may have been counted before everything stood still; what runs on counts up to 60 in 300 ms. */
const MOST_TICKS = 20;

describe('an environment that has responded', () => {
  let fixture: LambdaFixture;
  beforeAll(() => {
    const handler = (leave: string): string =>
      `exports.handler = async (event) => { ${TICKS} { ${leave} } return read; };`;
    fixture = lambdaFixture([
      lambdaFunction(
        'Clock',
        'exports.handler = () => new Promise((done) => setTimeout(done, 300));',
      ),
      lambdaFunction('Interval', handler('setInterval(() => ticks++, 5);')),
      lambdaFunction('Background', handler('setInterval(() => ticks++, 5).unref();')),
      lambdaFunction('Inspected', handler('setInterval(() => ticks++, 5);'), {
        environment: { NODE_OPTIONS: '--inspect=127.0.0.1:0' },
      }),
      lambdaFunction(
        'Worker',
        `const { Worker } = require('node:worker_threads');
        const count = new Int32Array(new SharedArrayBuffer(4));
        const source = 'setInterval(() => require("node:worker_threads").workerData[0]++, 5)';
        exports.handler = async (event) => {
          if (event.read) return count[0];
          const worker = new Worker(source, { eval: true, workerData: count });
          await new Promise((started) => worker.once('online', started));
          return 0;
        };`,
      ),
      lambdaFunction(
        'Child',
        `const { spawn } = require('node:child_process');
        const { readFileSync } = require('node:fs');
        exports.handler = async (event) => {
          const { file } = event;
          if (event.read) return readFileSync(file).length;
          const program = 'while true; do printf . >> "$0"; sleep 0.005; done';
          await new Promise((started) => spawn('sh', ['-c', program, file]).once('spawn', started));
        };`,
      ),
      lambdaFunction(
        'Later',
        `exports.handler = async (event) => {
          if (event.leave) setTimeout(() => console.log('left behind'), 20);
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
      lambdaFunction(
        'Callback',
        `exports.handler = (event, context, callback) => {
          ${TICKS} setInterval(() => ticks++, 5);
          context.callbackWaitsForEmptyEventLoop = false;
          callback(event.fail ? new Error('failed') : null, read);
        };`,
        { runtime: 'nodejs22.x' },
      ),
      lambdaFunction('Custom', '', {
        runtime: 'provided.al2023',
        handler: 'unused',
        code: {
          type: 'zip',
          directory: temporaryFiles({
            bootstrap: `#!/usr/bin/env node
              const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
              let ticks = 0;
              setInterval(() => ticks++, 5);
              (async () => {
                for (;;) {
                  const next = await fetch(api + 'next');
                  const id = next.headers.get('lambda-runtime-aws-request-id');
                  const { read } = await next.json();
                  const body = String(ticks);
                  if (!read) ticks = 0;
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
ticks = 0
def count():
    global ticks
    while True:
        time.sleep(0.005)
        ticks += 1
def handler(event, context):
    if not event.get("read"): threading.Thread(target=count, daemon=True).start()
    return ticks
`,
          }),
        },
      }),
    ]);
  });
  afterAll(() => fixture.close());

  it('does not go on with timers, threads and child processes', async () => {
    const names = ['Interval', 'Background', 'Callback', 'Worker', 'Child', 'Custom'];
    if (hasPython) names.push('Python');
    const file = join(temporaryFiles({ ticks: '' }), 'ticks');
    await Promise.all(names.map((name) => fixture.call(name, { file })));
    await fixture.call('Clock');
    const read = names.map(async (name) => [name, await fixture.call(name, { file, read: true })]);
    const ticks = Object.fromEntries((await Promise.all(read)) as [string, number][]);
    expect(Object.keys(ticks).filter((name) => !((ticks[name] ?? NaN) < MOST_TICKS))).toEqual([]);
  });

  it('is frozen after an error, too', async () => {
    await fixture.call('Callback', { fail: true });
    const before = await fixture.call('Callback', { read: true });
    await fixture.call('Clock');
    expect(Number(await fixture.call('Callback', { read: true })) - Number(before)).toBeLessThan(
      MOST_TICKS,
    );
  });

  it('goes on with the next invocation', async () => {
    await fixture.call('Later', { leave: true });
    await fixture.call('Clock');
    expect(fixture.linesOf('Later').join()).not.toContain('left behind');
    await fixture.call('Later');
    const lines = fixture.linesOf('Later');
    const second = lines.findLastIndex((line) => line.startsWith('START'));
    expect(lines.findIndex((line) => line.includes('left behind'))).toBeGreaterThan(second);
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

  it('goes on where a debugger may be attached', async () => {
    await fixture.call('Inspected');
    const ticks = async (): Promise<number> =>
      Number(await fixture.call('Inspected', { read: true }));
    await waitUntil(async () => (await ticks()) >= MOST_TICKS);
  });
});
