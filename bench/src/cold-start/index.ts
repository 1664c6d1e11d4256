import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  metric,
  takeTurns,
  toRows,
  type Bench,
  type Metric,
  type RatioDefinition,
  type Row,
} from '../harness/index.ts';
import {
  buildBundles,
  bundleLikeProduct,
  environmentOf,
  startProductStack,
} from '../stack/index.ts';
import { sizeOf } from './bundle-size.ts';
import { firstEventOf, setScene, succeeded } from './first-events.ts';
import { productFunctions, type ProductFunction } from './functions.ts';
import { measureColdStart } from './measure.ts';

const bareFunction = join(import.meta.dirname, 'bare');
/** The bare function in one file, as esbuild bundles it by default. */
const BARE = 'bare';
/** The bare function split into chunks, like the product's functions. */
const BARE_SPLIT = 'bare, split';

/** The aim: how many times as long as the bare function's import a function's import may take. */
const aimOf = (name: string): number => (name === 'api' ? 1.6 : 1.25);

const importCpu = metric('importCpuMs', 'import, processor time', 'ms', 'lower');
const responseCpu = metric(
  'responseCpuMs',
  'import and first response, processor time',
  'ms',
  'lower',
);
const metrics: readonly Metric[] = [
  metric('importMs', 'import', 'ms', 'lower'),
  importCpu,
  metric('timesBare', 'import, times bare', '', 'neither'),
  metric('timesSplit', 'import, times bare, split', '', 'neither'),
  metric('responseMs', 'import and first response', 'ms', 'lower'),
  responseCpu,
  metric('loadedKb', 'size loaded at import', 'KB', 'lower'),
  metric('loadedGzipKb', 'the same, gzip', 'KB', 'lower'),
  metric('deployedKb', 'size deployed', 'KB', 'lower'),
];

/**
 * Measures what a cold start of each function loads, and compares it with a function that has only
 * a DynamoDB client.
 */
export const bench: Bench = {
  summary: 'size and import time of every function, next to a bare one with a DynamoDB client',
  async run({ rounds, quick, workDirectory }) {
    await mkdir(workDirectory, { recursive: true });
    console.log('building');
    buildBundles();
    const split = { source: bareFunction, directory: join(workDirectory, 'bare-split') };
    const bare = { ...split, directory: join(workDirectory, 'bare'), chunks: false };
    const functions: ProductFunction[] = [
      { name: BARE, directory: await bundleLikeProduct(bare) },
      { name: BARE_SPLIT, directory: await bundleLikeProduct(split) },
      ...productFunctions(),
    ];
    const rows = await measureAll(functions, rounds ?? (quick ? 3 : 15), workDirectory);
    const names = functions.slice(2).map(({ name }) => name);
    return {
      metrics,
      rows,
      ratios: Object.fromEntries(
        names.flatMap((ours): [string, RatioDefinition][] => [
          [ours, { metric: importCpu, ours, baseline: BARE }],
          [`${ours}_response`, { metric: responseCpu, ours, baseline: BARE }],
          [`${ours}_vs_split`, { metric: importCpu, ours, baseline: BARE_SPLIT }],
        ]),
      ),
      comparison: { ours: 'api', baseline: BARE },
      notes: names.map((name) => describeAim(name, rows)),
    };
  },
};

async function measureAll(
  functions: readonly ProductFunction[],
  rounds: number,
  workDirectory: string,
): Promise<Row[]> {
  const stack = await startProductStack(workDirectory);
  const scene = await setScene(stack);
  const environment = environmentOf(stack);
  try {
    const samples = await takeTurns(
      functions.map(({ name, directory }) => ({
        name,
        measure: (round) => {
          const event = name.startsWith(BARE) ? {} : firstEventOf(name, scene, round);
          if (event === undefined) throw new Error(`there is no first event for ${name}`);
          return measureColdStart({
            ...{ directory, event, environment, workDirectory },
            succeeded: (result) => succeeded(name, result),
          });
        },
      })),
      rounds,
    );
    const rows = toRows(samples);
    const timesOf = (row: Row, baseline: string): number => {
      const theirs = rows.find(({ variant }) => variant === baseline)?.importCpuMs;
      return Number((Number(row.importCpuMs) / Number(theirs)).toPrecision(3));
    };
    return await Promise.all(
      rows.map(async (row) => {
        const directory = functions.find(({ name }) => name === row.variant)?.directory ?? '';
        const times = { timesBare: timesOf(row, BARE), timesSplit: timesOf(row, BARE_SPLIT) };
        return { ...row, ...times, ...(await sizeOf(directory)) };
      }),
    );
  } finally {
    scene.stop();
    await stack.process.stop();
  }
}

function describeAim(name: string, rows: readonly Row[]): string {
  const row = rows.find(({ variant }) => variant === name);
  const times = Number(row?.timesBare);
  const aim = aimOf(name);
  const verdict = times <= aim ? 'met' : 'missed';
  return `${name}: ${times.toFixed(2)} times bare, aim ${aim} (a ratio of ${1 / aim}): ${verdict}; ${Number(row?.timesSplit).toFixed(2)} times bare, split`;
}
