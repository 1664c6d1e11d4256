import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsEndpointOptions, S3Endpoint, ServiceHandler } from '../aws-endpoint/index.ts';
import type { Buckets } from '../buckets/index.ts';
import {
  DeliveryError,
  functionTarget,
  queueTarget,
  type DeliveryOptions,
  type Targets,
} from '../delivery/index.ts';
import type { EventBuses } from '../event-buses/index.ts';
import type { Enforcement } from '../iam/index.ts';
import { readTraceHeader } from '../ids/index.ts';
import type { LambdaInvoker } from '../lambda/index.ts';
import type { Schedules } from '../schedules/index.ts';
import type { CredentialStore } from '../signature/index.ts';
import { localizeUrls } from '../template/index.ts';
import type { Topics } from '../topics/index.ts';
import { type Endpoints, localTargets } from './outputs.ts';
import type { StartStackOptions } from './start-stack-options.ts';

/** The services of a stack that are neither tables, queues nor functions. */
export interface StackServices {
  readonly s3: NonNullable<AwsEndpointOptions['s3']>;
  /** The handlers by the service's name in signatures. */
  readonly handlers: ReadonlyMap<string, ServiceHandler>;
  readonly opened: OpenedServices;
  /**
   * Lets the services act by themselves. It is called when the addresses of the stack are known.
   */
  open(endpoints: Endpoints): Promise<void>;
  close(): Promise<void>;
}

/** The services with their data. Undefined for a service that nothing has used yet. */
export interface OpenedServices {
  buckets(): Promise<Buckets | undefined>;
  topics(): Promise<Topics | undefined>;
  eventBuses(): Promise<EventBuses | undefined>;
  schedules(): Promise<Schedules | undefined>;
}

export interface ServiceParts {
  readonly targets: Targets;
  readonly permissions: Enforcement;
  readonly credentials: CredentialStore;
  readonly invoker: LambdaInvoker;
  /** Undefined if the stack has no queues. */
  readonly queueEndpoint?: string;
}

/**
 * Makes the services of a stack. Each is loaded when the stack starts and has resources of it, or
 * with the first call to it. So a stack that does not use a service does not pay for loading it.
 */
export async function startServices(
  options: Pick<StartStackOptions, 'stack' | 'dataDirectory' | 'clean' | 'events'>,
  parts: ServiceParts,
): Promise<StackServices> {
  const { stack, events } = options;
  const { targets, permissions, invoker } = parts;
  const stopping = new AbortController();
  const delivery: DeliveryOptions = { targets, events, stopping: stopping.signal };
  const queues = queueTarget(stack, parts.queueEndpoint, permissions);
  targets.register('sqs', queues.send);
  targets.register('lambda', functionTarget(stack, invoker, permissions));

  let endpoints: Endpoints | undefined;
  const context: ServiceContext = {
    ...{ options, parts, delivery },
    endpoint: () => endpoints?.awsEndpoint ?? '',
    localize: (url) =>
      endpoints === undefined ? url : localizeUrls(url, localTargets(stack, endpoints)),
  };

  const s3 = bucketsOf(context);
  if (stack.buckets.length > 0) await s3.load();
  const sns = topicsOf(context);
  if (stack.topics.length > 0) await sns.load();

  const eventBridge = eventBusesOf(context);
  if (stack.rules.length + stack.eventBuses.length > 0) await eventBridge.load();
  const scheduler = schedulesOf(context);
  if (stack.schedules.length > 0) await scheduler.load();
  const ssm = parametersOf(context);
  const secrets = secretsOf(context);
  // A wrong value in the template is reported at the start, not with the first call.
  if (stack.secrets.length > 0) await secrets.load();

  const opened = async <T>(service: LazyService<T>): Promise<T | undefined> =>
    service.isLoaded() ? service.load() : undefined;
  return {
    s3,
    opened: {
      buckets: () => Promise.resolve(s3.opened()),
      topics: async () => (await opened(sns))?.topics,
      eventBuses: async () => (await opened(eventBridge))?.buses,
      schedules: async () => (await opened(scheduler))?.schedules,
    },
    handlers: new Map([
      ['sns', sns.handle],
      ['events', eventBridge.handle],
      ['scheduler', scheduler.handle],
      ['ssm', ssm.handle],
      ['secretsmanager', secrets.handle],
    ]),
    async open(known) {
      endpoints = known;
      if (sns.isLoaded()) (await sns.load()).topics.open();
      if (eventBridge.isLoaded()) (await eventBridge.load()).buses.open();
      if (scheduler.isLoaded()) (await scheduler.load()).schedules.open();
    },
    async close() {
      stopping.abort();
      await queues.close();
    },
  };
}

/** The parts that the services are made from. */
interface ServiceContext {
  readonly options: Pick<StartStackOptions, 'stack' | 'dataDirectory' | 'clean' | 'events'>;
  readonly parts: ServiceParts;
  readonly delivery: DeliveryOptions;
  /** The address of the AWS endpoint. Empty until it is known. */
  readonly endpoint: () => string;
  /** Turns an address of the stack into the one on this machine. */
  readonly localize: (url: string) => string;
}

/** A service that is loaded when it is needed. */
interface LazyService<T> {
  readonly load: () => Promise<T>;
  readonly isLoaded: () => boolean;
  readonly handle: ServiceHandler;
}

function lazily<T extends { readonly handle: ServiceHandler }>(
  make: () => Promise<T>,
): LazyService<T> {
  let isLoaded = false;
  const load = once(async () => {
    const made = await make();
    isLoaded = true;
    return made;
  });
  return {
    load,
    isLoaded: () => isLoaded,
    handle: async (call, principal) => (await load()).handle(call, principal),
  };
}

