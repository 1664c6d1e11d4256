import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sample } from '../harness/index.ts';

const script = join(import.meta.dirname, 'sample.mjs');

export interface ColdStartRequest {
  readonly directory: string;
  readonly event: unknown;
  readonly environment: Readonly<Record<string, string>>;
  readonly workDirectory: string;
  readonly succeeded: (result: unknown) => boolean;
}

/**
 * Measures one cold start: a process that imports the function and invokes it with its first event.
 *
 * @throws Error with what the function printed when it fails
 */
export async function measureColdStart(request: ColdStartRequest): Promise<Sample> {
  const eventFile = join(request.workDirectory, 'event.json');
  await writeFile(eventFile, JSON.stringify(request.event));
  const child = spawn(process.execPath, [script, join(request.directory, 'index.mjs'), eventFile], {
    env: request.environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, log, errors, written] = child.stdio.map((stream) => {
    const text = { value: '' };
    stream?.on('data', (chunk: Buffer) => (text.value += chunk.toString()));
    return text;
  });
  await once(child, 'close');
  const failure = `${log?.value ?? ''}${errors?.value ?? ''}`.slice(-2000);
  if (written === undefined || written.value === '') {
    throw new Error(`${request.directory} failed:\n${failure}`);
  }
  const { sample, result } = JSON.parse(written.value) as { sample: Sample; result: unknown };
  if (!request.succeeded(result)) {
    throw new Error(`${request.directory} returned ${JSON.stringify(result)}:\n${failure}`);
  }
  return sample;
}
