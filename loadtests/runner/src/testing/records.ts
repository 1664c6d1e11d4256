import {
  counterNames,
  gaugeNames,
  metricNames,
  Sketch,
  type CounterSeries,
  type LedgerSums,
  type MetricSeries,
} from 'artillery-engine-websocket-push/run-record';
import type { LoadRecord } from '../record/index.ts';
import { createRandom, type Random } from '../statistics/index.ts';

/** Monday, 2 November 2026, 09:00 UTC. */
export const START = Date.UTC(2026, 10, 2, 9);
const WINDOW_MS = 1000;

export interface RecordOptions {
  /** Different seeds give runs that differ as much as runs on one machine do. */
  readonly seed?: number;
  readonly seconds?: number;
  /** The number of values of each latency in a second. */
  readonly perSecond?: number;
  /** The factor of every latency. */
  readonly slower?: number;
  /** How much whole runs differ: the standard deviation of the logarithm. */
  readonly betweenRuns?: number;
  readonly ledger?: Partial<LedgerSums>;
  readonly change?: Partial<LoadRecord>;
}

/**
 * Makes a record like that of a run of `chunked-broadcast`. Latencies are log-normal, and a
 * hundredth of them are five times as long, as in records of a machine with other work.
 */
export function buildRecord(options: RecordOptions = {}): LoadRecord {
  const {
    seed = 1,
    seconds = 30,
    perSecond = 200,
    slower = 1,
    betweenRuns = 0.04,
    ledger = {},
    change = {},
  } = options;
  const random = createRandom(seed);
  const ofRun = slower * Math.exp(betweenRuns * normal(random));
  const latency = (medianMs: number): MetricSeries =>
    series(seconds, perSecond, () => {
      const tail = random() < 0.01 ? 5 : 1;
      return medianMs * ofRun * tail * Math.exp(0.35 * normal(random));
    });
  const received = seconds * perSecond;
  return {
    format: 'websocket-push-run',
    version: 2,
    runId: `t${seed}`,
    scenario: 'chunked-broadcast',
    startedAt: new Date(START).toISOString(),
    endedAt: new Date(START + seconds * WINDOW_MS).toISOString(),
    partial: false,
    command: 'npx nx run loadtests:chunked-broadcast -- --readers 100',
    commit: '54d4487',
    target: { websocket: 'ws://127.0.0.1:3002/development', http: 'http://127.0.0.1:3001' },
    variables: { readers: 100, rate: 2 },
    machines: [
      {
        ...{ host: 'one', cpus: 2, model: 'AMD EPYC', memory: 23, platform: 'linux x64' },
        ...{ node: '24.21.0', artillery: '2.0.34', cpuMs: 4000, peakMemory: 180 },
      },
    ],
    workers: 1,
    ledger: {
      ...{ published: received / 100, refused: 0, unconfirmed: 0, owed: received, received },
      ...{ missed: 0, excused: 0, unowed: 0, repeats: 0, reordered: 0, late: 0, unknown: 0 },
      ...{ corrupt: 0, arrivals: received, readers: 100, examples: [] },
      ...ledger,
    },
    metrics: {
      [metricNames.handshake]: latency(4),
      [metricNames.delivery]: latency(20),
      [metricNames.spreadLast]: latency(60),
      [metricNames.publish]: latency(12),
    },
    counters: {
      [counterNames.opened]: counter(seconds, (second) => (second < 10 ? 10 : 0)),
      [counterNames.received]: counter(seconds, () => perSecond),
      [counterNames.lost]: counter(seconds, () => 0),
      [counterNames.refused]: counter(seconds, () => 0),
    },
    gauges: {
      [gaugeNames.open]: {
        windowMs: WINDOW_MS,
        windows: times(seconds).map((second) => {
          const open = Math.min(100, 10 * (second + 1));
          return { at: START + second * WINDOW_MS, last: open, max: open };
        }),
      },
    },
    errors: {},
    clocks: [],
    ...change,
  };
}

/** A value of the standard normal distribution (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function times(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function series(seconds: number, perSecond: number, value: () => number): MetricSeries {
  const total = new Sketch();
  const windows = times(seconds).map((second) => {
    const sketch = new Sketch();
    for (let count = 0; count < perSecond; count += 1) sketch.add(value());
    total.merge(sketch);
    return { at: START + second * WINDOW_MS, sketch: sketch.encode() };
  });
  return { unit: 'ms', windowMs: WINDOW_MS, total: total.encode(), windows };
}

function counter(seconds: number, count: (second: number) => number): CounterSeries {
  const windows = times(seconds).map((second) => ({
    at: START + second * WINDOW_MS,
    count: count(second),
  }));
  return { windowMs: WINDOW_MS, total: windows.reduce((sum, one) => sum + one.count, 0), windows };
}