function eventBusesOf({ options, parts, delivery, endpoint }: ServiceContext) {
  const { stack } = options;
  const service = lazily(async () => {
    const [{ createEventBuses }, { createEventBridge }] = await Promise.all([
      import('../event-buses/index.ts'),
      import('../aws-endpoint/eventbridge/index.ts'),
    ]);
    const buses = createEventBuses({ stack, ...delivery });
    delivery.stopping.addEventListener('abort', () => {
      buses.close();
    });
    // A service that a call loads starts at once, since the addresses are known by then.
    if (endpoint() !== '') buses.open();
    return { buses, handle: createEventBridge(buses) };
  });
  parts.targets.register('events', async (arn, { body, event, traceHeader }, by) => {
    const denial =
      by && parts.permissions.refuseService(by, { action: 'events:PutEvents', resource: arn });
    if (denial !== undefined) throw new DeliveryError('NO_PERMISSIONS', denial.message);
    const { buses } = await service.load();
    const { source = 'aws.scheduler', detailType = '', resources = [] } = event ?? {};
    const messageId = buses.put(arn.replace(/^.*:event-bus\//, ''), {
      ...{ source, detailType, resources, detail: body, traceHeader },
      traceId: traceHeader && readTraceHeader(traceHeader)?.traceId,
    });
    return { messageId };
  });
  return service;
}

function schedulesOf({ options, parts, delivery, endpoint }: ServiceContext) {
  return lazily(async () => {
    const [{ createSchedules }, { createScheduler }] = await Promise.all([
      import('../schedules/index.ts'),
      import('../aws-endpoint/scheduler/index.ts'),
    ]);
    const { permissions } = parts;
    const schedules = createSchedules({ stack: options.stack, permissions, ...delivery });
    delivery.stopping.addEventListener('abort', () => {
      schedules.close();
    });
    if (endpoint() !== '') schedules.open();
    return { schedules, handle: createScheduler(schedules) };
  });
}

function parametersOf({ options: { stack, dataDirectory, clean } }: ServiceContext) {
  const file = join(dataDirectory, 'parameters.json');
  if (clean) rmSync(file, { force: true });
  return lazily(async () => {
    const [{ openParameters }, { createSsm }] = await Promise.all([
      import('../stored-values/index.ts'),
      import('../aws-endpoint/ssm/index.ts'),
    ]);
    const { region, accountId } = stack;
    const parameters = openParameters(file, stack);
    return { parameters, handle: createSsm({ parameters, region, accountId }) };
  });
}

function secretsOf({ options: { stack, dataDirectory, clean } }: ServiceContext) {
  const file = join(dataDirectory, 'secrets.json');
  if (clean) rmSync(file, { force: true });
  return lazily(async () => {
    const [{ openSecrets }, { createSecretsManager }] = await Promise.all([
      import('../stored-values/index.ts'),
      import('../aws-endpoint/secrets-manager/index.ts'),
    ]);
    const secrets = openSecrets(file, stack);
    return { secrets, handle: createSecretsManager(secrets) };
  });
}

function topicsOf({ options, parts, delivery, endpoint, localize }: ServiceContext) {
  const { stack } = options;
  const { targets, permissions } = parts;
  const service = lazily(async () => {
    const [{ createTopics }, { createSns }] = await Promise.all([
      import('../topics/index.ts'),
      import('../aws-endpoint/sns/index.ts'),
    ]);
    const topics = createTopics({ stack, ...delivery, endpoint, localize });
    return { topics, handle: createSns(topics, stack.accountId) };
  });
  targets.register('sns', async (topicArn, message, by) => {
    const denial =
      by && permissions.refuseService(by, { action: 'sns:Publish', resource: topicArn });
    if (denial !== undefined) throw new DeliveryError('NO_PERMISSIONS', denial.message);
    const { topics } = await service.load();
    const {
      body,
      subject,
      attributes = {},
      messageGroupId,
      deduplicationId,
      traceHeader,
    } = message;
    try {
      const { messageId } = topics.publish({
        ...{ topicArn, message: body, subject, attributes, messageGroupId, deduplicationId },
        ...{ traceHeader, traceId: traceHeader && readTraceHeader(traceHeader)?.traceId },
      });
      return { messageId };
    } catch (error) {
      throw new DeliveryError(
        'SDK_CLIENT_ERROR',
        error instanceof Error ? error.message : String(error),
      );
    }
  });
  return service;
}

function bucketsOf({
  options,
  parts,
  delivery,
}: ServiceContext): StackServices['s3'] & { opened(): Buckets | undefined } {
  const { stack, dataDirectory, clean } = options;
  const { permissions, credentials } = parts;
  const directory = join(dataDirectory, 'buckets');
  if (clean) rmSync(directory, { recursive: true, force: true });
  const { region, accountId } = stack;
  const names = new Set(stack.buckets.map(({ bucketName }) => bucketName));
  let opened: Buckets | undefined;
  const load = once(async (): Promise<S3Endpoint> => {
    const [{ createBucketNotifications, openBuckets }, { createS3Endpoint }] = await Promise.all([
      import('../buckets/index.ts'),
      import('../aws-endpoint/s3/index.ts'),
    ]);
    const buckets = await openBuckets(directory, stack.buckets);
    opened = buckets;
    const notifications = createBucketNotifications(stack, buckets, delivery);
    return createS3Endpoint(
      { buckets, notifications, region, accountId },
      { credentials, permissions },
    );
  });
  return {
    hasBucket: (name) => opened?.store.hasBucket(name) ?? names.has(name),
    load,
    opened: () => opened,
  };
}

/** Makes a value when it is first asked for. If that fails, the next call tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}
