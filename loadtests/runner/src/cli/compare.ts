/**
 * Compares runs: `nx run loadtests:compare -- a.json b.json`, or several runs of each side. Ends
 * with 0, with 1 if a figure is worse, and with 2 if the runs cannot be compared.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import {
  compareRuns,
  comparisonText,
  comparisonView,
  formSides,
  IncomparableError,
  sidesByCommit,
  type NamedRecord,
} from '../compare/index.ts';
import { MissingRecordError, readRecord } from '../record/index.ts';
import { toHtml, toMarkdown } from '../report/index.ts';
import { createRunFolder } from '../run/index.ts';
import { messageOf } from '../text/index.ts';
import { EXIT, runProgram, userPath } from './support.ts';

const program = new Command('compare')
  .argument('[runs...]', 'records or folders of runs: base and head, or several of two commits')
  .option('--base <runs...>', 'the runs to compare with')
  .option('--head <runs...>', 'the runs that are judged')
  .option('--out <folder>', 'where the page goes (default: a new folder below .local/loadtests)');

await runProgram(program, compare, [IncomparableError, MissingRecordError]);

async function compare(): Promise<number> {
  const { base, head, out } = program.opts<{ base?: string[]; head?: string[]; out?: string }>();
  const named = base !== undefined || head !== undefined;
  if (named && program.args.length > 0) {
    throw new IncomparableError(
      `it is not clear which side ${program.args.join(', ')} belongs to: put it after --base or --head`,
    );
  }
  const sides = named
    ? { base: await readAll(base ?? []), head: await readAll(head ?? []) }
    : sidesByCommit(await readAll(program.args));
  const comparison = compareRuns(formSides(sides));
  console.log(comparisonText(comparison));
  const view = comparisonView(comparison);
  const scenario = comparison.sides.base[0]?.record.scenario ?? '';
  const folder =
    out === undefined ? await createRunFolder(`compare-${scenario}`, new Date()) : userPath(out);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'comparison.html'), toHtml(view));
  await writeFile(join(folder, 'comparison.md'), toMarkdown(view));
  await writeFile(
    join(folder, 'comparison.json'),
    `${JSON.stringify(toJson(comparison), undefined, 2)}\n`,
  );
  console.log(`page: ${relative(process.cwd(), join(folder, 'comparison.html'))}`);
  return comparison.verdict === 'worse' ? EXIT.failed : EXIT.ok;
}

/** @throws IncomparableError that names every file which is not a record */
async function readAll(paths: readonly string[]): Promise<NamedRecord[]> {
  const results = await Promise.allSettled(paths.map((path) => readRecord(userPath(path))));
  const faults = results.flatMap((result) =>
    result.status === 'rejected' ? [messageOf(result.reason)] : [],
  );
  if (faults.length > 0) throw new IncomparableError(faults.join('\n'));
  return results.flatMap((result, index) =>
    result.status === 'fulfilled' ? [{ path: paths[index] ?? '', record: result.value }] : [],
  );
}

function toJson({ sides, rows, ...rest }: ReturnType<typeof compareRuns>) {
  return {
    ...rest,
    base: sides.base.map(({ path }) => path),
    head: sides.head.map(({ path }) => path),
    rows: rows.map(({ figure, ...row }) => ({ figure: figure.key, ...row })),
  };
}
