import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordEvents, type RecordedEvents } from '../../events/testing/record-events.ts';
import { loadText } from '../../template/testing/load-text.ts';
import { closedAtEnd, until } from '../../testing/end-of-test.ts';
import { type RunningStack, startStack } from '../start-stack.ts';

export interface TestStack {
  readonly outputs: RunningStack['outputs'];
  readonly events: RecordedEvents;
  /** The options for the constructor of an SDK's client. The operator signs. */
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  readonly directory: string;
  invoke(logicalId: string, event: unknown): Promise<unknown>;
  /** Waits for a line of JSON that a function logged and that meets a condition, and returns it. */
  logged<T>(meets: (line: T) => boolean): Promise<T>;
  /** All lines of JSON that functions have logged. */
  lines<T>(): T[];
  close(): Promise<void>;
}

/** Starts the stack of a template that is given as text. Its functions log their events as JSON. */
export async function runStack(template: string, directory?: string): Promise<TestStack> {
  const folder = directory ?? mkdtempSync(join(tmpdir(), 'sam-offline-stack-'));
  const events = recordEvents();
  const running = await startStack({
    stack: loadText(template),
    ports: { http: 0, webSocket: 0, aws: 0 },
    dataDirectory: folder,
    ...{ clean: false, watch: false, limits: {}, iam: 'enforce', events: events.bus },
  });
  const lines = <T>(): T[] =>
    events.of('log').flatMap(({ text }) => {
      try {
        // Node.js puts the time, the request id and the level in front of the JSON.
        return [JSON.parse(text.slice(text.indexOf('{'))) as T];
      } catch {
        return [];
      }
    });
  return {
    ...{ outputs: running.outputs, events, directory: folder, lines },
    config: {
      endpoint: running.outputs.AwsEndpointUrl ?? '',
      region: 'ap-northeast-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    },
    async invoke(logicalId, event) {
      const { payload } = await running.invoke(logicalId, JSON.stringify(event));
      return JSON.parse(payload.toString()) as unknown;
    },
    async logged<T>(meets: (line: T) => boolean) {
      await until(() => lines<T>().some(meets));
      return lines<T>().find(meets) as T;
    },
    close: closedAtEnd(async () => {
      await running.close();
      if (directory === undefined) rmSync(folder, { recursive: true, force: true });
    }),
  };
}
