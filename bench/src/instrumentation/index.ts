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

interface VariantToMeasure {
  readonly name: string;
  readonly isInstrumented: boolean;
  readonly sampled: 0 | 1;
}

/**
 * The variants, by the processes that run them. The first process compares the function with itself:
 * two processes of the same code differ by up to 13 %, two variants in a process do not. The second one
 * has X-Ray's SDK, which would change the bare function too, so its ratios have that difference in them.
 */
const processes: readonly (readonly VariantToMeasure[])[] = [
  [
    { name: INSTRUMENTED, isInstrumented: true, sampled: 0 },
    { name: BARE, isInstrumented: false, sampled: 0 },
    { name: CONTROL, isInstrumented: false, sampled: 0 },
  ],
  [
    { name: TRACED, isInstrumented: true, sampled: 1 },
    { name: AFTER_TRACED, isInstrumented: true, sampled: 0 },
  ],
];
const variants = processes.flat();

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
/** How many turns each variant has in a round, which has new processes. */
const TURNS = 12;

/** The processor time of an event in each turn (µs), by variant. */
type Turns = ReadonlyMap<string, readonly number[]>;

/**
 * Measures what logs, metrics and traces cost in processor time: the product's functions with and
 * without them.
 */
export const bench: Bench = {
  summary: 'what logs, metrics and traces cost: broadcast, comment stream, API, with and without',
  async run({ rounds, quick, workDirectory }) {
    const count = rounds ?? (quick ? 1 : 7);
    await mkdir(workDirectory, { recursive: true });
    buildBundles();
    const stack = await startProductStack(workDirectory);
    const sink = await ConnectionsSink.start({ recipients: READERS });
    try {
      const workloads = await prepareWorkloads(stack, variants.length);
      const environment = { ...environmentOf(stack), WEBSOCKET_API_ENDPOINT: sink.endpoint };
      const samples = new Map(variants.map(({ name }): [string, Sample[]] => [name, []]));
      const notes: string[] = [];
      for (const { name, entry } of functions) {
        const directory = await bundleSwitched({ name, entry }, workDirectory);
        const measured: Turns[] = [];
        for (let round = 0; round < count; round += 1) {
          const turns = await measureRound(workloads[name], {
            ...{ name, directory, environment, workDirectory },
          });
          measured.push(turns);
          console.log(`${name}, round ${round + 1} of ${count}: ${ratiosOf(turns).join('; ')}`);
          for (const [variant, micros] of turns) {
            const all = samples.get(variant) ?? [];
            all[round] = { ...all[round], [name]: median(micros) };
          }
        }
        notes.push(noteOf(labels[name], measured));
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

/** Starts a function's processes, lets their variants take turns in random order, and stops them. */
async function measureRound(
  { events, warmUps, ...workload }: Workload,
  options: {
    readonly name: string;
    readonly directory: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly workDirectory: string;
  },
): Promise<Turns> {
  const started: FunctionProcess[] = [];
  try {
    const takers: {
      readonly name: string;
      readonly take: (requests: number) => Promise<number>;
    }[] = [];
    for (const [index, ofProcess] of processes.entries()) {
      const running = await FunctionProcess.start({
        ...options,
        ...workload,
        name: `${options.name}-${index}`,
        variants: ofProcess.map((variant) => ({
          isInstrumented: variant.isInstrumented,
          traceHeader: traceHeader(variant.sampled),
          events: events[variants.indexOf(variant)] ?? [],
        })),
      });
      started.push(running);
      for (const [variant, { name }] of ofProcess.entries()) {
        takers.push({ name, take: (requests) => running.take(variant, requests) });
      }
    }
    return await inTurns(takers, warmUps);
  } finally {
    await Promise.all(started.map((running) => running.stop()));
  }
}

/**
 * Invokes one variant after the other, each with so many events that it takes about `TURN_MS`. The
 * order of each turn is random, so that none always runs after the same one.
 */
async function inTurns(
  takers: readonly {
    readonly name: string;
    readonly take: (requests: number) => Promise<number>;
  }[],
  warmUps: number,
): Promise<Turns> {
  let slowestMicros = 0;
  for (const { take } of takers) await take(warmUps);
  for (const { take } of takers) {
    slowestMicros = Math.max(slowestMicros, (await take(warmUps)) / warmUps);
  }
  const requests = Math.max(1, Math.ceil((TURN_MS * 1_000) / slowestMicros));
  const micros = new Map(takers.map(({ name }): [string, number[]] => [name, []]));
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const { name, take } of shuffled(takers)) {
      micros.get(name)?.push((await take(requests)) / requests);
    }
  }
  return micros;
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, key: Math.random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ value }) => value);
}

const compared = variants.map(({ name }) => name).filter((name) => name !== BARE);

/** The ratio of each variant to the bare function in one round, as texts. */
function ratiosOf(turns: Turns): string[] {
  return compared.map((name) => `${name} ${ratioOf(turns, name).toFixed(3)}`);
}

/** A note with the ratio of each variant to the bare function, over all rounds. */
function noteOf(label: string, rounds: readonly Turns[]): string {
  const texts = compared.map((name) => {
    const { median, low, high } = estimate(rounds.map((turns) => ratioOf(turns, name)));
    return `${name} ${median.toFixed(3)} times (95 %: ${low.toFixed(3)} to ${high.toFixed(3)})`;
  });
  return `${label}, against "${BARE}" in the same turn, ${rounds.length} rounds: ${texts.join('; ')}`;
}

/** The median of a round's ratios, each of a turn of a variant to the bare function's next to it. */
function ratioOf(turns: Turns, variant: string): number {
  const bare = turns.get(BARE) ?? [];
  return median((turns.get(variant) ?? []).map((micros, turn) => micros / (bare[turn] ?? NaN)));
}
