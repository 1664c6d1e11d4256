import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Alarms, startAlarms } from '../alarms/index.ts';
import { createAwsEndpoint, type TableLimits } from '../aws-endpoint/index.ts';
import { type EventSourceMappings, startEventSourceMappings } from '../event-sources/index.ts';
import type { Console } from '../console/index.ts';
import { createHttpApiServer } from '../http-api/index.ts';
import type { EventBus } from '../events/index.ts';
import type { EnforcementMode } from '../iam/index.ts';
import { type Insights, openInsights, startXRayDaemon } from '../insights/index.ts';
import { createLambdaService, type LambdaInvoker, type ReloadResult } from '../lambda/index.ts';
import type { Stack, Table } from '../template/index.ts';
import {
  createWebSocketApiServer,
  type WebSocketApiLimits,
  type WebSocketApiServer,
  type WebSocketApiServerOptions,
} from '../websocket-api/index.ts';
import { createFunctionIdentities } from './function-identities.ts';
import { enforcePermissions } from './permissions.ts';
import { explainDataFolderError, keepFile, makeFolder, watchDataFolder } from './data-folder.ts';
import { consoleOf } from './open-console.ts';
import { type Doors, stackOutputs } from './outputs.ts';
import { listening, LOOPBACK, type Ports } from './ports.ts';
import { AlreadyRunningError, findRunningStack, outputsFileOf } from './running-stack.ts';
import { createDestinationSender } from './send-to-destination.ts';
import { Shutdown } from './shutdown.ts';
import { eventsDirectoryOf, startFact, xrayVariables } from './stack-facts.ts';
import { startStores, type Stores } from './stores.ts';
import { openCodeStore, watchCode, watchTemplate } from './code-watch/index.ts';

export interface StartStackOptions {
  readonly stack: Stack;
  readonly ports: Ports;
  /** Absolute. Tables, checkpoints and `outputs.json` are kept in it. */
  readonly dataDirectory: string;
  /** Start with empty tables. */
  readonly clean: boolean;
  /** Serve changed bundles without a restart. */
  readonly watch: boolean;
  readonly limits: Partial<WebSocketApiLimits>;
  /** The account's concurrency, with the throttling that it causes; absent: nothing is throttled. */
  readonly concurrency?: number;
  /** What each table takes; absent: what comes. */
  readonly tableLimits?: TableLimits;
  /** Whether the functions' permissions are enforced. */
  readonly iam: EnforcementMode;
  /** What happens is told here, and stored in the data folder. */
  readonly events: EventBus;
}

export interface RunningStack {
  /** What `outputs.json` says. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly outputsFile: string;
  /** What can be asked about the stack, and about earlier runs of it. */
  readonly insights: Insights;
  /** Invokes a function of the stack and waits for its answer. */
  readonly invoke: LambdaInvoker['invoke'];
  /** Resolves with what was deleted of the data folder: the stack cannot go on without it. */
  readonly dataGone: Promise<string>;
  /** Ends every process and frees every port; the outputs file goes too. */
  close(): Promise<void>;
}

/** A function that can't run: its code is missing, or its runtime unsupported. */
export class CodeMissingError extends Error {
  override readonly name = 'CodeMissingError';
}

/**
 * Runs a stack on this machine. When it resolves, every door answers.
 *
 * @throws DataFolderError, AlreadyRunningError, PortTakenError, CodeMissingError, DynoxideNotFoundError, TableChangedError; nothing is left
 *   running then
 */
export async function startStack(options: StartStackOptions): Promise<RunningStack> {
  const shutdown = new Shutdown();
  try {
    return await start(options, shutdown);
  } catch (error) {
    await shutdown.run();
    throw explainDataFolderError(options.dataDirectory, error);
  }
}

