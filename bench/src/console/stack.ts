import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnOwned, type OwnedProcess } from '../harness/index.ts';

export interface BenchStack {
  readonly process: OwnedProcess;
  /** `WebSocketUrl`, `ConnectionsUrl`, and `ConsoleUrl` when the console is on. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface BenchStackOptions {
  readonly console: 'on' | 'off';
  /** `full`: with 10,000 log lines and 1,000 traces. */
  readonly facts: 'full' | 'empty';
}

const START_TIMEOUT_MS = 60_000;

/** Starts a stack from nothing; see stack-process.ts. */
export async function startBenchStack(
  workDirectory: string,
  { console: console_, facts }: BenchStackOptions,
): Promise<BenchStack> {
  const data = join(workDirectory, 'data');
  await rm(data, { recursive: true, force: true });
  const outputsFile = join(workDirectory, 'outputs.json');
  const process_ = spawnOwned(
    process.execPath,
    [join(import.meta.dirname, 'stack-process.ts'), outputsFile, data, console_, facts],
    { cwd: workDirectory, logFile: join(workDirectory, `${console_}-${facts}.log`) },
  );
  await process_.waitForOutput(/READY/, START_TIMEOUT_MS);
  const outputs = JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, string>;
  return { process: process_, outputs };
}
