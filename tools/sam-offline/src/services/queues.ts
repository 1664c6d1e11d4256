import type { Queue } from '../template/index.ts';
import { createJsonClient } from './json-client.ts';

/** The definition of a queue: a `Queue` of the template, or one that a test writes. */
export type QueueDefinition = Pick<Queue, 'queueName'> & Partial<Pick<Queue, 'attributes'>>;

/**
 * Creates the queues and returns their URLs on `endpoint`, by queue name.
 *
 * @throws AwsServiceError if an attribute is not valid
 */
export async function ensureQueues(
  endpoint: string,
  region: string,
  queues: readonly QueueDefinition[],
): Promise<ReadonlyMap<string, string>> {
  const client = createJsonClient(endpoint, region);
  try {
    const urls = new Map<string, string>();
    for (const queue of queues) {
      const response = await client.call('AmazonSQS.CreateQueue', {
        QueueName: queue.queueName,
        Attributes: queue.attributes ?? {},
      });
      urls.set(queue.queueName, String(response.QueueUrl));
    }
    return urls;
  } finally {
    await client.close();
  }
}
