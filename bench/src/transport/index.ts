import { join } from 'node:path';
import {
  spawnOwned,
  takeTurns,
  toRow,
  type Bench,
  type BenchOptions,
  type BenchResult,
  type Metric,
  type Sample,
} from '../harness/index.ts';
import { ConnectionsSink } from '../connections-sink/index.ts';
import type { PosterResult } from './poster-process.ts';
import { posters, type PosterName } from './posters.ts';

const ours: PosterName = 'ours, signed';
const sdk: PosterName = 'AWS SDK';
const unsigned: PosterName = 'undici, unsigned';

const cpuPerPost: Metric = {
  key: 'cpuMicrosPerPost',
  label: 'processor time a post',
  unit: 'µs',
  better: 'lower',
};
const metrics: readonly Metric[] = [
  cpuPerPost,
  {
    key: 'postsPerCpuSecond',
    label: 'posts in a second of one core',
    unit: '/s',
    better: 'higher',
  },
  {
    key: 'postsPerSecond',
    label: 'pushes a second, as it went',
    unit: '/s',
    better: 'higher',
  },
];

const startTimeoutMs = 120_000;

/** What a post to `@connections` costs the poster. */
export const bench: Bench = {
  summary: 'processor time of a post to @connections: ours, the AWS SDK, undici unsigned',
  async run({ rounds, quick, workDirectory }: BenchOptions): Promise<BenchResult> {
    const measureCpuMs = quick ? 1000 : 3000;
    const sink = await ConnectionsSink.start({ recipients: 0 });
    try {
      const variants = Object.keys(posters).map((name) => ({
        name,
        measure: () => measure(name, sink.endpoint, measureCpuMs, workDirectory),
      }));
      const samples = await takeTurns(variants, rounds ?? (quick ? 1 : 5), (text) => {
        console.log(text);
      });
      return {
        metrics,
        rows: [...samples].map(([name, values]) => toRow(name, values)),
        ratios: {
          vs_sdk: { metric: cpuPerPost, ours, baseline: sdk },
          vs_unsigned: { metric: cpuPerPost, ours, baseline: unsigned },
        },
        comparison: { ours, baseline: sdk },
        notes: [],
      };
    } finally {
      await sink.stop();
    }
  },
};

/** Runs a variant in a process of its own, so that none inherits another's heap or compiled code. */
async function measure(
  name: string,
  endpoint: string,
  measureCpuMs: number,
  workDirectory: string,
): Promise<Sample> {
  const poster = spawnOwned(
    process.execPath,
    [join(import.meta.dirname, 'poster-process.ts'), name, endpoint, String(measureCpuMs)],
    { cwd: workDirectory, logFile: join(workDirectory, `${name.replaceAll(/\W+/g, '-')}.log`) },
  );
  try {
    const pattern = /^RESULT (.*)$/m;
    await poster.waitForOutput(pattern, startTimeoutMs);
    const text = pattern.exec(poster.readOutput())?.[1] ?? '';
    const { posts, cpuMicros, seconds } = JSON.parse(text) as PosterResult;
    return {
      cpuMicrosPerPost: cpuMicros / posts,
      postsPerCpuSecond: (posts * 1_000_000) / cpuMicros,
      postsPerSecond: posts / seconds,
    };
  } finally {
    await poster.stop(0);
  }
}
