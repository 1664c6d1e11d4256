import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionLogLine, LogSink } from '../../log.ts';
import type { LambdaFunction } from '../../template/model.ts';
import { createLambdaService, type LambdaService, type LambdaServiceOptions } from '../index.ts';

/** A function of inline CommonJS unless told otherwise. */
export function lambdaFunction(
  logicalId: string,
  source: string,
  overrides: Partial<LambdaFunction> = {},
): LambdaFunction {
  return {
    logicalId,
    functionName: `stack-${logicalId}`,
    arn: `arn:aws:lambda:ap-northeast-1:123456789012:function:stack-${logicalId}`,
    code: { type: 'inline', source },
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    architecture: 'x86_64',
    memorySizeMb: 128,
    timeoutMs: 10_000,
    environment: {},
    asyncInvoke: { maximumRetryAttempts: 2, maximumEventAgeMs: 6 * 3_600_000 },
    layerDirectories: [],
    ...overrides,
  };
}

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

/** Writes files below a new temporary folder. */
export function temporaryFiles(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'sam-offline-code-'));
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
