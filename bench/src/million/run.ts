import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { costOf } from '@blogapp/aws-prices';
import { setTimeout as delay } from 'node:timers/promises';
import { ConnectionsSink, type SinkOptions, type SinkStats } from '../connections-sink/index.ts';
import { operator, requestBroadcast } from '../load/operator.ts';
import { countSubscribers, startProductStack, type ProductStack } from '../stack/index.ts';
import { invocationsSince } from './invocations.ts';
import { importSubscribers } from './subscribers.ts';
import { WorkerWatch, type WorkerMemory } from './workers.ts';

/** API Gateway's default limits of an account (requests a second, and requests at once). */
export const LIMIT = { rateLimit: 10_000, burstLimit: 5_000 };
/** The subscribers whose number modulo 100 is this are gone. */
const STALE_REST = 7;
/** The template's `MemorySize` of both functions. */
const GIGABYTES = 1;
/**
 * A small broadcast is repeated up to this many pushes before memory is read: V8's young generation
 * grows with the work of a process, up to its limit, whatever the number of subscribers.
 */
const PUSHES_FOR_MEMORY = 100_000;
/**
 * A task costs one send, one receive and one delete. Polls that find nothing are not counted: they
 * also happen without a broadcast.
 */
const QUEUE_REQUESTS_PER_TASK = 3;
const LOOK_EVERY_MS = 100;
const EMPTY_CHANNEL = 'post:01JDB3V4W5X6Y7Z8A9B0C1D2E4';

export interface BroadcastSize {
  readonly subscribers: number;
  /** The time from a push to its response, as over a network (ms). */
  readonly latencyMs: number;
}

export interface MillionResult {
  readonly subscribers: number;
  readonly sink: SinkStats;
  /** The time from the request to its response (ms). */
  readonly respondedAfterMs: number;
  readonly workers: WorkerMemory;
  /** The number of invocations of both functions. */
  readonly invocations: number;
  readonly usage: Readonly<
    Record<
      | 'webSocketMessage'
      | 'readUnit'
      | 'writeUnit'
      | 'gigabyteSecond'
      | 'invocation'
      | 'queueRequest',
      number
    >
  >;
  /** The cost in US dollars, by service. */
  readonly cost: Readonly<Record<string, number>>;
}

/**
 * Makes one broadcast to a number of subscribers on the product's stack, with its bundles, queue
 * and table, but a sink in place of the WebSocket API.
 *
 * @throws Error when a subscriber was not reached, a stale row is left, or a message is in the
 * dead-letter queue
 */
export async function broadcastTo(
  { subscribers, latencyMs }: BroadcastSize,
  workDirectory: string,
): Promise<MillionResult> {
  const sinkOptions: SinkOptions = {
    recipients: subscribers,
    staleRest: STALE_REST,
    limit: LIMIT,
    latencyMs,
  };
  const sink = await ConnectionsSink.start(sinkOptions);
  let stack: ProductStack | undefined;
  try {
    stack = await startProductStack(workDirectory, {
      connectionsEndpoint: sink.endpoint,
      prepareData: (dataDirectory) => importSubscribers(dataDirectory, subscribers),
    });
    return await measure(stack, sink, sinkOptions);
  } finally {
    await stack?.process.stop();
    await sink.stop();
  }
}

