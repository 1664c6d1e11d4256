/** The command line behind `nx deploy infra`, `nx run infra:diff` and their siblings. */
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { run } from './run.ts';

async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

process.exitCode = await run(process.argv.slice(2), {
  root: resolve(import.meta.dirname, '../../../..'),
  directory: process.env.INIT_CWD ?? process.cwd(),
  env: process.env,
  write: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
  ask,
});
