import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  createBroadcaster,
  createConnectionsTransport,
  createFanoutQueue,
  STOP_MARGIN_MS,
  type ConnectionsTable,
  type FanoutQueue,
} from '@blogapp/broadcast';
import {
  ConnectionsPeer,
  CREDENTIALS,
  randomFrom,
  REGION,
  seedConnections,
  startThrottlingDynamoDb,
  type LocalServices,
} from '@blogapp/broadcast/testing';
import { postChannel } from '@blogapp/shared-types';
import { ulid } from 'ulid';
import { drainQueue } from './drain.ts';
import { has, planResponses, type Fault } from './faults.ts';
import { judge, type RunResult } from './judge.ts';
import { killWorkerMidway } from './kill-worker.ts';

export interface ChaosEnvironment {
  readonly services: LocalServices;
  readonly table: ConnectionsTable;
}

const PUSH_TIMEOUT_MS = 120;
const EVENTS = 2;

/** Faults of the queue and its workers: in these runs the queue gets all the work. */
const QUEUED: ReadonlySet<Fault> = new Set<Fault>([
  'worker SIGKILL',
  'SQS redelivers',
  'SQS refuses to send',
]);

/** The retries of production, without pauses. */
export const CHAOS_RETRY = {
  backoff: { baseMs: 1, maxMs: 8 },
  taskDelaySeconds: () => 0,
  // A run has many faults in a short time; in production, there are minutes between a task's
  // attempts.
  taskAttempts: 20,
  taskReceives: 50,
};

/**
 * Runs broadcasts with a fault: it connects clients to a new channel, publishes some events one
 * after the other, and works on the queue until it is empty. Then it compares what each client
 * received.
 */
export async function chaosRun(
  { services, table }: ChaosEnvironment,
  fault: Fault,
  seed: number,
): Promise<RunResult> {
  const random = randomFrom(seed);
  // With all faults at full strength, more tasks would be made than could be finished.
  const intensity = fault === 'everything' ? 0.25 : 1;
  const channel = postChannel(ulid());
  const connectionIds = Array.from(
    { length: 8 + Math.floor(random() * 30) },
    (_, index) => `${channel.slice(-8)}-${index}=`,
  );
  const some = (chance: number) => new Set(connectionIds.filter(() => random() < chance));
  const gone = has(fault, '410') ? some(0.3) : new Set<string>();
  const refused = has(fault, 'recipient refused for good') ? some(0.1) : new Set<string>();

  const queues = await services.queues(1);
  const peer = await ConnectionsPeer.start();
  const throttling = has(fault, 'DynamoDB throttles')
    ? await startThrottlingDynamoDb(services.dynamoDbEndpoint, () => random() < 0.3 * intensity)
    : undefined;
  const client =
    throttling === undefined
      ? services.dynamoDb
      : new DynamoDBClient({
          endpoint: throttling.endpoint,
          region: REGION,
          credentials: CREDENTIALS,
          maxAttempts: 1,
        });
  const transport = createConnectionsTransport({
    endpoint: peer.endpoint,
    region: REGION,
    credentials: () => Promise.resolve(CREDENTIALS),
    pushTimeoutMs: PUSH_TIMEOUT_MS,
  });
  const working = createFanoutQueue({ client: services.sqs, ...queues });
  const broadcaster = createBroadcaster({
    ...table,
    client,
    transport,
    queue: has(fault, 'SQS refuses to send')
      ? refusing(working, () => random() < 0.3 * intensity)
      : working,
    maxConcurrency: 1 + Math.floor(random() * 16),
    pageSize: 1 + Math.floor(random() * 12),
    retry: CHAOS_RETRY,
  });
  const budget = (): { remainingMs: () => number } => {
    const short = has(fault, 'worker out of time') && random() < 0.7 * intensity;
    const end = performance.now() + STOP_MARGIN_MS + (short ? random() * 20 : 5_000);
    return { remainingMs: () => end - performance.now() };
  };

  try {
    await seedConnections(table, connectionIds, channel);
    planResponses(peer, fault, random, { gone, refused });
    const eventIds: string[] = [];
    for (let number = 0; number < EVENTS; number += 1) {
      const draft = { type: 'announcement' as const, data: { number }, id: ulid() };
      eventIds.push(draft.id);
      const options = {
        budget: QUEUED.has(fault) ? { remainingMs: () => 0 } : budget(),
        correlationId: `chaos-${seed}`,
      };
      // A publisher that gets an error publishes again with the same id, as the comment stream
      // does.
      await untilItWorks(() => broadcaster.publish(draft, channel, options));
    }
    if (fault === 'worker SIGKILL') {
      await killWorkerMidway({
        services,
        queues,
        table,
        peer,
        afterPushes: 1 + Math.floor(random() * 30),
      });
    }
    await drainQueue(services.sqs, queues.queueUrl, {
      work: (message, receiveCount) =>
        broadcaster.deliver(message, { budget: budget(), receiveCount }),
      redelivers: () => has(fault, 'SQS redelivers') && random() < 0.4 * intensity,
    });
    return await judge({
      services,
      queues,
      table,
      peer,
      channel,
      connectionIds,
      gone,
      goneRowsRemoved: !has(fault, 'DynamoDB throttles'),
      eventIds,
    });
  } finally {
    await transport.close();
    await peer.close();
    if (throttling !== undefined) {
      client.destroy();
      await throttling.close();
    }
  }
}

function refusing(queue: FanoutQueue, refuses: () => boolean): FanoutQueue {
  const maybe = async (send: () => Promise<void>): Promise<void> => {
    if (refuses()) throw new Error('SQS is not available');
    await send();
  };
  return {
    send: (body, options) => maybe(() => queue.send(body, options)),
    sendToDeadLetters: (body, reason) => maybe(() => queue.sendToDeadLetters(body, reason)),
  };
}

async function untilItWorks(work: () => Promise<unknown>): Promise<void> {
  const MAX_TRIES = 50;
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
    }
  }
}
