import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTracing, noTracing, traceOf } from './tracing.ts';

interface Segment {
  readonly name: string;
  readonly id: string;
  readonly trace_id: string;
  readonly parent_id: string;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly fault?: boolean;
  readonly cause?: { readonly exceptions: readonly { readonly message: string }[] };
}

const parent = '53995c3f42cd8ad8';
const traceId = (n: number): string => `1-6a5145a9-${String(n).repeat(24)}`;
const header = (n: number, sampled: 0 | 1): string =>
  `Root=${traceId(n)};Parent=${parent};Sampled=${sampled}`;

/** Receives what X-Ray's daemon receives: datagrams of a header line and a segment as JSON. */
class XRayDaemon {
  readonly segments: Segment[] = [];
  readonly #socket: Socket = createSocket('udp4');

  static async start(): Promise<XRayDaemon> {
    const daemon = new XRayDaemon();
    daemon.#socket.on('message', (datagram) => {
      daemon.segments.push(JSON.parse(datagram.toString().split('\n')[1] ?? '') as Segment);
    });
    daemon.#socket.bind(0, '127.0.0.1');
    await once(daemon.#socket, 'listening');
    return daemon;
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  /** Waits until everything that has been sent so far is in `segments`: datagrams come in order. */
  async drained(): Promise<void> {
    const { port } = this.#socket.address();
    this.#socket.send('{"format":"json"}\n{"name":"marker"}', port, '127.0.0.1');
    while (this.segments.at(-1)?.name !== 'marker') await once(this.#socket, 'message');
    this.segments.pop();
  }

  close(): void {
    this.#socket.close();
  }
}

async function invoke(
  headers: readonly string[],
  environment: Record<string, string>,
): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'testing/traced-handler.ts')],
    {
      env: {
        TRACE_HEADERS: headers.join(','),
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
        LAMBDA_TASK_ROOT: '/var/task',
        ...environment,
      },
    },
  );
  return stdout + stderr;
}

let daemon: XRayDaemon;

beforeEach(async () => {
  daemon = await XRayDaemon.start();
});

afterEach(() => {
  daemon.close();
});

test('sends a subsegment for each sampled invocation and for its named parts', async () => {
  // The invocations are: not sampled, sampled, not sampled, and a sampled one that fails.
  const headers = [header(1, 0), header(2, 1), header(3, 0), header(4, 1)];
  const output = await invoke(headers, { AWS_XRAY_DAEMON_ADDRESS: daemon.address });
  await daemon.drained();

  const named = (name: string, n: number): Segment | undefined =>
    daemon.segments.find((segment) => segment.name === name && segment.trace_id === traceId(n));
  expect(daemon.segments).toHaveLength(4);
  expect(named('## broadcast', 2)).toMatchObject({
    parent_id: parent,
    annotations: {
      Service: 'ws-handlers',
      ColdStart: false,
      correlationId: 'request-1',
      previousTraces: '1-6a5145a9-00000000000000000000000a',
    },
  });
  expect(named('publish', 2)).toMatchObject({
    parent_id: named('## broadcast', 2)?.id,
    annotations: { channelKind: 'post', channel: 'post:1' },
  });
  expect(named('publish', 4)).toMatchObject({
    fault: true,
    cause: { exceptions: [{ message: 'the table is gone' }] },
  });
  // There is no line about missing segments or the like: only the failure of the last one.
  expect(output.match(/"level":"(WARN|ERROR)"/g)).toHaveLength(1);
  expect(output.split('\n').filter((line) => !line.startsWith('{'))).toEqual(['']);
});

test('does not slow down the promises of later invocations', async () => {
  const output = await invoke([header(1, 1)], { AWS_XRAY_DAEMON_ADDRESS: daemon.address });
  expect(output).toContain('{"promiseId":0}');
});

test.each([
  ['is turned off', { POWERTOOLS_TRACE_ENABLED: 'false' }],
  ['has no daemon', { AWS_XRAY_DAEMON_ADDRESS: '' }],
])('sends and logs nothing when tracing %s', async (_case, environment) => {
  const output = await invoke([header(1, 1), header(2, 1)], {
    AWS_XRAY_DAEMON_ADDRESS: daemon.address,
    ...environment,
  });
  await daemon.drained();
  expect(daemon.segments).toEqual([]);
  expect(output.match(/"level"/g)).toHaveLength(1);
});

test('returns the trace id of an invocation that is sampled, and of no other', async () => {
  const tracing = createTracing('api', { AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000' });
  const traceOfInvocation = async (header?: string) =>
    tracing.invocation('## test', traceOf({ _X_AMZN_TRACE_ID: header }), async () =>
      tracing.traceId(),
    );
  expect(await traceOfInvocation(header(1, 1))).toBe(traceId(1));
  expect(await traceOfInvocation(header(2, 0))).toBeUndefined();
  expect(await traceOfInvocation()).toBeUndefined();
});

test('does nothing when there is no daemon', () => {
  expect(createTracing('ws-handlers', {})).toBe(noTracing);
});
