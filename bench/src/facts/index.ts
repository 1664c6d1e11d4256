import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  takeTurns,
  toRow,
  type Bench,
  type BenchOptions,
  type BenchResult,
  type Metric,
} from '../harness/index.ts';

const run = promisify(execFile);

const microsPerPush: Metric = {
  key: 'microsPerPush',
  label: 'processor time of telling a push, all threads',
  unit: 'µs',
  better: 'lower',
};

const variants = { nobody: 'nobody hears', listener: 'does nothing', collector: 'stores, counts' };

/** What the facts of a push cost sam-offline, by the listener. */
export const bench: Bench = {
  summary:
    'what a fact of sam-offline costs: nobody hears, one who does nothing, all that is stored',
  async run({ rounds, quick }: BenchOptions): Promise<BenchResult> {
    const pushes = quick ? 20_000 : 200_000;
    const samples = await takeTurns(
      Object.entries(variants).map(([who, name]) => ({
        name,
        async measure() {
          const { stdout } = await run(process.execPath, [
            join(import.meta.dirname, 'process.ts'),
            ...[who, String(pushes)],
          ]);
          return { [microsPerPush.key]: Number(stdout) };
        },
      })),
      rounds ?? (quick ? 1 : 5),
      (text) => {
        console.log(text);
      },
    );
    return {
      metrics: [microsPerPush],
      rows: [...samples].map(([name, values]) => toRow(name, values)),
      ratios: {},
      comparison: { ours: variants.collector, baseline: variants.nobody },
      notes: [],
    };
  },
};
