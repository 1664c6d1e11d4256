import type { Alarms } from '../alarms/index.ts';
import { createAwsEndpoint } from '../aws-endpoint/index.ts';
import type { EventSourceMappings } from '../event-sources/index.ts';
import type { EventBus } from '../events/index.ts';
import { createHttpApiServer, type HttpApiAddresses } from '../http-api/index.ts';
import type { CallService } from '../gateway/index.ts';
import type { Enforcement } from '../iam/index.ts';
import { logGroupOf } from '../ids/index.ts';
import type { Insights } from '../insights/index.ts';
import type { LambdaInvoker } from '../lambda/index.ts';
import type { CredentialStore } from '../signature/index.ts';
import type { Stack, Table } from '../template/index.ts';
import { createWebSocketApiServer, type WebSocketApiServer } from '../websocket-api/index.ts';
import { consoleOf } from './open-console.ts';
import { type Endpoints, stackOutputs } from './outputs.ts';
import { listening, LOOPBACK } from './ports.ts';
import type { Shutdown } from './shutdown.ts';
import type { StartStackOptions } from './start-stack-options.ts';
import type { StackServices } from './start-services.ts';
import type { Stores } from './stores.ts';

/** The parts that every endpoint needs to admit requests and to invoke functions. */
interface EndpointOptions {
  readonly region: string;
  readonly accountId: string;
  readonly credentials: CredentialStore;
  readonly permissions: Enforcement;
  readonly events: EventBus;
  readonly invoker: LambdaInvoker;
  readonly callService: CallService;
  readonly localize: (url: string) => string;
}

/** The parts that the AWS endpoint and the console reach. */
interface Parts extends EndpointOptions {
  readonly insights: Insights;
  readonly alarms: Alarms;
  readonly stores: Stores;
  readonly eventSources: EventSourceMappings;
  /** Absent if the stack has no WebSocket API. */
  readonly webSockets: OpenWebSocketApis | undefined;
  readonly services: StackServices;
}

/** The WebSocket APIs of a stack, with their address (`http://127.0.0.1:3001`). */
export type OpenWebSocketApis = Pick<
  WebSocketApiServer,
  'handleConnectionsRequest' | 'connections' | 'send' | 'disconnect'
> & { readonly origin: string };

/** Opens the port of the stack's WebSocket APIs, if it has any. */
export async function openWebSocketApis(
  { stack, ports, limits }: StartStackOptions,
  gateway: EndpointOptions,
  shutdown: Shutdown,
): Promise<OpenWebSocketApis | undefined> {
  if (stack.webSocketApis.length === 0) return undefined;
  const server = createWebSocketApiServer({
    ...gateway,
    ...{ apis: stack.webSocketApis, limits, functionNames: functionNamesOf(stack) },
  });
  const { port } = await listening('WebSocket API', ports.webSocket, '--websocket-port', () =>
    server.listen(ports.webSocket, LOOPBACK),
  );
  shutdown.add('webSockets', () => server.close());
  return { ...server, origin: `http://${LOOPBACK}:${port}` };
}

/** Opens the ports of the stack's HTTP APIs and Function URLs. */
export async function openHttpApis(
  { stack, ports }: StartStackOptions,
  gateway: EndpointOptions,
  shutdown: Shutdown,
): Promise<HttpApiAddresses> {
  const http = createHttpApiServer({
    ...gateway,
    ...{ apis: stack.httpApis, functions: stack.functions, functionNames: functionNamesOf(stack) },
  });
  const addresses = await listening('HTTP API', ports.http, '--http-port', () =>
    http.listen(ports.http, LOOPBACK),
  );
  shutdown.add('http', () => http.close());
  return addresses;
}

/**
 * Opens the port that serves every AWS call.
 *
 * @returns its address
 */
export async function openAwsEndpoint(
  { stack, ports, tableLimits }: StartStackOptions,
  parts: Parts,
  shutdown: Shutdown,
): Promise<string> {
  const { region, accountId, credentials, permissions, events, invoker } = parts;
  const { insights, alarms, stores, eventSources, webSockets, services } = parts;
  const aws = createAwsEndpoint({
    ...{ region, credentials, permissions, events },
    lambda: { stack, invoker, events },
    observability: {
      ...{ insights, alarms, accountId, nowMs: () => events.now() },
      logGroups: stack.functions.map(
        ({ functionName, logging }) => logging?.logGroup ?? logGroupOf(functionName),
      ),
    },
    ...(stores.dynamodb && {
      dynamodb: {
        ...stores.dynamodb,
        ...(tableLimits && { limits: tableLimits }),
        onWrite: {
          tableNames: stack.tables.filter(hasStream).map((table) => table.tableName),
          notify: (tableName) => {
            eventSources.nudge(tableName);
          },
        },
      },
    }),
    ...(stores.queues && { sqs: stores.queues }),
    ...{ s3: services.s3, services: services.handlers },
    ...(webSockets && { connections: webSockets.handleConnectionsRequest }),
  });
  const port = await listening('AWS endpoint', ports.aws, '--aws-port', () =>
    aws.listen(ports.aws, LOOPBACK),
  );
  shutdown.add('awsEndpoint', () => aws.close());
  return `http://${LOOPBACK}:${port}`;
}

/**
 * Opens the console.
 *
 * @returns its address; undefined if the options have no port for it
 */
export async function openConsole(
  { stack, ports }: StartStackOptions,
  parts: Parts,
  endpoints: Endpoints,
  shutdown: Shutdown,
): Promise<string | undefined> {
  const { console: port } = ports;
  if (port === undefined) return undefined;
  const { events, insights, alarms, stores, services, eventSources, webSockets, invoker } = parts;
  // The console shows its own address, which is known once it listens.
  let outputs: Readonly<Record<string, string>> = stackOutputs(stack, endpoints);
  const page = consoleOf({
    ...{ stack, events, insights, alarms, stores, webSockets, services: services.opened },
    invoke: (...call) => invoker.invoke(...call),
    onWrite: (tableName) => {
      eventSources.nudge(tableName);
    },
    outputs: () => outputs,
  });
  shutdown.add('console', () => page.close());
  const opened = await listening('console', port, '--console-port', () =>
    page.listen(port, LOOPBACK),
  );
  const url = `http://${LOOPBACK}:${opened}`;
  outputs = stackOutputs(stack, { ...endpoints, console: url });
  return url;
}

function hasStream(table: Table): boolean {
  return table.streamArn !== undefined;
}

function functionNamesOf({ functions }: Stack): Map<string, string> {
  return new Map(functions.map(({ logicalId, functionName }) => [logicalId, functionName]));
}
