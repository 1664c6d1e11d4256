/**
 * `node stack-process.ts <outputs file> <data folder> <on|off> <full|empty>`: runs the stack of the
 * bench local-runtime, with or without the console. With `full` it emits as many facts as the
 * console must be usable with: 10,000 log lines and 1,000 traces. After a SIGUSR2 it emits 2,000
 * more facts a second. It prints READY, and stops by SIGTERM.
 */
import { createEventBus, loadStack, startStack } from '@blogapp/sam-offline';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

const [outputsFile = '', dataDirectory = '', console_ = 'on', facts = 'empty'] =
  process.argv.slice(2);

const LINES = 10_000;
const TRACES = 1_000;
const FACTS_A_SECOND = 2_000;
const FLOW_EVERY_MS = 10;
const FUNCTION = 'bench-DefaultFunction';
const ENVIRONMENT = `2026/11/23/[$LATEST]${'a'.repeat(32)}`;

const events = createEventBus();
const running = await startStack({
  stack: loadStack({
    templatePath: join(import.meta.dirname, '../local-runtime/template.yaml'),
    stackName: 'bench',
    region: 'ap-northeast-1',
    parameterOverrides: {},
  }),
  ports: { http: 0, webSocket: 0, aws: 0, ...(console_ === 'on' && { console: 0 }) },
  ...{ dataDirectory, clean: true, watch: false, limits: {}, iam: 'enforce', events },
});

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Emits the facts of a request that a function responded to. @param number of the trace */
function tellTrace(number: number): void {
  const timeMs = events.now();
  const traceId = `1-6a0b1c2d-${hex(number, 24)}`;
  const requestId = `00000000-0000-4000-8000-${hex(number, 12)}`;
  const segmentId = hex(number, 16);
  const of = { traceId, requestId, functionName: FUNCTION, environmentId: ENVIRONMENT };
  events.emit({
    ...{ type: 'invocation.succeeded', timeMs, ...of, segmentId, responseBytes: 20 },
    ...{ durationMs: 3, memorySizeMb: 1024, maxMemoryUsedMb: 80 },
  });
  events.emit({
    ...{ type: 'http.request', timeMs, kind: 'http-api', traceId, apiId: 'api', stage: '$default' },
    ...{ requestId: `request-${number}`, method: 'GET', path: `/items/${number}` },
    ...{ routeKey: 'GET /items/{id}', statusCode: 200, durationMs: 4, requestBytes: 0 },
    ...{ responseBytes: 20, invocationId: requestId },
  });
}

function tellLine(number: number): void {
  events.emit({
    ...{ type: 'log', timeMs: events.now(), functionName: FUNCTION, environmentId: ENVIRONMENT },
    ...{ source: 'stdout', requestId: `00000000-0000-4000-8000-${hex(number, 12)}` },
    text: JSON.stringify({ level: 'INFO', message: `item ${number} was read`, item: number }),
  });
}

if (facts === 'full') {
  for (let number = 0; number < TRACES; number++) tellTrace(number);
  for (let number = 0; number < LINES; number++) {
    if (number % 500 === 0) await setImmediate();
    tellLine(number);
  }
}

let told = LINES;
process.on('SIGUSR2', () => {
  let behindMs = 0;
  let lastMs = performance.now();
  setInterval(() => {
    const nowMs = performance.now();
    behindMs += nowMs - lastMs;
    lastMs = nowMs;
    const due = Math.floor((behindMs / 1000) * FACTS_A_SECOND);
    behindMs -= (due * 1000) / FACTS_A_SECOND;
    for (let count = 0; count < due; count++) tellLine(told++);
  }, FLOW_EVERY_MS);
});

process.once('SIGTERM', () => {
  void running.close().then(() => process.exit(0));
});
await writeFile(outputsFile, JSON.stringify(running.outputs));
console.log('READY');
