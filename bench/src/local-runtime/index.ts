import { totalmem } from 'node:os';
import { takeTurns, toRows, type Bench, type Row } from '../harness/index.ts';
import { bareServer } from './bare.ts';
import { holdConnections } from './hold.ts';
import { measureProduct, type Workload } from './measure.ts';
import { everyRatioAgainst, metrics, ratiosAgainst } from './metrics.ts';
import { samOffline } from './sam-offline.ts';
import { installServerlessOffline, serverlessOffline } from './serverless-offline.ts';

const ours = 'sam-offline';
const theirs = 'serverless-offline';
const theirsInProcess = 'serverless-offline -inProcess';
const before = 'the other checkout';
const held = 5000;

const workload: Workload = {
  idleConnections: 1000,
  handshakesInFlight: 50,
  echoConnections: 50,
  pushTargets: 50,
  pushesInFlight: 48,
  warmUpMs: 500,
  measureMs: 2000,
  settleMs: 1500,
  memoryCapMb: Math.min(12 * 1024, (totalmem() / 2 ** 20) * 0.5),
};

/** Compares sam-offline with serverless-offline, on the same handler files. */
export const bench: Bench = {
  summary: 'sam-offline against serverless-offline: connections, echoes, pushes, memory, start-up',
  async run({ rounds, quick, against, workDirectory }) {
    installServerlessOffline();
    const products = [
      samOffline(ours, workDirectory),
      ...(against === undefined ? [] : [samOffline(before, workDirectory, against)]),
      serverlessOffline(theirs, 'worker threads'),
      serverlessOffline(theirsInProcess, 'in process'),
      bareServer('bare ws server', 'in-process'),
      bareServer('bare ws, own process', 'own-process'),
    ];
    const size = quick ? { ...workload, measureMs: 1000 } : workload;
    const samples = await takeTurns(
      products.map((product) => ({
        name: product.name,
        measure: () => measureProduct(product, size, workDirectory),
      })),
      rounds ?? (quick ? 1 : 5),
    );
    const rows = toRows(samples);

    console.log(`${held} connections at once: ${ours}`);
    const hold = await holdConnections(
      samOffline(ours, workDirectory),
      held,
      workload.handshakesInFlight,
      workDirectory,
    );
    return {
      metrics,
      rows: rows.map((row) =>
        row.variant === ours && typeof hold !== 'string' ? { ...row, ...hold } : row,
      ),
      ratios: {
        ...ratiosAgainst(ours, theirs),
        ...ratiosAgainst(ours, theirsInProcess, '_vs_in_process'),
        ...(against === undefined ? {} : everyRatioAgainst(ours, before, '_vs_other')),
      },
      comparison: { ours, baseline: theirs },
      notes: [...rows.flatMap(describeShortfall), ...(typeof hold === 'string' ? [hold] : [])],
    };
  },
};

/** A note when a product could not hold as many idle connections as its memory figure is for. */
function describeShortfall({ variant, idleConnections }: Row): string[] {
  if (typeof idleConnections !== 'number' || idleConnections >= workload.idleConnections) return [];
  return [
    `${variant} held ${Math.round(idleConnections)} idle connections, not ${workload.idleConnections}: its memory is for those`,
  ];
}
