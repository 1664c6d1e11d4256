import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  createBroadcaster,
  createConnectionsTransport,
  createFanoutQueue,
} from '@blogapp/broadcast';
import { drainQueue } from './drain.ts';
import type { WorkerTask } from './kill-worker.ts';

/** A fan-out worker in a separate process, which the parent kills. */
process.once('message', (task: WorkerTask) => {
  void work(task);
});

async function work(task: WorkerTask): Promise<void> {
  const common = {
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const sqs = new SQSClient({ ...common, endpoint: task.sqsEndpoint });
  const broadcaster = createBroadcaster({
    client: new DynamoDBClient({ ...common, endpoint: task.dynamoDbEndpoint }),
    tableName: task.tableName,
    shards: task.shards,
    transport: createConnectionsTransport({
      endpoint: task.endpoint,
      region: common.region,
      credentials: () => Promise.resolve(common.credentials),
    }),
    queue: createFanoutQueue({ client: sqs, ...task }),
    maxConcurrency: 2,
    pageSize: 5,
  });
  await drainQueue(sqs, task.queueUrl, {
    // This is short, so that SQS delivers the task again soon after the kill.
    visibilityTimeoutSeconds: 1,
    work: (message) => broadcaster.deliver(message, { budget: { remainingMs: () => 60_000 } }),
    redelivers: () => false,
  });
}
