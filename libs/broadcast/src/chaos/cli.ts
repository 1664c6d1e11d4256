import { parseArgs } from 'node:util';
import { startLocalServices } from '../testing/local-services.ts';
import { FAULTS, type Fault } from './faults.ts';
import { chaosRuns, type Totals } from './runs.ts';

/** `npm run chaos -- --runs 2000 [--seed 1] [--fault 429]`: faults against losses, as a table. */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    fault: { type: 'string' },
  },
});

const faults = FAULTS.filter((fault) => values.fault === undefined || fault === values.fault);
if (faults.length === 0) {
  process.stderr.write(
    `There is no fault "${values.fault ?? ''}". There are: ${FAULTS.join(', ')}\n`,
  );
  process.exit(2);
}

const services = await startLocalServices();
try {
  const started = performance.now();
  const totals = await chaosRuns(
    { services, table: await services.connectionsTable(2) },
    { runs: Number(values.runs), seed: Number(values.seed), faults },
  );
  process.stdout.write(table(totals));
  process.stdout.write(
    `${values.runs} runs in ${Math.round((performance.now() - started) / 1000)} s\n`,
  );
  for (const [fault, { problems }] of totals) {
    for (const problem of problems) process.stdout.write(`${fault}: ${problem}\n`);
  }
  process.exitCode = [...totals.values()].some(
    ({ lost, problems }) => lost > 0 || problems.length > 0,
  )
    ? 1
    : 0;
} finally {
  await services.close();
}

function table(totals: ReadonlyMap<Fault, Totals>): string {
  const rows = [
    ['fault', 'runs', 'owed', 'lost', 'repeated', 'dead letters'],
    ...[...totals].map(([fault, { runs, owed, lost, repeated, deadLettered }]) =>
      [fault, runs, owed, lost, repeated, deadLettered].map(String),
    ),
  ];
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths?.[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  '),
    )
    .join('\n')
    .concat('\n');
}
