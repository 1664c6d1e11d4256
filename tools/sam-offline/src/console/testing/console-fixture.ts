import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alarms } from '../../alarms/index.ts';
import { createEventBus, type EventBus } from '../../events/index.ts';
import { openInsights } from '../../insights/index.ts';
import type { StreamRecord } from '../../services/index.ts';
import { loadText } from '../../template/testing/load-text.ts';
import type { OpenConnection, ServiceAccess } from '../api/index.ts';
import { createConsole } from '../console.ts';

/** A console with the facts that a test emits. It records the calls of its actions. */
export interface ConsoleFixture {
  readonly bus: EventBus;
  readonly url: string;
  /** The recorded calls of actions. */
  readonly asked: string[];
  readonly connections: OpenConnection[];
  get(path: string): Promise<unknown>;
  ask(options: AskOptions): Promise<FixtureResponse>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface FixtureResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface FixtureOptions {
  /** The port. 0 takes a free one. */
  readonly port?: number;
  /** The responses of DynamoDB and SQS by the operation: `{ Scan: { Items: [] } }`. */
  readonly responses?: Readonly<Record<string, object>>;
  /** The records of tables’ streams by the table’s name. */
  readonly streams?: Readonly<Record<string, readonly StreamRecord[]>>;
  readonly alarms?: Pick<Alarms, 'statuses' | 'history'>;
  /** The stack's outputs. Those of a WebSocket API if absent. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** The buckets, topics, rules and schedules. None if absent. */
  readonly services?: Partial<ServiceAccess>;
}

const NO_SERVICES: Omit<ServiceAccess, 'publish'> = {
  buckets: () => Promise.resolve([]),
  objects: () => Promise.resolve(undefined),
  object: () => Promise.resolve(undefined),
  topics: () => Promise.resolve([]),
  rules: () => Promise.resolve([]),
  schedules: () => Promise.resolve([]),
};

/**
 * Starts a console.
 *
 * @param resources the resources of a template in YAML; one function if absent
 */
export async function startConsole(
  resources = FUNCTION,
  {
    port = 0,
    responses = {},
    streams = {},
    alarms = { statuses: [], history: [] },
    services = {},
    outputs = { WebSocketUrl: 'ws://127.0.0.1:4000/dev' },
  }: FixtureOptions = {},
): Promise<ConsoleFixture> {
  const directory = mkdtempSync(join(tmpdir(), 'sam-offline-console-'));
  const bus = createEventBus();
  const insights = openInsights({ directory, bus });
  const stack = loadText(`Transform: AWS::Serverless-2016-10-31\nResources:\n${resources}`, {
    stackName: 'shop',
    files: { 'api/index.mjs': '' },
  });
  const asked: string[] = [];
  const connections: OpenConnection[] = [];
  const has = (id: string): boolean => connections.some(({ connectionId }) => connectionId === id);
  const page = createConsole({
    alarms: () => alarms,
    ...{ bus, insights, stack, outputs: () => outputs },
    actions: {
      invoke: (logicalId, event) => {
        asked.push(`invoke ${logicalId} ${event}`);
        return Promise.resolve({ requestId: 'request-2', ok: true, result: '{}' });
      },
      connections: {
        list: () => connections,
        send: (id, text) => {
          asked.push(`send ${id} ${text}`);
          return has(id);
        },
        close: (id, code, reason) => {
          asked.push(`close ${id} ${code} ${reason}`);
          return has(id);
        },
      },
      stream: (tableName) => {
        const records = streams[tableName];
        return Promise.resolve(records && { records, left: 0 });
      },
      call: (service, target) => {
        asked.push(`${service} ${target}`);
        return Promise.resolve(responses[target.split('.').at(-1) ?? ''] ?? {});
      },
      services: {
        ...NO_SERVICES,
        publish: (topicArn, { message }) => {
          asked.push(`publish ${topicArn} ${message}`);
          return Promise.resolve('message-1');
        },
        ...services,
      },
    },
  });
  const taken = await page.listen(port, '127.0.0.1').catch(async (error: unknown) => {
    await insights.close();
    rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const url = `http://127.0.0.1:${taken}`;
  const ask = ({
    method = 'GET',
    path,
    headers = {},
    body,
  }: AskOptions): Promise<FixtureResponse> =>
    new Promise((resolve, reject) => {
      // fetch cannot be used, since it does not send another Host.
      const sent = request(url + path, { method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ statusCode: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return {
    ...{ bus, url, asked, connections, ask },
    get: async (path) => JSON.parse((await ask({ path })).text) as unknown,
    async close() {
      await page.close();
      await insights.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const FUNCTION = `
  Api:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: shop-api
      CodeUri: api
      Handler: index.handler
      Runtime: nodejs24.x
      Environment: { Variables: { API_TOKEN: very-secret, MODE: test } }
`;
