import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FunctionCpuRequest {
  /** The folder of the bundle. */
  readonly directory: string;
  /** The events of the invocations, used in turn. */
  readonly events: readonly unknown[];
  /** The expected status of every response; absent for a function whose result has no status. */
  readonly status?: number;
  /** How many invocations are made before measuring, so that the code is compiled. */
  readonly warmUps: number;
  readonly measureMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly workDirectory: string;
}

export interface FunctionCpu {
  /** The processor time of one request (µs). */
  readonly cpuMicros: number;
  /** How many requests were measured. */
  readonly requests: number;
}

/**
 * Measures a function in a separate process; see function-cpu.mjs.
 *
 * @throws Error with what the function printed when a response has another status
 */
export async function measureFunctionCpu(request: FunctionCpuRequest): Promise<FunctionCpu> {
  const { directory, environment, workDirectory, ...rest } = request;
  const requestFile = join(workDirectory, 'function-request.json');
  await writeFile(requestFile, JSON.stringify(rest));
  const script = join(import.meta.dirname, 'function-cpu.mjs');
  const child = spawn(process.execPath, [script, join(directory, 'index.mjs'), requestFile], {
    env: environment,
    // Log lines are discarded, so they cost only what the function does to write them.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const texts = child.stdio.map((stream) => {
    const text = { value: '' };
    stream?.on('data', (chunk: Buffer) => (text.value += chunk.toString()));
    return text;
  });
  await once(child, 'close');
  const result = texts[3]?.value ?? '';
  if (result === '') throw new Error(`${directory} failed: ${texts[2]?.value.slice(-2000) ?? ''}`);
  return JSON.parse(result) as FunctionCpu;
}
