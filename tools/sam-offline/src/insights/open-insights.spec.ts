import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createEventBus, type EventBus } from '../events/index.ts';
import { recordEvents } from '../events/testing/record-events.ts';
import { type Insights, openInsights, startXRayDaemon } from './index.ts';
import {
  succeededOf,
  failedOf,
  logOf,
  NOW_MS,
  requestOf,
  startedOf,
  TRACE_ID,
} from './testing/facts.ts';

let directory: string;
const open: Insights[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'insights-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((insights) => insights.close()));
  rmSync(directory, { recursive: true, force: true });
});

function observe(bus: EventBus | undefined = createEventBus()): {
  bus: EventBus;
  insights: Insights;
} {
  const insights = openInsights({ directory, bus });
  open.push(insights);
  return { bus, insights };
}

const RANGE = { startMs: NOW_MS - 60_000, endMs: NOW_MS + 60_000, periodSeconds: 60 };
const OF_FUNCTION = { namespace: 'AWS/Lambda', dimensions: { FunctionName: 'shop-api' } };

describe('metrics of the platform', () => {
  it('are AWS’s, by function, by resource, and of the account', async () => {
    const { bus, insights } = observe();
    bus.emit(startedOf());
    bus.emit(succeededOf({ durationMs: 10 }));
    bus.emit(failedOf({ durationMs: 30 }));
    const query = { ...OF_FUNCTION, ...RANGE, statistics: ['Sum', 'Average', 'Maximum'] };
    const [errors] = await insights.metrics.query({ ...query, name: 'Errors' });
    expect(errors?.statistics).toEqual({ Sum: 1, Average: 0.5, Maximum: 1 });
    for (const dimensions of [{}, { FunctionName: 'shop-api', Resource: 'shop-api' }]) {
      const [duration] = await insights.metrics.query({ ...query, name: 'Duration', dimensions });
      expect(duration).toMatchObject({ unit: 'Milliseconds', statistics: { Maximum: 30 } });
    }
  });

  it('count requests of an HTTP API by its id and stage', async () => {
    const { bus, insights } = observe();
    for (const statusCode of [200, 404, 503]) bus.emit(requestOf({ statusCode }));
    const of = async (name: string) => {
      const dimensions = { ApiId: 'api1', Stage: '$default' };
      const query = { namespace: 'AWS/ApiGateway', name, dimensions, ...RANGE };
      const [point] = await insights.metrics.query({
        ...query,
        statistics: ['Sum', 'SampleCount'],
      });
      return point?.statistics;
    };
    expect(await of('Count')).toEqual({ Sum: 3, SampleCount: 3 });
    expect(await of('4xx')).toEqual({ Sum: 1, SampleCount: 3 });
    expect(await of('5xx')).toEqual({ Sum: 1, SampleCount: 3 });
  });

  it('are there of an earlier run too, and for a reader of its files', async () => {
    const first = observe();
    first.bus.emit(succeededOf());
    await first.insights.close();
    const second = observe();
    second.bus.emit(succeededOf());
    const query = { ...OF_FUNCTION, ...RANGE, name: 'Invocations', statistics: ['Sum'] };
    expect(await second.insights.metrics.query(query)).toMatchObject([{ statistics: { Sum: 2 } }]);
    await second.insights.close();
    const reader = openInsights({ directory });
    expect(await reader.metrics.query(query)).toMatchObject([{ statistics: { Sum: 2 } }]);
  });
});

describe('EMF', () => {
  it('becomes metrics, and what is wrong with it is named once', async () => {
    const events = recordEvents();
    const { insights } = observe(events.bus);
    const emf = (value: unknown): string =>
      JSON.stringify({
        _aws: {
          Timestamp: NOW_MS,
          CloudWatchMetrics: [{ Namespace: 'Shop', Metrics: [{ Name: 'orders' }] }],
        },
        orders: value,
      });
    for (const value of [3, 4, 'many', 'many']) events.bus.emit(logOf({ text: emf(value) }));
    const query = { namespace: 'Shop', name: 'orders', dimensions: {}, ...RANGE };
    expect(await insights.metrics.query({ ...query, statistics: ['Sum'] })).toMatchObject([
      { statistics: { Sum: 7 } },
    ]);
    expect(events.warnings).toEqual([
      expect.stringMatching(/^warn: shop-api wrote a metric .*"orders"/),
    ]);
  });
});

