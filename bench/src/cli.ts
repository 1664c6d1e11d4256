/**
 * `npm run bench -- <name> [--rounds n] [--quick] [--against folder]`: runs a bench, prints its table and writes
 * `.local/bench/<name>.json`. Without a name, or with one that does not exist, lists the benches.
 *
 * A bench is `bench/src/<name>.ts` or `bench/src/<name>/index.ts` and exports `bench`.
 */
import { existsSync, readdirSync } from 'node:fs';
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
/** Files and folders in `bench/src` that are not benches. */
const notBenches = new Set([
  'chaos',
  'cli',
  'connections-sink',
  'harness',
  'load',
  'stack',
  'testing',
]);

interface Options {
  readonly name?: string | undefined;
  readonly rounds?: number | undefined;
  readonly quick: boolean;
  readonly against?: string | undefined;
}

const benches = findBenches();
try {
  const { name, ...options } = readOptions();
  const file = name === undefined ? undefined : benches.get(name);
  if (name === undefined || file === undefined) await list();
  else await measure(name, file, options);
} catch (error) {
  // Node's own messages continue with suggestions; their first sentence says what is wrong.
  const message = error instanceof Error ? error.message : String(error);
  console.error(
    `bench: ${message.split(/\.(?:\s|$)/)[0] ?? message}; --help lists benches and options`,
  );
  process.exitCode = 2;
}

/** @throws Error when an argument is not valid; the message says what is wrong */
function readOptions(): Options {
  const { values, positionals } = parseArgs({
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      against: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowPositionals: true,
  });
  const [name, ...others] = positionals;
  if (values.help) return { quick: false };
  if (others.length > 0) throw new Error(`one bench a run, not ${positionals.join(', ')}`);
  if (name !== undefined && !benches.has(name)) {
    throw new Error(
      `there is no bench called "${name}"; there are ${[...benches.keys()].join(', ')}`,
    );
  }
  const against = parseCheckout(name, values.against);
  return { name, rounds: parseRounds(values.rounds), quick: values.quick, against };
}

async function list(): Promise<void> {
  console.log(`npm run bench -- <name> [options]
  --rounds 9    how often each variant is measured, a whole number from 1 (the bench's own)
  --quick       one short round, which checks that the bench works
  --against ../before   local-runtime only: measures the sam-offline of another checkout too
  --help        shows this
`);
  for (const [known, path] of benches) console.log(`  ${known}: ${(await load(path)).summary}`);
}

async function measure(name: string, file: string, options: Omit<Options, 'name'>): Promise<void> {
  try {
    await run(name, await load(file), options);
  } catch (error) {
    console.error(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    await stopOwnedProcesses();
  }
}

async function run(
  name: string,
  bench: Bench,
  { rounds, quick, against }: Omit<Options, 'name'>,
): Promise<void> {
  const otherLoad = describeOtherLoad();
  if (otherLoad !== undefined) console.log(`note: ${otherLoad}`);
  const started = performance.now();
  const { metrics, rows, ratios, comparison, notes } = await bench.run({
    rounds,
    quick,
    against,
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
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Error(`--rounds takes a whole number from 1, not "${text}"`);
}

/** @throws Error when the bench takes no other checkout, or the folder is not a checkout */
function parseCheckout(bench: string | undefined, folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  if (bench !== 'local-runtime') throw new Error('--against is for local-runtime');
  // npm runs scripts in the folder of package.json, but the given path is relative to where npm was
  // called.
  const path = resolve(process.env.INIT_CWD ?? '.', folder);
  if (existsSync(join(path, 'tools/sam-offline/bin/sam-offline.js'))) return path;
  throw new Error(`--against takes a checkout of this repository, and ${path} is not one`);
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
