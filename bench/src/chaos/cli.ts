import { parseArgs } from 'node:util';
import { startLocalServices } from '@blogapp/broadcast/testing';
import { FAULTS, type Fault } from './faults.ts';
import { chaosRuns, type Totals } from './runs.ts';

/** The names are quoted, because some have spaces and commas. */
const NAMES = FAULTS.map((fault) => `"${fault}"`).join(', ');

/** `npm run chaos -- --runs 2000 [--seed 1] [--fault 429]` prints a table of faults and losses. */
const USAGE = `npm run chaos -- [options]: broadcasts with faults, and who lost what
  --runs 200     how many runs, a whole number from 1 (200)
  --seed 1       which faults come when, a whole number from 0 (1)
  --fault 429    this fault only, one of ${NAMES} (all in turn)
  --help         shows this`;

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly faults: readonly Fault[];
}

const options = readOptions();
if (options !== undefined) await run(options);

/**
 * Reads the options. It is undefined when nothing has to be run, because the usage or an error was
 * printed.
 */
function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        runs: { type: 'string', default: '200' },
        seed: { type: 'string', default: '1' },
        fault: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      return undefined;
    }
    const faults = FAULTS.filter((fault) => values.fault === undefined || fault === values.fault);
    if (faults.length === 0) {
      throw new Error(`there is no fault "${values.fault ?? ''}"; there are ${NAMES}`);
    }
    return {
      runs: wholeNumber('--runs', values.runs, 1),
      seed: wholeNumber('--seed', values.seed, 0),
      faults,
    };
  } catch (error) {
    // Node's own messages continue with suggestions; their first sentence says what is wrong.
    const message = error instanceof Error ? error.message : String(error);
    console.error(`chaos: ${message.split(/\.(?:\s|$)/)[0] ?? message}; --help lists the options`);
    process.exitCode = 2;
    return undefined;
  }
}

function wholeNumber(name: string, text: string, from: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= from) return Number(text);
  throw new Error(`${name} takes a whole number from ${from}, not "${text}"`);
}

async function run({ runs, seed, faults }: Options): Promise<void> {
  const services = await startLocalServices();
  try {
    const started = performance.now();
    const totals = await chaosRuns(
      { services, table: await services.connectionsTable(2) },
      { runs, seed, faults },
    );
    process.stdout.write(table(totals));
    console.log(`${runs} runs in ${Math.round((performance.now() - started) / 1000)} s`);
    for (const [fault, { problems }] of totals) {
      for (const problem of problems) console.log(`${fault}: ${problem}`);
    }
    process.exitCode = [...totals.values()].some(
      ({ lost, problems }) => lost > 0 || problems.length > 0,
    )
      ? 1
      : 0;
  } finally {
    await services.close();
  }
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
