/**
 * Shows what Artillery would upload for its workers on Fargate or Lambda, and that the engine is a
 * part of it: `nx run loadtests:bundle -- <scenario>`. It uploads nothing. It makes a folder as a
 * worker makes it.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { installAsWorker, listBundle } from '../bundle/index.ts';
import { findScenario, prepareArtillery } from '../run/index.ts';
import { EXIT, runProgram } from './support.ts';

const program = new Command('bundle').argument(
  '<scenario>',
  'a file of loadtests/scenarios, without .yaml',
);

await runProgram(program, bundle);

async function bundle(): Promise<number> {
  const [name = ''] = program.args;
  const { file } = await findScenario(name);
  prepareArtillery((line) => {
    console.error(line);
  });
  const made = await listBundle(file);
  console.log(`what Artillery would upload for ${name}:`);
  for (const { to } of made.files) console.log(`  ${to}`);
  console.log(`packages that a worker would install: ${made.packages.join(', ')}`);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'loadtest-worker-')));
  try {
    const engine = installAsWorker(made, folder);
    console.log(`a worker's folder loads the engine from ${relative(folder, engine)}`);
    return EXIT.ok;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
