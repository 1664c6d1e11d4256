import { mkdir } from 'node:fs/promises';
import { ConnectionsSink } from '../connections-sink/index.ts';
import { median, metric, toRows, type Bench, type Metric, type Sample } from '../harness/index.ts';
import { buildBundles, environmentOf, startProductStack } from '../stack/index.ts';
import { estimate } from './confidence.ts';
import { FunctionProcess } from './function-process.ts';
import { bundleBoth, type FunctionToMeasure } from './bundles.ts';
import { prepareWorkloads, READERS, READERS_OF_POST } from './workloads.ts';

const INSTRUMENTED = 'instrumented';
const TRACED = 'instrumented, every invocation traced';
const BARE = 'without';
/** The bare function again: the distance of its ratio from 1 is the noise of the machine. */
const CONTROL = 'without, again';

/**
 * X-Ray samples about one invocation in twenty, so most invocations have a header with `Sampled=0`.
 */
const variants = [
  { name: INSTRUMENTED, bundle: 'instrumented', sampled: 0 },
  { name: TRACED, bundle: 'instrumented', sampled: 1 },
  { name: BARE, bundle: 'bare', sampled: 0 },
  { name: CONTROL, bundle: 'bare', sampled: 0 },
] as const;

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

const metrics: readonly Metric[] = functions.map(({ name }) =>
  metric(name, `${labels[name]}: processor time`, 'µs', 'lower'),
);

const traceHeader = (sampled: 0 | 1): string =>
  `Root=1-6a5145a9-000000000000000000000001;Parent=53995c3f42cd8ad8;Sampled=${sampled}`;

/** How long one turn of a variant is (ms). It is shorter than most disturbances of a machine. */
const TURN_MS = 100;
/**
 * How many turns a round has. Each round starts new processes, because two processes of the same
 * code differ by some percent.
 */
const TURNS = 6;

/**
 * Measures what logs, metrics and traces cost in processor time: the product's functions with and
 * without them.
 */
export const bench: Bench = {
  summary: 'what logs, metrics and traces cost: broadcast, comment stream, API, with and without',
  async run({ rounds, quick, workDirectory }) {
    const count = rounds ?? (quick ? 6 : 16);
    await mkdir(workDirectory, { recursive: true });
    buildBundles();
    const bundles = new Map(
      await Promise.all(
        functions.map(async (one) => [one.name, await bundleBoth(one, workDirectory)] as const),
      ),
    );
    const stack = await startProductStack(workDirectory);
    const sink = await ConnectionsSink.start({ recipients: READERS });
    const started: FunctionProcess[] = [];
    try {
      const workloads = await prepareWorkloads(stack, variants.length);
      const environment = { ...environmentOf(stack), WEBSOCKET_API_ENDPOINT: sink.endpoint };
      const samples = new Map(variants.map(({ name }): [string, Sample[]] => [name, []]));
      for (const { name } of functions) {
        const { warmUps, ...workload } = workloads[name];
        console.log(`${name}: ${count} rounds of new processes`);
        for (let round = 0; round < count; round += 1) {
          const processes = await Promise.all(
            variants.map(async (variant, index) => ({
              variant: variant.name,
              running: await FunctionProcess.start({
                ...{ name: `${name}-${index}`, workDirectory, ...workload },
                directory: bundles.get(name)?.[variant.bundle] ?? '',
                events: workload.events[index] ?? [],
                environment: { ...environment, _X_AMZN_TRACE_ID: traceHeader(variant.sampled) },
              }),
            })),
          );
          started.push(...processes.map(({ running }) => running));
          for (const [variant, micros] of await inTurns(processes, warmUps, round)) {
            const all = samples.get(variant) ?? [];
            all[round] = { ...all[round], [name]: median(micros) };
          }
          await Promise.all(processes.map(({ running }) => running.stop()));
        }
      }
      return {
        metrics,
        rows: toRows(samples),
        ratios: Object.fromEntries(
          metrics.flatMap((metric) => [
            [`${metric.key}_vs_without`, { metric, ours: INSTRUMENTED, baseline: BARE }],
            [`${metric.key}_traced_vs_without`, { metric, ours: TRACED, baseline: BARE }],
            [`${metric.key}_without_again`, { metric, ours: CONTROL, baseline: BARE }],
          ]),
        ),
        comparison: { ours: INSTRUMENTED, baseline: BARE },
        notes: notesOf(samples),
      };
    } finally {
      await Promise.all(started.map((running) => running.stop()));
      await sink.stop();
      await stack.process.stop();
    }
  },
};

/**
 * Invokes one variant after the other, each with so many events that it takes about `TURN_MS`.
 * Every turn begins with another variant, and the order is reversed when each has been the first,
 * so that none always runs after the same one.
 *
 * @param round decides which variant begins
 * @returns the processor time of an event (µs) in each turn, by variant
 */
async function inTurns(
  processes: readonly { readonly variant: string; readonly running: FunctionProcess }[],
  warmUps: number,
  round: number,
): Promise<Map<string, number[]>> {
  let slowestMicros = 0;
  for (const { running } of processes) {
    await running.take(warmUps);
    slowestMicros = Math.max(slowestMicros, (await running.take(warmUps)) / warmUps);
  }
  const requests = Math.max(1, Math.ceil((TURN_MS * 1_000) / slowestMicros));
  const micros = new Map(processes.map(({ variant }): [string, number[]] => [variant, []]));
  const isForward = (turn: number): boolean => Math.floor(turn / processes.length) % 2 === 0;
  for (let turn = round; turn < round + TURNS; turn += 1) {
    const first = turn % processes.length;
    const order = [...processes.slice(first), ...processes.slice(0, first)];
    for (const { variant, running } of isForward(turn) ? order : order.reverse()) {
      micros.get(variant)?.push((await running.take(requests)) / requests);
    }
  }
  return micros;
}

/**
 * The notes with the ratios within each round, which are more precise than ratios of the medians.
 */
function notesOf(samples: ReadonlyMap<string, readonly Sample[]>): string[] {
  const bare = samples.get(BARE) ?? [];
  return functions.map(({ name }) => {
    const timesOf = (variant: string): string => {
      const ratios = (samples.get(variant) ?? []).map(
        (sample, round) => (sample[name] ?? NaN) / (bare[round]?.[name] ?? NaN),
      );
      const { median, low, high } = estimate(ratios);
      return `${median.toFixed(3)} times (95 %: ${low.toFixed(3)} to ${high.toFixed(3)})`;
    };
    return (
      `${labels[name]}, against "${BARE}" in the same round, median of ${bare.length} rounds: ` +
      `${INSTRUMENTED} ${timesOf(INSTRUMENTED)}; traced ${timesOf(TRACED)}; ` +
      `noise, "${CONTROL}": ${timesOf(CONTROL)}`
    );
  });
}
