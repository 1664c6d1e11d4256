import type { Alarms } from '../alarms/index.ts';
import { type Console, type ConsoleActions, createConsole } from '../console/index.ts';
import type { EventBus } from '../events/index.ts';
import type { Insights } from '../insights/index.ts';
import type { LambdaInvoker } from '../lambda/index.ts';
import {
  createJsonClient,
  type JsonClient,
  type StreamTail,
  StreamTails,
} from '../services/index.ts';
import type { Stack } from '../template/index.ts';
import type { Connection, WebSocketApiServer } from '../websocket-api/index.ts';
import { serviceAccessOf } from './service-access.ts';
import type { OpenedServices } from './start-services.ts';
import type { Stores } from './stores.ts';

/** The parts of a stack that the console shows and acts on. */
export interface ConsoleParts {
  readonly stack: Stack;
  readonly events: EventBus;
  readonly insights: Insights;
  readonly invoke: LambdaInvoker['invoke'];
  /** Absent if the stack has no WebSocket API. */
  readonly webSockets?: Pick<WebSocketApiServer, 'connections' | 'send' | 'disconnect'> | undefined;
  readonly alarms: Alarms;
  readonly stores: Stores;
  readonly services: OpenedServices;
  /** Is called after a table was written to. */
  readonly onWrite: (tableName: string) => void;
  readonly outputs: () => Readonly<Record<string, string>>;
}

/**
 * Makes the console of a stack, which reaches functions, connections and data through the parts.
 */
export function consoleOf(parts: ConsoleParts): Console {
  const { stack, events, insights, outputs, webSockets } = parts;
  const clients = new Clients(parts);
  const actions: ConsoleActions = {
    async invoke(logicalId, event) {
      const { ok, requestId, payload } = await parts.invoke(logicalId, event);
      return { ok, requestId, result: payload.toString('utf8') };
    },
    connections: {
      *list() {
        for (const connection of webSockets?.connections ?? []) yield openConnectionOf(connection);
      },
      send: (connectionId, text) => webSockets?.send(connectionId, text) ?? false,
      close: (connectionId, statusCode, reason) =>
        webSockets?.disconnect(connectionId, { statusCode, reason }) ?? false,
    },
    stream: (tableName) => clients.stream(tableName),
    call: (service, target, input) => clients.call(service, target, input),
    services: serviceAccessOf(parts.services, events),
  };
  const console = createConsole({
    ...{ bus: events, stack, insights, actions, outputs },
    alarms: () => parts.alarms,
  });
  return {
    listen: (port, host) => console.listen(port, host),
    async close() {
      await console.close();
      await clients.close();
    },
  };
}

function openConnectionOf(connection: Connection) {
  const { connectionId, api, connectedAt, lastActiveAt, sourceIp, userAgent } = connection;
  const { apiId, stageName: stage } = api.model;
  const { authorizer } = connection;
  return { connectionId, apiId, stage, connectedAt, lastActiveAt, sourceIp, userAgent, authorizer };
}

/** Connections to DynamoDB and SQS. The first call opens them. */
class Clients {
  readonly #parts: ConsoleParts;
  readonly #open = new Map<string, JsonClient>();
  #tails: StreamTails | undefined;

  constructor(parts: ConsoleParts) {
    this.#parts = parts;
  }

  async stream(tableName: string): Promise<StreamTail | undefined> {
    const { dynamodb } = this.#parts.stores;
    if (dynamodb === undefined) return undefined;
    this.#tails ??= new StreamTails({
      ...{ dynamodb: this.#clientOf(dynamodb.endpoint), region: this.#parts.stack.region },
      ...{ tables: dynamodb.tables, expired: dynamodb.expired },
    });
    return this.#tails.latest(tableName);
  }

  async call(service: 'dynamodb' | 'sqs', target: string, input: object): Promise<unknown> {
    const { stores } = this.#parts;
    const endpoint = service === 'dynamodb' ? stores.dynamodb?.endpoint : stores.queues?.endpoint;
    if (endpoint === undefined) {
      throw new Error(`The stack has no ${service === 'dynamodb' ? 'tables' : 'queues'}.`);
    }
    const client = this.#clientOf(endpoint);
    const queueUrl = (input as { readonly QueueUrl?: string }).QueueUrl;
    const response = await client.call(target, {
      ...input,
      // The queue service has an address of its own.
      ...(queueUrl !== undefined && { QueueUrl: endpoint + new URL(queueUrl).pathname }),
    });
    const { TableName: table } = input as { readonly TableName?: string };
    if (table !== undefined && /\.(?:Put|Delete)Item$/.test(target)) this.#parts.onWrite(table);
    return response;
  }

  #clientOf(endpoint: string): JsonClient {
    const client = this.#open.get(endpoint) ?? createJsonClient(endpoint, this.#parts.stack.region);
    this.#open.set(endpoint, client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((client) => client.close()));
  }
}
