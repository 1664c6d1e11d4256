import { mkdir } from 'node:fs/promises';
import { ConnectionsSink } from '../connections-sink/index.ts';
import { median, metric, toRows, type Bench, type Metric, type Sample } from '../harness/index.ts';
import { buildBundles, environmentOf, startProductStack } from '../stack/index.ts';
import { estimate } from './confidence.ts';
import { FunctionProcess } from './function-process.ts';
import { bundleSwitched, type FunctionToMeasure } from './bundles.ts';
import { prepareWorkloads, READERS, READERS_OF_POST, type Workload } from './workloads.ts';

const INSTRUMENTED = 'instrumented';
const BARE = 'without';
/** The bare function again: the distance of its ratio from 1 is the error of the measurement. */
const CONTROL = 'without, again';
const TRACED = 'instrumented, traced';
/** X-Ray's SDK stays loaded after the first traced invocation. */
const AFTER_TRACED = 'instrumented, after a traced one';
const BARE_AFTER_TRACED = 'without, after a traced one';

interface VariantToMeasure {
  readonly name: string;
  readonly isInstrumented: boolean;
  readonly sampled: 0 | 1;
}

/**
 * The variants, by the processes that run them. A process compares a function with itself: two
 * processes of the same code differ by up to 13 %. The first one of each process is what the others
 * are compared with. Only the second process has X-Ray's SDK.
 */
const processes: readonly (readonly [VariantToMeasure, ...VariantToMeasure[]])[] = [
  [
    { name: BARE, isInstrumented: false, sampled: 0 },
    { name: CONTROL, isInstrumented: false, sampled: 0 },
    { name: INSTRUMENTED, isInstrumented: true, sampled: 0 },
  ],
  [
    { name: BARE_AFTER_TRACED, isInstrumented: false, sampled: 0 },
    { name: AFTER_TRACED, isInstrumented: true, sampled: 0 },
    { name: TRACED, isInstrumented: true, sampled: 1 },
  ],
];
const variants = processes.flat();

const API = { name: 'api', entry: 'apps/api/src/index.ts' } as const;

/** What is measured: a function, and the events that it gets. */
const subjects = [
  {
    workload: 'broadcast',
    label: `a broadcast to ${READERS}`,
    ...{ name: 'broadcast', entry: 'apps/ws-handlers/src/broadcast/index.ts' },
  },
  {
    workload: 'commentStream',
    label: `a batch of 10 comments, ${READERS_OF_POST} readers`,
    ...{ name: 'comment-stream', entry: 'apps/ws-handlers/src/comment-stream/index.ts' },
  },
  { workload: 'visit', label: "a visitor's 14 requests", ...API },
  { workload: 'get', label: 'GET /posts/{postId}', ...API },
] as const satisfies readonly (FunctionToMeasure & {
  readonly workload: string;
  readonly label: string;
})[];

const metrics: readonly Metric[] = subjects.map(({ workload, label }) =>
  metric(workload, `${label}: processor time`, 'µs', 'lower'),
);

const traceHeader = (sampled: 0 | 1): string =>
  `Root=1-6a5145a9-000000000000000000000001;Parent=53995c3f42cd8ad8;Sampled=${sampled}`;

/** The processor time of each run of a variant in a round (µs), by its name. */
type Round = ReadonlyMap<string, readonly number[]>;

/**
 * Measures what logs, metrics and traces cost in processor time: the product's functions with and
 * without them.
 */
export const bench: Bench = {
  summary: 'what logs, metrics and traces cost: broadcast, comment stream, API, with and without',
  async run({ rounds, quick, workDirectory }) {
    const count = rounds ?? (quick ? 1 : 3);
    await mkdir(workDirectory, { recursive: true });
    buildBundles();
    const stack = await startProductStack(workDirectory);
    const sink = await ConnectionsSink.start({ recipients: READERS });
    try {
      const workloads = await prepareWorkloads(stack, variants.length);
      const environment = { ...environmentOf(stack), WEBSOCKET_API_ENDPOINT: sink.endpoint };
      const samples = new Map(variants.map(({ name }): [string, Sample[]] => [name, []]));
      const notes: string[] = [];
      for (const { workload, label, ...subject } of subjects) {
        const directory = await bundleSwitched(subject, workDirectory);
        const measured: Round[] = [];
        for (let round = 0; round < count; round += 1) {
          const { runs, ...events } = workloads[workload];
          const micros = await measureRound(
            { ...events, runs: quick ? Math.ceil(runs / 10) : runs },
            { name: subject.name, directory, environment, workDirectory },
          );
          measured.push(micros);
          console.log(`${label}, round ${round + 1} of ${count}: ${ratiosOf(micros).join('; ')}`);
          for (const [variant, values] of micros) {
            const all = samples.get(variant) ?? [];
            all[round] = { ...all[round], [workload]: median(values) };
          }
        }
        notes.push(noteOf(label, measured));
      }
      return {
        metrics,
        rows: toRows(samples),
        ratios: {},
        comparison: { ours: INSTRUMENTED, baseline: BARE },
        notes,
      };
    } finally {
      await sink.stop();
      await stack.process.stop();
    }
  },
};

/** Measures each variant of a function in new processes. */
async function measureRound(
  { events, eventsPerRun, runs }: Workload,
  options: {
    readonly name: string;
    readonly directory: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly workDirectory: string;
  },
): Promise<Round> {
  const micros = new Map<string, readonly number[]>();
  for (const ofProcess of processes) {
    const running = await FunctionProcess.start({
      ...options,
      eventsPerRun,
      variants: ofProcess.map((variant) => ({
        isInstrumented: variant.isInstrumented,
        traceHeader: traceHeader(variant.sampled),
        events: events[variants.indexOf(variant)] ?? [],
      })),
    });
    try {
      await running.run(Math.ceil(runs / 3));
      for (const [index, values] of (await running.run(runs)).entries()) {
        micros.set(ofProcess[index]?.name ?? '', values);
      }
    } finally {
      await running.stop();
    }
  }
  return micros;
}

/** Each variant that is compared, with the bare function of its process. */
const comparisons = processes.flatMap(([bare, ...others]) =>
  others.map(({ name }) => ({ name, bare: bare.name })),
);

/** The median of a round's ratios, each of a run to that of the bare function beside it. */
function ratioOf(micros: Round, { name, bare }: (typeof comparisons)[number]): number {
  const theirs = micros.get(bare) ?? [];
  return median((micros.get(name) ?? []).map((ours, run) => ours / (theirs[run] ?? NaN)));
}

/** The ratio of each variant to the bare function in one round, as texts. */
function ratiosOf(micros: Round): string[] {
  return comparisons.map((pair) => `${pair.name} ${ratioOf(micros, pair).toFixed(3)}`);
}

/** A note with the ratio of each variant to the bare function, over all rounds. */
function noteOf(label: string, rounds: readonly Round[]): string {
  const texts = comparisons.map((pair) => {
    const { median, low, high } = estimate(rounds.map((micros) => ratioOf(micros, pair)));
    return `${pair.name} ${median.toFixed(3)} times (95 %: ${low.toFixed(3)} to ${high.toFixed(3)})`;
  });
  return `${label}, against the bare function in the same process, ${rounds.length} rounds: ${texts.join('; ')}`;
}
