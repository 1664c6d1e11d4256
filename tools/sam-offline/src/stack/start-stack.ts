import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createTargets } from '../delivery/index.ts';
import { startEventSourceMappings } from '../event-sources/index.ts';
import {
  type Insights,
  openInsights,
  startXRayDaemon,
  type XRayDaemon,
} from '../insights/index.ts';
import type { LambdaInvoker } from '../lambda/index.ts';
import { startStackAlarms } from './alarms.ts';
import { createServiceCaller } from './call-service.ts';
import { watchCode, watchTemplate } from './code-watch/index.ts';
import { explainDataFolderError, keepFile, makeFolder, watchDataFolder } from './data-folder.ts';
import { createFunctionIdentities } from './function-identities.ts';
import { createFunctions } from './functions.ts';
import { openAwsEndpoint, openConsole, openHttpApis, openWebSocketApis } from './open-endpoints.ts';
import { type Endpoints, stackOutputs } from './outputs.ts';
import { AlreadyRunningError, findRunningStack, outputsFileOf } from './running-stack.ts';
import { enforcePermissions } from './permissions.ts';
import { withPermittedResources } from './resource-permissions.ts';
import { Shutdown } from './shutdown.ts';
import { eventsDirectoryOf, startFact } from './stack-facts.ts';
import type { StartStackOptions } from './start-stack-options.ts';
import { startServices } from './start-services.ts';
import { startStores } from './stores.ts';

export interface RunningStack {
  /** The content of `outputs.json`. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly outputsFile: string;
  /** Queries about the stack, and about earlier runs of it. */
  readonly insights: Insights;
  /** Invokes a function of the stack and waits for its result. */
  readonly invoke: LambdaInvoker['invoke'];
  /**
   * Resolves with the path of a part of the data folder that was deleted. The stack cannot continue
   * without it.
   */
  readonly dataGone: Promise<string>;
  /** Ends every process, frees every port and deletes the outputs file. */
  close(): Promise<void>;
}

/**
 * Runs a stack on this machine. When it resolves, every endpoint responds.
 * @throws UserError (DataFolderError, AlreadyRunningError, PortTakenError, DynoxideNotFoundError,
 *   TableChangedError); then nothing is left running
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

/** Starts the parts in the order in which they need each other. */
async function start(given: StartStackOptions, shutdown: Shutdown): Promise<RunningStack> {
  const { events, dataDirectory } = given;
  await claimFolder(dataDirectory);

  const insights = startInsights(given, shutdown);
  const identities = createFunctionIdentities(given.stack);
  const permissions = enforcePermissions(given.stack, given.iam, events);
  const options = {
    ...given,
    stack: withPermittedResources(given.stack, permissions, identities.principalOf, events),
  };
  const { stack } = options;
  const { region, accountId } = stack;
  const xray = await startXRay(options, insights, shutdown);
  const stores = await startStores(stack, options);
  shutdown.add('stores', () => stores.close());

  const targets = createTargets();
  const functions = await createFunctions(options, { stores, xray, identities, targets }, shutdown);
  const { invoker } = functions;
  const services = await startServices(options, {
    ...{ targets, permissions, invoker, credentials: identities.credentials },
    ...(stores.queues && { queueEndpoint: stores.queues.endpoint }),
  });
  shutdown.add('services', () => services.close());

  const alarms = startStackAlarms(options, insights.metrics, invoker, targets);
  shutdown.add('alarms', () => {
    alarms.close();
  });

  const eventSources = await startEventSourceMappings({
    ...{ stack, invoker, events },
    ...(stores.dynamodb && { dynamodb: stores.dynamodb }),
    ...(stores.queues && { sqs: stores.queues }),
    sendToDestination: async (arn, body) => {
      await targets.send(arn, { body }, undefined);
    },
    checkpointFile: join(dataDirectory, 'dynamodb', 'stream-positions.json'),
  });
  shutdown.add('eventSources', () => eventSources.close());

  const { credentials } = identities;
  const caller = createServiceCaller(stack, credentials);
  const { callService, localize } = caller;
  const gateway = {
    ...{ region, accountId, credentials, permissions, events, invoker },
    ...{ callService, localize },
  };
  const webSockets = await openWebSocketApis(options, gateway, shutdown);
  const http = await openHttpApis(options, gateway, shutdown);
  const parts = { ...gateway, insights, alarms, stores, eventSources, webSockets, services };
  const awsEndpoint = await openAwsEndpoint(options, parts, shutdown);
  const endpoints: Endpoints = {
    httpApis: http.urls,
    functionUrls: http.functionUrls,
    ...(webSockets && { webSocketOrigin: webSockets.origin }),
    awsEndpoint,
  };
  caller.open(endpoints);
  functions.open(endpoints);
  await services.open(endpoints);
  const console = await openConsole(options, parts, endpoints, shutdown);

  if (functions.code !== undefined) {
    const { code } = functions;
    const watching = [
      watchCode({ store: code, reload: (id) => functions.reload(id), events }),
      watchTemplate(stack.templatePath, events),
    ];
    shutdown.add('watching', () => {
      for (const watcher of watching) watcher.close();
    });
  }

  const outputs = stackOutputs(stack, { ...endpoints, ...(console && { console }) });
  const outputsFile = outputsFileOf(dataDirectory);
  const kept = keepFile(outputsFile, `${JSON.stringify(outputs, undefined, 2)}\n`, events);
  shutdown.add('outputs', () => {
    kept.close();
    rmSync(outputsFile, { force: true });
  });
  const gone = Promise.withResolvers<string>();
  const dataPaths = [dataDirectory, ...functions.directories, ...(stores.dynamodb?.files ?? [])];
  const data = watchDataFolder(dataPaths, gone.resolve);
  shutdown.add('data', () => {
    data.close();
  });
  events.emit({ type: 'stack.ready', timeMs: events.now(), outputs, outputsFile });
  return {
    ...{ outputs, outputsFile, insights },
    dataGone: gone.promise,
    invoke: (...call) => invoker.invoke(...call),
    close: () => shutdown.run(),
  };
}

/** @throws AlreadyRunningError */
async function claimFolder(dataDirectory: string): Promise<void> {
  makeFolder(dataDirectory);
  const other = await findRunningStack(dataDirectory);
  if (other !== undefined) throw new AlreadyRunningError(dataDirectory, other);
}

/** Stores the facts from now on. The first is the stack's start, the last its end. */
function startInsights(
  { stack, events, dataDirectory, clean }: StartStackOptions,
  shutdown: Shutdown,
): Insights {
  const insights = openInsights({
    directory: eventsDirectoryOf(dataDirectory),
    bus: events,
    clean,
  });
  shutdown.add('insights', async () => {
    events.emit({ type: 'stack.stopped', timeMs: events.now() });
    await insights.close();
  });
  events.emit(startFact(stack, events.now()));
  return insights;
}

async function startXRay(
  { events }: StartStackOptions,
  insights: Insights,
  shutdown: Shutdown,
): Promise<XRayDaemon> {
  const xray = await startXRayDaemon({
    putSegments: (documents) => insights.putSegments(documents),
    onProblem: (message) => {
      events.warn('warn', message);
    },
  });
  shutdown.add('xray', () => xray.close());
  return xray;
}
