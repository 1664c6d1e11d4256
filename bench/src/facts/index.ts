import { V8_FLAGS } from '@blogapp/sam-offline/v8-flags';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { measureShare, shareMetrics } from './share.ts';
import { buildBundles } from '../stack/index.ts';
import { metric, takeTurns, toRows, type Bench } from '../harness/index.ts';

const run = promisify(execFile);

const microsPerPush = metric(
  'microsPerPush',
  'processor time of telling a push, all threads',
  'µs',
  'lower',
);

const variants = { nobody: 'nobody hears', listener: 'does nothing', collector: 'stores, counts' };

/**
 * Measures what the facts of a push cost sam-offline with each listener, and what storing facts
 * costs the blog stack.
 */
export const bench: Bench = {
  summary:
    'what facts cost: a push that nobody hears, or that is stored; and the share of the blog stack’s time',
  async run({ rounds, quick, workDirectory }) {
    const pushes = quick ? 20_000 : 200_000;
    const samples = await takeTurns(
      Object.entries(variants).map(([who, name]) => ({
        name,
        async measure() {
          const { stdout } = await run(process.execPath, [
            ...V8_FLAGS,
            join(import.meta.dirname, 'process.ts'),
            ...[who, String(pushes)],
          ]);
          return { [microsPerPush.key]: Number(stdout) };
        },
      })),
      rounds ?? (quick ? 1 : 5),
    );
    buildBundles();
    const shares = await measureShare(workDirectory, quick ? 5 : 1);
    return {
      metrics: [microsPerPush, ...shareMetrics],
      rows: [...toRows(samples), ...shares],
      ratios: {},
      comparison: { ours: variants.collector, baseline: variants.nobody },
      notes: [],
    };
  },
};
