import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EventOf, StackEvent } from '../../events/index.ts';
import { closedAtEnd } from '../../testing/end-of-test.ts';
import { recordEvents, type RecordedEvents } from '../../events/testing/record-events.ts';
import { logEntriesOf } from '../../insights/index.ts';
import type { LambdaFunction } from '../../template/index.ts';
import { createLambdaService, type LambdaService, type LambdaServiceOptions } from '../index.ts';

/** A line in a function's log stream. */
interface FunctionLine {
  readonly functionName: string;
  readonly logStream: string;
  readonly source: EventOf<'log'>['source'] | 'platform';
  readonly text: string;
}

/** Lambda for tests. */
export interface LambdaFixture {
  readonly service: LambdaService;
  /** The lines of the functions' log streams. */
  readonly lines: FunctionLine[];
  readonly events: RecordedEvents;
  readonly directory: string;
  /** Gives the texts of one function's lines. */
  linesOf(functionLogicalId: string): string[];
  /** Gives the number of a function's environments, including those that are starting. */
  environmentsOf(functionLogicalId: string): number;
  /** Invokes a function with a value. It gives the parsed payload of the result or of the error. */
  call(functionLogicalId: string, event?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts Lambda for a test file, and closes it after the tests. */
export function lambdaFixture(
  functions: readonly LambdaFunction[],
  options: Partial<LambdaServiceOptions> = {},
): LambdaFixture {
  const directory = mkdtempSync(join(tmpdir(), 'sam-offline-lambda-'));
  const lines: FunctionLine[] = [];
  const events = recordEvents();
  events.bus.subscribe((event) => {
    for (const { message, logStream } of logEntriesOf(event)) {
      const source = event.type === 'log' ? event.source : 'platform';
      lines.push({ functionName: event.functionName ?? '', logStream, source, text: message });
    }
  });
  const service = createLambdaService({
    functions,
    region: 'ap-northeast-1',
    events: events.bus,
    workDirectory: directory,
    ...options,
  });
  return {
    service,
    lines,
    events,
    directory,
    linesOf(functionLogicalId) {
      const name = functions.find(({ logicalId }) => logicalId === functionLogicalId)?.functionName;
      return lines.filter(({ functionName }) => functionName === name).map(({ text }) => text);
    },
    environmentsOf(functionLogicalId) {
      const name = functions.find(({ logicalId }) => logicalId === functionLogicalId)?.functionName;
      const count = (type: StackEvent['type']): number =>
        events.all.filter((event) => event.type === type && event.functionName === name).length;
      return count('environment.starting') - count('environment.gone');
    },
    async call(functionLogicalId, event = {}) {
      const result = await service.invoke(functionLogicalId, JSON.stringify(event));
      return JSON.parse(result.payload.toString()) as unknown;
    },
    close: closedAtEnd(async () => {
      await service.close();
      rmSync(directory, { recursive: true, force: true });
    }),
  };
}

const temporaryDirectories: string[] = [];
afterAll(() => {
  for (const directory of temporaryDirectories) rmSync(directory, { recursive: true, force: true });
});

/** Writes files into a new temporary folder, which is removed after the test file. */
export function temporaryFiles(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'sam-offline-code-'));
  temporaryDirectories.push(directory);
  writeFiles(directory, files);
  return directory;
}

/**
 * Writes files.
 * @param files the content by the path relative to `directory`
 */
export function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    // A file that begins with a shebang is executable.
    writeFileSync(path, content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
  }
}

export { until as waitUntil } from '../../testing/end-of-test.ts';

export { lambdaFunction } from './lambda-function.ts';
