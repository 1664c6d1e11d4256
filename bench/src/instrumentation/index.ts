import { mkdir } from 'node:fs/promises';
import { measureFunctionCpu } from '../api/function-cpu.ts';
import { ConnectionsSink } from '../connections-sink/index.ts';
import {
  takeTurns,
  toRow,
  type Bench,
  type BenchOptions,
  type BenchResult,
  type Metric,
  type Sample,
} from '../harness/index.ts';
import { buildBundles, environmentOf, startProductStack } from '../stack/index.ts';
import { bundleBoth, type FunctionToMeasure } from './bundles.ts';
import { prepareWorkloads, READERS, READERS_OF_POST } from './workloads.ts';

const INSTRUMENTED = 'instrumented';
const TRACED = 'instrumented, every invocation traced';
const BARE = 'without';

const functions = [
  { name: 'broadcast', entry: 'apps/ws-handlers/src/broadcast/index.ts' },
  { name: 'comment-stream', entry: 'apps/ws-handlers/src/comment-stream/index.ts' },
  { name: 'api', entry: 'apps/api/src/index.ts' },
] as const satisfies readonly FunctionToMeasure[];

const labels: Readonly<Record<FunctionToMeasure['name'], string>> = {
  broadcast: `a broadcast to ${READERS}`,
  'comment-stream': `a batch of 10 comments, ${READERS_OF_POST} readers`,
  api: 'GET /posts/{postId}',
};

const metrics: readonly Metric[] = functions.map(({ name }) => ({
  key: name,
  label: `${labels[name]}: processor time`,
  unit: 'µs',
  better: 'lower',
}));

/** X-Ray samples about one invocation in twenty: most have this header, with `Sampled=0`. */
const traceHeader = (sampled: 0 | 1): string =>
  `Root=1-6a5145a9-000000000000000000000001;Parent=53995c3f42cd8ad8;Sampled=${sampled}`;

/** What logs, metrics and traces cost in processor time: the product's functions with and without. */
export const bench: Bench = {
  summary: 'what logs, metrics and traces cost: broadcast, comment stream, API, with and without',
  async run({ rounds, quick, workDirectory }: BenchOptions): Promise<BenchResult> {
    await mkdir(workDirectory, { recursive: true });
    buildBundles();
    const bundles = new Map(
      await Promise.all(
        functions.map(async (one) => [one.name, await bundleBoth(one, workDirectory)] as const),
      ),
    );
    const stack = await startProductStack(workDirectory);
    const sink = await ConnectionsSink.start({ recipients: READERS });
    try {
      const workloads = await prepareWorkloads(stack);
      const environment = { ...environmentOf(stack), WEBSOCKET_API_ENDPOINT: sink.endpoint };
      const measure = async (bundle: 'instrumented' | 'bare', sampled: 0 | 1): Promise<Sample> => {
        const sample: Record<string, number> = {};
        for (const { name } of functions) {
          const { cpuMicros } = await measureFunctionCpu({
            directory: bundles.get(name)?.[bundle] ?? '',
            ...workloads[name],
            measureMs: quick ? 1_000 : 3_000,
            environment: { ...environment, _X_AMZN_TRACE_ID: traceHeader(sampled) },
            workDirectory,
          });
          sample[name] = cpuMicros;
        }
        return sample;
      };
      const samples = await takeTurns(
        [
          { name: INSTRUMENTED, measure: () => measure('instrumented', 0) },
          { name: TRACED, measure: () => measure('instrumented', 1) },
          { name: BARE, measure: () => measure('bare', 0) },
        ],
        rounds ?? (quick ? 1 : 5),
        (text) => {
          console.log(text);
        },
      );
      return {
        metrics,
        rows: [...samples].map(([name, values]) => toRow(name, values)),
        ratios: Object.fromEntries(
          metrics.flatMap((metric) => [
            [`${metric.key}_vs_without`, { metric, ours: INSTRUMENTED, baseline: BARE }],
            [`${metric.key}_traced_vs_without`, { metric, ours: TRACED, baseline: BARE }],
          ]),
        ),
        comparison: { ours: INSTRUMENTED, baseline: BARE },
        notes: ['a ratio of 0.95 means 1.05 times the processor time of the function without'],
      };
    } finally {
      await sink.stop();
      await stack.process.stop();
    }
  },
};
