import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { spawnOwned, type OwnedProcess } from '../harness/index.ts';

const root = resolve(import.meta.dirname, '../../..');
const command = join(root, 'tools/sam-offline/bin/sam-offline.js');
const template = join(root, 'infra/sam/template.yaml');
const bundles = join(root, 'dist/apps/ws-handlers/broadcast');

/** What the stack's outputs say, as far as it is of use here. */
export interface Outputs {
  readonly HttpApiUrl: string;
  readonly WebSocketUrl: string;
  readonly AwsEndpointUrl: string;
  readonly WebSocketConnectionsTableName: string;
}

export interface StartedStack {
  readonly process: OwnedProcess;
  readonly outputs: Outputs;
}

/**
 * Starts the product's stack with empty tables, and the bench's functions in it.
 *
 * @throws Error when the bundles are not built
 */
export async function startStack(workDirectory: string): Promise<StartedStack> {
  if (!existsSync(bundles)) throw new Error('the bundles are missing: npm run build');
  const dataDirectory = join(workDirectory, 'stack');
  await rm(dataDirectory, { recursive: true, force: true });
  await mkdir(dataDirectory, { recursive: true });
  const file = join(dataDirectory, 'template.yaml');
  await writeFile(file, await templateWithBenchFunctions());
  const stack = spawnOwned(
    process.execPath,
    [
      command,
      'start',
      `--template=${file}`,
      '--stack-name=bench',
      '--http-port=0',
      '--websocket-port=0',
      '--aws-port=0',
      `--data-dir=${dataDirectory}`,
    ],
    { cwd: workDirectory, logFile: join(workDirectory, 'stack.log') },
  );
  await stack.waitForOutput(/^READY/m, 60_000);
  const outputs = await readFile(join(dataDirectory, 'outputs.json'), 'utf8');
  return { process: stack, outputs: JSON.parse(outputs) as Outputs };
}

/** The product's template as it is, and two more functions. */
async function templateWithBenchFunctions(): Promise<string> {
  const product = await readFile(template, 'utf8');
  const functions = await readFile(join(import.meta.dirname, 'functions.yaml'), 'utf8');
  const resources = functions
    .replaceAll('BENCH_HANDLERS', join(import.meta.dirname, 'handlers'))
    .replaceAll(/^(?=.)/gm, '  ');
  return product
    .replaceAll('../../', `${root}/`)
    .replace(/^Resources:\n/m, (line) => line + resources);
}

/**
 * The most memory that a function's process had until the end of its last invocation (MiB), from
 * the REPORT lines in the stack's log; the larger, where it ran in several.
 */
export function peakMemoryMb(stack: StartedStack, functionId: string): number | undefined {
  const peaks = stack.process
    .readOutput()
    .split('\n')
    .filter((line) => line.includes(functionId))
    .flatMap((line) => /\bMax Memory Used: (\d+) MB/.exec(line)?.[1] ?? [])
    .map(Number);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}
