/**
 * Writes reports again from records: `nx run loadtests:report -- <run>`. Several runs (those of the
 * machines that made one load together, or the log of Artillery's workers) are merged exactly into
 * one report.
 */
import { relative } from 'node:path';
import { Command } from 'commander';
import { mergeRunRecords } from 'artillery-engine-websocket-push/run-record';
import { checkObjectives } from '../objectives/index.ts';
import { readRecords, writeRecord } from '../record/index.ts';
import { createRunFolder, findScenario, writeReport } from '../run/index.ts';
import { readObjectives } from './objectives-file.ts';
import { EXIT, runProgram, userPath } from './support.ts';

const program = new Command('report').argument(
  '<runs...>',
  'records, folders of runs, or a log of workers',
);

await runProgram(program, report);

async function report(): Promise<number> {
  const files = await Promise.all(program.args.map((path) => readRecords(userPath(path))));
  const records = files.flat();
  const scenarios = new Set(records.map(({ scenario }) => scenario));
  if (scenarios.size > 1) {
    throw new Error(
      `runs of ${[...scenarios].join(', ')} cannot be merged: name those of one scenario`,
    );
  }
  const stack = records.find((record) => record.stack !== undefined)?.stack;
  const record = { ...mergeRunRecords(records), ...(stack !== undefined && { stack }) };
  const folder = await createRunFolder(`${record.scenario}-report`, new Date());
  await writeRecord(folder, record);
  const objectives = (await readObjectives()).of(record.scenario).filter(
    ({ figure }) =>
      // A machine does not know the messages that another machine published, unless messages have
      // the time of their publishing.
      !(figure.key === 'unknown' && records.length > 1) &&
      // Only a run that knows its stack counts rows.
      !(figure.key === 'rowsLeft' && stack === undefined),
  );
  const { description } = await findScenario(record.scenario);
  const verdicts = checkObjectives(record, objectives);
  const { html, markdown } = await writeReport(folder, record, { description, verdicts });
  console.log(`${relative(process.cwd(), html)}\n${relative(process.cwd(), markdown)}`);
  return EXIT.ok;
}