describe('logs', () => {
  it('are what CloudWatch would hold', async () => {
    const { bus, insights } = observe();
    bus.emit(startedOf());
    bus.emit(logOf({ text: 'hello' }));
    bus.emit(succeededOf({ maxMemoryUsedMb: 80 }));
    const { entries } = await insights.queryLogs({ logGroup: '/aws/lambda/shop-api' });
    expect(entries.map(({ message }) => message)).toEqual([
      'START RequestId: request-1 Version: $LATEST',
      'hello',
      'END RequestId: request-1',
      'REPORT RequestId: request-1\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 80 MB\t',
    ]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(4);
  });

  it('come page by page, from either end, none twice and none missing', async () => {
    const { bus, insights } = observe();
    const all = Array.from({ length: 25 }, (_, index) => `line ${index}`);
    for (const text of all) bus.emit(logOf({ text }));
    for (const newestFirst of [false, true]) {
      const seen: string[] = [];
      let afterId: number | undefined;
      do {
        const page = await insights.queryLogs({ limit: 10, newestFirst, afterId });
        seen.push(...page.entries.map(({ message }) => message));
        afterId = page.nextId;
      } while (afterId !== undefined);
      expect(seen).toEqual(newestFirst ? all.toReversed() : all);
    }
  });

  it('keep what PutLogEvents wrote in its own group and stream', async () => {
    const { insights } = observe();
    insights.putLogs('/app', 'one', [{ timestampMs: NOW_MS, message: 'written' }]);
    expect(await insights.logGroups()).toMatchObject([{ name: '/app' }]);
    expect(await insights.logStreams('/app')).toMatchObject([
      { name: 'one', firstEventMs: NOW_MS },
    ]);
    const { entries } = await insights.queryLogs({ logGroup: '/app' });
    expect(entries).toMatchObject([{ message: 'written', logStream: 'one', timestampMs: NOW_MS }]);
  });
});

const SEGMENT_ID = '0123456789abcdef';
function segment(fields: object = {}): string {
  const times = { start_time: NOW_MS / 1000 - 0.01, end_time: NOW_MS / 1000 };
  return JSON.stringify({ id: SEGMENT_ID, trace_id: TRACE_ID, name: 'shop', ...times, ...fields });
}

describe('traces', () => {
  it('are put together from facts and from what functions send', async () => {
    const { bus, insights } = observe();
    bus.emit(requestOf({ traceId: TRACE_ID, segmentId: 'aaaaaaaaaaaaaaaa', statusCode: 502 }));
    bus.emit(failedOf({ segmentId: 'bbbbbbbbbbbbbbbb', parentId: 'aaaaaaaaaaaaaaaa' }));
    const own = {
      parent_id: 'bbbbbbbbbbbbbbbb',
      type: 'subsegment',
      annotations: { step: 'load' },
    };
    expect(insights.putSegments([segment(own)])).toEqual([]);
    const [summary] = await insights.traces.summaries({
      startMs: RANGE.startMs,
      endMs: Date.now(),
    });
    expect(summary).toMatchObject({
      ...{
        id: TRACE_ID,
        hasFault: true,
        entryPoint: 'api1/$default',
        annotations: { step: ['load'] },
      },
      http: { status: 502, method: 'GET' },
    });
    const [trace] = await insights.traces.get([TRACE_ID, '1-00000000-000000000000000000000000']);
    expect(trace?.segments).toHaveLength(3);
  });

  it.each([
    ['is not JSON', '{', 'ParseError'],
    ['has no id', segment({ id: 'x' }), 'MissingId'],
    ['has no trace id', segment({ trace_id: '1-2' }), 'ParseError'],
    ['has no end', segment({ end_time: undefined }), 'ParseError'],
    ['has more than 64 KB', segment({ metadata: { x: 'y'.repeat(65_536) } }), 'TooLarge'],
  ])('take no segment that %s', (_name, document, errorCode) => {
    const { insights } = observe();
    expect(insights.putSegments([document])).toEqual([expect.objectContaining({ errorCode })]);
  });
});

describe('the X-Ray daemon’s port', () => {
  const HEADER = '{"format":"json","version":1}\n';

  async function send(port: number, datagrams: readonly (string | Buffer)[]): Promise<void> {
    const socket = createSocket('udp4');
    await Promise.all(
      datagrams.map(
        (datagram) =>
          new Promise<void>((resolve, reject) => {
            socket.send(datagram, port, '127.0.0.1', (error) => {
              if (error === null) resolve();
              else reject(error);
            });
          }),
      ),
    );
    socket.close();
  }

  it('takes segments, also one that is as large as a datagram, and warns once of a malformed datagram', async () => {
    const { insights } = observe();
    const problems: string[] = [];
    const daemon = await startXRayDaemon({
      putSegments: (documents) => insights.putSegments(documents),
      onProblem: (problem) => problems.push(problem),
    });
    const large = segment({ metadata: { x: 'y'.repeat(64_000) } });
    await send(daemon.port, [
      HEADER + large,
      'garbage',
      Buffer.alloc(1000, 7),
      HEADER + segment({ id: 'f'.repeat(16) }),
    ]);
    const found = async () => (await insights.traces.get([TRACE_ID]))[0]?.segments.length;
    while ((await found()) !== 2) await delay(5);
    expect(problems).toEqual([expect.stringContaining('a segment was not kept')]);
    await daemon.close();
  });

  it('keeps a limited part of too many datagrams, and continues', async () => {
    let kept = 0;
    const problems: string[] = [];
    const daemon = await startXRayDaemon({
      putSegments: (documents) => {
        kept += documents.length;
        return [];
      },
      onProblem: (problem) => problems.push(problem),
      segmentsASecond: 20,
    });
    const startedAt = performance.now();
    while (problems.length === 0) {
      await send(
        daemon.port,
        Array.from({ length: 200 }, () => HEADER + segment()),
      );
      // If the test only sent datagrams, none would ever be received.
      await delay(1);
    }
    const seconds = Math.ceil((performance.now() - startedAt) / 1000) + 1;
    expect(kept).toBeLessThanOrEqual(20 * seconds);
    expect(problems).toEqual([expect.stringContaining('more than 20 segments')]);
    await daemon.close();
  });
});

it('keeps facts in memory when the folder cannot be written, with one warning', async () => {
  writeFileSync(join(directory, 'file'), '');
  const events = recordEvents();
  const insights = openInsights({ directory: join(directory, 'file', 'events'), bus: events.bus });
  open.push(insights);
  for (let index = 0; index < 20; index += 1) {
    events.bus.emit(succeededOf());
    await insights.metrics.list();
  }
  expect(events.warnings).toEqual([expect.stringMatching(/cannot be written to .*ENOTDIR/)]);
  expect((await insights.queryLogs({})).entries).toHaveLength(40);
});
