import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionLogLine, LogSink } from '../../log.ts';
import type { LambdaFunction } from '../../template/model.ts';
import { createLambdaService, type LambdaService, type LambdaServiceOptions } from '../index.ts';

export interface LambdaFixture {
  readonly service: LambdaService;
  readonly lines: FunctionLogLine[];
  readonly system: string[];
  readonly directory: string;
  /** Texts of the lines of one function. */
  linesOf(functionLogicalId: string): string[];
  /** Invokes with a value and gives the parsed answer, whether it is a result or an error. */
  call(functionLogicalId: string, event?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export function lambdaFixture(
  functions: readonly LambdaFunction[],
  options: Partial<LambdaServiceOptions> = {},
): LambdaFixture {
  const directory = mkdtempSync(join(tmpdir(), 'sam-offline-lambda-'));
  const lines: FunctionLogLine[] = [];
  const system: string[] = [];
  const log: LogSink = {
    system: (level, message) => system.push(`${level}: ${message}`),
    function: (line) => lines.push(line),
  };
  const service = createLambdaService({
    functions,
    region: 'ap-northeast-1',
    log,
    workDirectory: directory,
    ...options,
  });
  return {
    service,
    lines,
    system,
    directory,
    linesOf: (functionLogicalId) =>
      lines.filter((line) => line.functionLogicalId === functionLogicalId).map(({ text }) => text),
    async call(functionLogicalId, event = {}) {
      const result = await service.invoke(functionLogicalId, JSON.stringify(event));
      return JSON.parse(result.payload.toString()) as unknown;
    },
    async close() {
      await service.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const temporaryDirectories: string[] = [];
afterAll(() => {
  for (const directory of temporaryDirectories) rmSync(directory, { recursive: true, force: true });
});

/** Writes files below a new temporary folder, which goes with the test file. */
export function temporaryFiles(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'sam-offline-code-'));
  temporaryDirectories.push(directory);
  writeFiles(directory, files);
  return directory;
}

export function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    // A shebang makes it a program.
    writeFileSync(path, content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
  }
}

export async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

export { lambdaFunction } from './lambda-function.ts';