async function start(options: StartStackOptions, shutdown: Shutdown): Promise<RunningStack> {
  const { stack, events, ports, dataDirectory } = options;
  const { region, accountId } = stack;
  makeFolder(dataDirectory);
  const other = await findRunningStack(dataDirectory);
  if (other !== undefined) throw new AlreadyRunningError(dataDirectory, other);

  const insights = openInsights({
    directory: eventsDirectoryOf(dataDirectory),
    bus: events,
    clean: options.clean,
  });
  shutdown.add('insights', async () => {
    events.emit({ type: 'stack.stopped', timeMs: events.now() });
    await insights.close();
  });
  events.emit(startFact(stack, events.now()));
  const xray = await startXRayDaemon({
    putSegments: (documents) => insights.putSegments(documents),
    onProblem: (message) => {
      events.warn('warn', message);
    },
  });
  shutdown.add('xray', () => xray.close());

  // Functions are told where the stack's doors are, so none may start before that is known, though
  // clients of an earlier run are back as soon as a port is open.
  const ready = Promise.withResolvers<undefined>();
  const identities = createFunctionIdentities(stack);
  const permissions = enforcePermissions(stack, options.iam, events);
  /** What starts later than what asks for it. */
  const late: {
    doors?: Doors;
    stores?: Stores;
    alarms?: Alarms;
    eventSources?: EventSourceMappings;
    outputs?: Readonly<Record<string, string>>;
  } = {};

  const workDirectory = join(dataDirectory, 'functions');
  rmSync(workDirectory, { recursive: true, force: true });
  const codeDirectory = join(dataDirectory, 'code');
  const code = options.watch
    ? await openCodeStore(stack.functions, codeDirectory, [dataDirectory])
    : undefined;
  if (code !== undefined) shutdown.add('code', () => code.close().catch(() => undefined));
  const lambda = createLambdaService({
    functions: stack.functions,
    region,
    events,
    workDirectory,
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    ...(code && { codeOf: (fn) => code.use(fn) }),
    environmentFor: (fn) => ({
      ...xrayVariables(xray),
      ...(late.doors && identities.environmentOf(fn, late.doors)),
    }),
    sendToDestination: createDestinationSender(stack, {
      invokeAsync: (logicalId, body) => {
        lambda.invokeAsync(logicalId, body);
      },
      queueEndpoint: () => late.stores?.queues?.endpoint,
    }),
  });
  shutdown.add('lambda', () => lambda.close());
  const broken = await lambda.start();
  if (broken.length > 0) {
    throw new CodeMissingError(broken.map((problem) => problem.message).join('\n'));
  }

  const gateway = {
    region,
    accountId,
    credentials: identities.credentials,
    permissions,
    events,
    functionNames: new Map(
      stack.functions.map(({ logicalId, functionName }) => [logicalId, functionName]),
    ),
    invoker: {
      invoke: (...call: Parameters<LambdaInvoker['invoke']>) =>
        late.doors === undefined
          ? ready.promise.then(() => lambda.invoke(...call))
          : lambda.invoke(...call),
      invokeAsync: lambda.invokeAsync.bind(lambda),
    },
  };
  // The ports first: a taken one is found before anything else has started.
  const webSockets = await openWebSocketApis(options, gateway, shutdown);
  const http = createHttpApiServer({
    ...gateway,
    apis: stack.httpApis,
    functions: stack.functions,
  });
  const httpAddresses = await listening('HTTP API', ports.http, '--http-port', () =>
    http.listen(ports.http, LOOPBACK),
  );
  shutdown.add('http', () => http.close());
  const consoleUrl = await openConsole(ports.console, shutdown, () =>
    consoleOf({
      ...{ stack, events, insights, webSockets, invoke: gateway.invoker.invoke },
      alarms: () => late.alarms,
      stores: () => late.stores,
      onWrite: (tableName) => late.eventSources?.nudge(tableName),
      outputs: () => late.outputs ?? {},
    }),
  );

  const stores = await startStores(stack, options);
  late.stores = stores;
  shutdown.add('stores', () => stores.close());

  const alarms = startAlarms({
    ...{ alarms: stack.alarms, metrics: insights.metrics, events },
    actions: {
      ...{ region, accountId, functions: stack.functions },
      invokeAsync: (logicalId, payload) => {
        lambda.invokeAsync(logicalId, payload);
      },
    },
  });
  late.alarms = alarms;
  shutdown.add('alarms', () => {
    alarms.close();
  });

  const aws = createAwsEndpoint({
    region,
    credentials: identities.credentials,
    permissions,
    events,
    lambda: { stack, invoker: lambda },
    observability: {
      ...{ insights, alarms, accountId, nowMs: () => events.now() },
      functionNames: stack.functions.map(({ functionName }) => functionName),
    },
    ...(stores.dynamodb && {
      dynamodb: {
        ...stores.dynamodb,
        ...(options.tableLimits && { limits: options.tableLimits }),
        onWrite: {
          tableNames: stack.tables.filter(hasStream).map((table) => table.tableName),
          notify: (tableName) => late.eventSources?.nudge(tableName),
        },
      },
    }),
    ...(stores.queues && { sqs: stores.queues }),
    ...(webSockets && { connections: webSockets.handleConnectionsRequest }),
  });
  const awsPort = await listening('AWS endpoint', ports.aws, '--aws-port', () =>
    aws.listen(ports.aws, LOOPBACK),
  );
  shutdown.add('awsEndpoint', () => aws.close());

  const openDoors: Doors = {
    httpApis: httpAddresses.urls,
    functionUrls: httpAddresses.functionUrls,
    ...(webSockets && { webSocketOrigin: webSockets.origin }),
    awsEndpoint: `http://${LOOPBACK}:${awsPort}`,
    ...(consoleUrl !== undefined && { console: consoleUrl }),
  };
  late.doors = openDoors;
  ready.resolve(undefined);

  const eventSources = await startEventSourceMappings({
    stack,
    invoker: lambda,
    events,
    ...(stores.dynamodb && { dynamodb: stores.dynamodb }),
    ...(stores.queues && { sqs: stores.queues }),
    checkpointFile: join(dataDirectory, 'dynamodb', 'stream-positions.json'),
  });
  late.eventSources = eventSources;
  shutdown.add('eventSources', () => eventSources.close());

  if (code !== undefined) {
    const reload = (logicalId: string): Promise<ReloadResult> => lambda.reload(logicalId);
    const watching = [
      watchCode({ store: code, reload, events }),
      watchTemplate(stack.templatePath, events),
    ];
    shutdown.add('watching', () => {
      for (const watcher of watching) watcher.close();
    });
  }

  const outputs = stackOutputs(stack, openDoors);
  late.outputs = outputs;
  const outputsFile = outputsFileOf(dataDirectory);
  const kept = keepFile(outputsFile, `${JSON.stringify(outputs, undefined, 2)}\n`, events);
  shutdown.add('outputs', () => {
    kept.close();
    rmSync(outputsFile, { force: true });
  });
  const gone = Promise.withResolvers<string>();
  const dataPaths = [
    dataDirectory,
    workDirectory,
    codeDirectory,
    ...(stores.dynamodb?.files ?? []),
  ];
  const data = watchDataFolder(dataPaths, gone.resolve);
  shutdown.add('data', () => {
    data.close();
  });
  events.emit({ type: 'stack.ready', timeMs: events.now(), outputs, outputsFile });
  return {
    outputs,
    outputsFile,
    insights,
    dataGone: gone.promise,
    invoke: (...call) => lambda.invoke(...call),
    close: () => shutdown.run(),
  };
}

