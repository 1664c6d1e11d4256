/**
 * `npm run bench -- <name> [--rounds n] [--quick]`: runs a bench, prints its table and writes
 * `.local/bench/<name>.json`. Without a name, or with one that does not exist, lists the benches.
 *
 * A bench is `bench/src/<name>.ts` or `bench/src/<name>/index.ts` and exports `bench`.
 */
import { readdirSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createReport,
  describeOtherLoad,
  renderRatios,
  renderTable,
  stopOwnedProcesses,
  writeReport,
  type Bench,
} from './harness/index.ts';

const root = resolve(import.meta.dirname, '../..');
const outputDirectory = join(root, '.local/bench');
/** What is in `bench/src` besides benches. */
const notBenches = new Set(['cli', 'connections-sink', 'harness', 'load', 'stack']);

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const benches = findBenches();
const [name] = positionals;
const file = name === undefined ? undefined : benches.get(name);

if (name === undefined || file === undefined) {
  if (name !== undefined) console.error(`there is no bench called ${name}\n`);
  console.log('npm run bench -- <name> [--rounds n] [--quick]\n');
  for (const [known, path] of benches) console.log(`  ${known}: ${(await load(path)).summary}`);
  process.exitCode = name === undefined ? 0 : 1;
} else {
  try {
    await run(name, await load(file));
  } catch (error) {
    console.error(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    await stopOwnedProcesses();
  }
}

async function run(name: string, bench: Bench): Promise<void> {
  const otherLoad = describeOtherLoad();
  if (otherLoad !== undefined) console.log(`note: ${otherLoad}`);
  const started = performance.now();
  const { metrics, rows, ratios, comparison, notes } = await bench.run({
    rounds: parseRounds(values.rounds),
    quick: values.quick,
    workDirectory: join(outputDirectory, name),
  });
  const report = createReport(name, rows, ratios);
  const path = await writeReport(outputDirectory, report);
  console.log(`\n${renderTable(metrics, rows, comparison)}\n`);
  console.log(`${renderRatios(rows, ratios)}\n`);
  for (const note of notes) console.log(`note: ${note}`);
  const { machine } = report;
  console.log(
    `${machine.cpus} × ${machine.model}, ${machine.memory} GiB, Node ${machine.node}; ${Math.round((performance.now() - started) / 1000)} s; written to ${relative(root, path)}`,
  );
}

function parseRounds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new Error(`--rounds takes a whole number from 1, not ${text}`);
}

/** Each bench's name and file. */
function findBenches(): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(import.meta.dirname, { withFileTypes: true })) {
    const name = basename(entry.name, '.ts');
    if (notBenches.has(name) || name.endsWith('.spec')) continue;
    if (entry.isDirectory()) found.set(name, join(import.meta.dirname, name, 'index.ts'));
    else if (entry.name.endsWith('.ts')) found.set(name, join(import.meta.dirname, entry.name));
  }
  return found;
}

async function load(path: string): Promise<Bench> {
  const { bench } = (await import(path)) as { bench: Bench };
  return bench;
}
