import { join } from 'node:path';
import {
  metric,
  spawnOwned,
  takeTurns,
  toRows,
  type Bench,
  type Metric,
  type Sample,
} from '../harness/index.ts';
import { ConnectionsSink } from '../connections-sink/index.ts';
import type { PusherResult } from './pusher-process.ts';
import { pushers, type PusherName } from './pushers.ts';

const ours: PusherName = 'ours, signed';
const sdk: PusherName = 'AWS SDK';
const unsigned: PusherName = 'undici, unsigned';

const cpuPerPush = metric('cpuMicrosPerPush', 'processor time a push', 'µs', 'lower');
const metrics: readonly Metric[] = [
  cpuPerPush,
  metric('pushesPerCpuSecond', 'pushes in a second of one core', '/s', 'higher'),
  metric('pushesPerSecond', 'pushes a second, as it went', '/s', 'higher'),
];

const startTimeoutMs = 120_000;

/** Measures what a push costs the sender. */
export const bench: Bench = {
  summary: 'processor time of a push to @connections: ours, the AWS SDK, undici unsigned',
  async run({ rounds, quick, workDirectory }) {
    const measureCpuMs = quick ? 1000 : 3000;
    const sink = await ConnectionsSink.start({ recipients: 0 });
    try {
      const variants = Object.keys(pushers).map((name) => ({
        name,
        measure: () => measure(name, sink.endpoint, measureCpuMs, workDirectory),
      }));
      const samples = await takeTurns(variants, rounds ?? (quick ? 1 : 5));
      return {
        metrics,
        rows: toRows(samples),
        ratios: {
          vs_sdk: { metric: cpuPerPush, ours, baseline: sdk },
          vs_unsigned: { metric: cpuPerPush, ours, baseline: unsigned },
        },
        comparison: { ours, baseline: sdk },
        notes: [],
      };
    } finally {
      await sink.stop();
    }
  },
};

/** Runs a variant in a separate process, so that variants do not share a heap or compiled code. */
async function measure(
  name: string,
  endpoint: string,
  measureCpuMs: number,
  workDirectory: string,
): Promise<Sample> {
  const pusher = spawnOwned(
    process.execPath,
    [join(import.meta.dirname, 'pusher-process.ts'), name, endpoint, String(measureCpuMs)],
    { cwd: workDirectory, logFile: join(workDirectory, `${name.replaceAll(/\W+/g, '-')}.log`) },
  );
  try {
    const pattern = /^RESULT (.*)$/m;
    await pusher.waitForOutput(pattern, startTimeoutMs);
    const text = pattern.exec(pusher.readOutput())?.[1] ?? '';
    const { pushes, cpuMicros, seconds } = JSON.parse(text) as PusherResult;
    return {
      cpuMicrosPerPush: cpuMicros / pushes,
      pushesPerCpuSecond: (pushes * 1_000_000) / cpuMicros,
      pushesPerSecond: pushes / seconds,
    };
  } finally {
    await pusher.stop(0);
  }
}