function hasStream(table: Table): boolean {
  return table.streamArn !== undefined;
}

/** @returns the console's address; undefined where no port is asked for */
async function openConsole(
  port: number | undefined,
  shutdown: Shutdown,
  create: () => Console,
): Promise<string | undefined> {
  if (port === undefined) return undefined;
  const page = create();
  shutdown.add('console', () => page.close());
  const opened = await listening('console', port, '--console-port', () =>
    page.listen(port, LOOPBACK),
  );
  return `http://${LOOPBACK}:${opened}`;
}

/** Opens the port of the stack's WebSocket APIs, if it has any. */
async function openWebSocketApis(
  { stack, ports, limits }: StartStackOptions,
  gateway: Omit<WebSocketApiServerOptions, 'apis' | 'limits'>,
  shutdown: Shutdown,
): Promise<
  | (Pick<
      WebSocketApiServer,
      'handleConnectionsRequest' | 'connections' | 'send' | 'disconnect'
    > & {
      readonly origin: string;
    })
  | undefined
> {
  if (stack.webSocketApis.length === 0) return undefined;
  const server = createWebSocketApiServer({ ...gateway, apis: stack.webSocketApis, limits });
  const { port } = await listening('WebSocket API', ports.webSocket, '--websocket-port', () =>
    server.listen(ports.webSocket, LOOPBACK),
  );
  shutdown.add('webSockets', () => server.close());
  return {
    ...server,
    origin: `http://${LOOPBACK}:${port}`,
  };
}
