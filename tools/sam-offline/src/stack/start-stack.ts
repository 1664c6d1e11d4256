import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAwsEndpoint } from '../aws-endpoint/index.ts';
import { type EventSourceMappings, startEventSourceMappings } from '../event-sources/index.ts';
import { createHttpApiServer } from '../http-api/index.ts';
import { createLambdaService } from '../lambda/index.ts';
import type { LogSink } from '../log.ts';
import {
  createCredentialStore,
  generateFunctionCredentials,
  operatorCredentials,
} from '../signature/index.ts';
import { type LambdaFunction, localizeUrls, type Stack } from '../template/index.ts';
import { createWebSocketApiServer, type WebSocketApiLimits } from '../websocket-api/index.ts';
import { type Doors, localTargets, stackOutputs } from './outputs.ts';
import { listening, LOOPBACK, type Ports } from './ports.ts';
import { createDestinationSender } from './send-to-destination.ts';
import { startStores, type Stores } from './stores.ts';
import { watchCode } from './watch-code.ts';

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
  readonly log: LogSink;
}

export interface RunningStack {
  /** What `outputs.json` says. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly outputsFile: string;
  /** Invokes a function of the stack and waits for its answer. */
  readonly invoke: ReturnType<typeof createLambdaService>['invoke'];
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
 * @throws PortTakenError, CodeMissingError, DynoxideNotFoundError, TableChangedError; nothing is left
 *   running then
 */
export async function startStack(options: StartStackOptions): Promise<RunningStack> {
  const { stack, log, ports, dataDirectory } = options;
  const { region, accountId } = stack;
  const closing: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step();
  };

  try {
    mkdirSync(dataDirectory, { recursive: true });
    const principals = new Map(
      stack.functions.map((fn) => [
        fn.logicalId,
        generateFunctionCredentials(fn.logicalId, accountId),
      ]),
    );
    const credentials = createCredentialStore([
      operatorCredentials(accountId),
      ...principals.values(),
    ]);

    // What functions are told of the stack's doors is known once these listen; none runs before.
    let doors: Doors | undefined;
    let stores: Stores | undefined;
    const environmentFor = (fn: LambdaFunction): Record<string, string> => {
      const principal = principals.get(fn.logicalId);
      if (doors === undefined || principal === undefined) return {};
      const targets = localTargets(stack, doors);
      return {
        ...Object.fromEntries(
          Object.entries(fn.environment).map(([key, value]) => [key, localizeUrls(value, targets)]),
        ),
        AWS_ENDPOINT_URL: doors.awsEndpoint,
        DYNAMODB_ENDPOINT: doors.awsEndpoint,
        AWS_ACCESS_KEY_ID: principal.accessKeyId,
        AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
        ...(principal.sessionToken !== undefined && { AWS_SESSION_TOKEN: principal.sessionToken }),
      };
    };

    const workDirectory = join(dataDirectory, 'functions');
    rmSync(workDirectory, { recursive: true, force: true });
    const lambda = createLambdaService({
      functions: stack.functions,
      region,
      log,
      workDirectory,
      environmentFor,
      sendToDestination: createDestinationSender(stack, {
        invokeAsync: (logicalId, body) => {
          lambda.invokeAsync(logicalId, body);
        },
        queueEndpoint: () => stores?.queues?.endpoint,
      }),
    });
    closing.push(() => lambda.close());
    const broken = await lambda.start();
    if (broken.length > 0) {
      throw new CodeMissingError(broken.map((problem) => problem.message).join('\n'));
    }

    const gateway = { region, accountId, invoker: lambda, credentials, log };
    const webSockets = createWebSocketApiServer({
      ...gateway,
      apis: stack.webSocketApis,
      limits: options.limits,
    });
    const http = createHttpApiServer({
      ...gateway,
      apis: stack.httpApis,
      functions: stack.functions,
    });

    // The ports first: a taken one is found before anything else has started.
    const webSocketPort =
      stack.webSocketApis.length === 0
        ? undefined
        : await listening('WebSocket API', ports.webSocket, '--websocket-port', () =>
            webSockets.listen(ports.webSocket, LOOPBACK),
          );
    if (webSocketPort) closing.push(() => webSockets.close());
    const httpAddresses = await listening('HTTP API', ports.http, '--http-port', () =>
      http.listen(ports.http, LOOPBACK),
    );
    closing.push(() => http.close());

    stores = await startStores(stack, options);
    closing.push(() => stores?.close());

    let mappings: EventSourceMappings | undefined;
    const aws = createAwsEndpoint({
      region,
      credentials,
      log,
      ...(stores.dynamodb && {
        dynamodb: {
          ...stores.dynamodb,
          onWrite: {
            tableNames: stack.tables
              .filter((table) => table.streamArn !== undefined)
              .map((table) => table.tableName),
            notify: (tableName) => mappings?.nudge(tableName),
          },
        },
      }),
      ...(stores.queues && { sqs: stores.queues }),
      lambda: { stack, invoker: lambda },
      ...(webSocketPort && {
        connections: (request) => webSockets.handleConnectionsRequest(request),
      }),
    });
    const awsPort = await listening('AWS endpoint', ports.aws, '--aws-port', () =>
      aws.listen(ports.aws, LOOPBACK),
    );
    closing.push(() => aws.close());

    doors = {
      httpApis: httpAddresses.urls,
      functionUrls: httpAddresses.functionUrls,
      ...(webSocketPort && { webSocketOrigin: `http://${LOOPBACK}:${webSocketPort.port}` }),
      awsEndpoint: `http://${LOOPBACK}:${awsPort}`,
    };

    const started = await startEventSourceMappings({
      stack,
      invoker: lambda,
      log,
      ...(stores.dynamodb && { dynamodb: stores.dynamodb }),
      ...(stores.queues && { sqs: stores.queues }),
      checkpointFile: join(dataDirectory, 'stream-positions.json'),
    });
    mappings = started;
    closing.push(() => started.close());

    if (options.watch) {
      const watching = watchCode(stack.functions, (logicalIds) => {
        for (const logicalId of logicalIds) lambda.reload(logicalId);
        log.system('info', `reloaded ${logicalIds.join(', ')}`);
      });
      closing.push(() => {
        watching.close();
      });
    }

    const outputs = stackOutputs(stack, doors);
    const outputsFile = join(dataDirectory, 'outputs.json');
    writeFileSync(outputsFile, `${JSON.stringify(outputs, undefined, 2)}\n`);
    closing.push(() => {
      rmSync(outputsFile, { force: true });
    });
    return { outputs, outputsFile, invoke: lambda.invoke, close };
  } catch (error) {
    await close();
    throw error;
  }
}