async function measure(
  stack: ProductStack,
  sink: ConnectionsSink,
  sinkOptions: SinkOptions,
): Promise<MillionResult> {
  const { recipients: subscribers } = sinkOptions;
  const { outputs } = stack;
  const clientOptions = { ...operator, endpoint: outputs.AwsEndpointUrl };
  const sqs = new SQSClient(clientOptions);
  const dynamoDb = new DynamoDBClient(clientOptions);
  const logs = new CloudWatchLogsClient(clientOptions);
  try {
    const before = await countSubscribers(dynamoDb, outputs.WebSocketConnectionsTableName);
    expectEqual(before.rows, subscribers, 'rows imported');
    await warmUp(stack, sqs);
    await sink.reset(sinkOptions);
    const watch = new WorkerWatch(stack);
    const publishedAt = Date.now();
    const startedAt = performance.now();
    const response = await publish(stack, 'all');
    const respondedAfterMs = performance.now() - startedAt;
    expectEqual(response.status, 202, 'status of the broadcast');
    // A broadcast that takes longer than this is at less than half of the rate, so something is
    // wrong.
    const deadline = startedAt + 60_000 + (subscribers * 2000) / LIMIT.rateLimit;
    let stats = await sink.stats();
    for (;;) {
      watch.look();
      stats = await sink.stats();
      // A worker's message is in the queue until its invocation has ended.
      if ((await messagesIn(sqs, outputs.FanoutQueueUrl)) === 0) break;
      if (performance.now() > deadline) break;
      stack.process.assertRunning();
      await delay(LOOK_EVERY_MS);
    }

    const stale = Math.ceil((subscribers - STALE_REST) / 100);
    expectEqual(stats.reached, subscribers, 'subscribers reached');
    const after = await countSubscribers(dynamoDb, outputs.WebSocketConnectionsTableName);
    expectEqual(after.rows, subscribers - stale, 'rows left');
    const dead = await messagesIn(sqs, outputs.FanoutDeadLetterQueueUrl);
    expectEqual(dead, 0, 'messages in the dead-letter queue');

    const invocations = await invocationsSince(logs, publishedAt);
    const usage: MillionResult['usage'] = {
      // These are the messages that API Gateway delivered.
      webSocketMessage: stats.delivered,
      readUnit: before.readUnits,
      writeUnit: stale,
      gigabyteSecond: (invocations.billedMs / 1000) * GIGABYTES,
      invocation: invocations.count,
      // The first invocation is the broadcast itself.
      queueRequest: (invocations.count - 1) * QUEUE_REQUESTS_PER_TASK,
    };
    for (let pushes = subscribers; pushes < PUSHES_FOR_MEMORY; pushes += subscribers) {
      await publish(stack, 'all');
      watch.look();
    }
    return {
      ...{ subscribers, sink: stats, respondedAfterMs, usage },
      workers: watch.memory(),
      invocations: invocations.count,
      cost: costOf(usage),
    };
  } finally {
    logs.destroy();
    sqs.destroy();
    dynamoDb.destroy();
  }
}

/** Invokes both functions once, and waits until their queues are empty again. */
async function warmUp(stack: ProductStack, sqs: SQSClient): Promise<void> {
  const { FanoutQueueUrl, FanoutDeadLetterQueueUrl } = stack.outputs;
  const { status } = await publish(stack, EMPTY_CHANNEL);
  expectEqual(status, 202, 'status of a broadcast to nobody');
  const noTask = { QueueUrl: FanoutQueueUrl, MessageBody: 'this warms the worker up' };
  await sqs.send(new SendMessageCommand(noTask));
  const deadline = performance.now() + 30_000;
  while ((await messagesIn(sqs, FanoutDeadLetterQueueUrl)) === 0) {
    if (performance.now() > deadline) throw new Error('the fan-out worker does not start');
    await delay(LOOK_EVERY_MS);
  }
  await sqs.send(new PurgeQueueCommand({ QueueUrl: FanoutDeadLetterQueueUrl }));
  while ((await messagesIn(sqs, FanoutQueueUrl)) > 0) await delay(LOOK_EVERY_MS);
}

function publish({ outputs }: ProductStack, channel: string): Promise<{ readonly status: number }> {
  const data = { text: 'x'.repeat(160) };
  const body = JSON.stringify({ channel, type: 'announcement', data });
  return requestBroadcast(`${outputs.HttpApiUrl}/broadcast/comments`, body);
}

/** The number of messages that wait or are in flight. */
async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const delayed = 'ApproximateNumberOfMessagesDelayed';
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names, delayed] }),
  );
  return [...names, delayed].reduce(
    (sum, name) => sum + Number(attributes?.[name as keyof typeof attributes] ?? 0),
    0,
  );
}

function expectEqual(actual: number, expected: number, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, and not ${expected}`);
}
