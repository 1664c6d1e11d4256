import type { Queue } from '../model.ts';
import { queue as queueProperties } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/**
 * The ranges of attributes:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
const numbers = {
  DelaySeconds: { unit: 'seconds', minimum: 0, maximum: 900 },
  // The maximum is 1 MiB since August 2025.
  MaximumMessageSize: { unit: 'bytes', minimum: 1024, maximum: 1_048_576 },
  MessageRetentionPeriod: { unit: 'seconds', minimum: 60, maximum: 1_209_600 },
  ReceiveMessageWaitTimeSeconds: { unit: 'seconds', minimum: 0, maximum: 20 },
  VisibilityTimeout: { unit: 'seconds', minimum: 0, maximum: 43_200 },
};

/** Reads all queues of the stack. */
export function queuesOf(resources: StackResources): Queue[] {
  return resources.ofType('AWS::SQS::Queue').map((entry) => {
    const properties = resources.read(entry).check(queueProperties);
    properties.text('QueueName');
    const queueName = resources.attribute(entry, 'QueueName') ?? '';
    const isFifo = properties.boolean('FifoQueue') === true;
    if (isFifo !== queueName.endsWith('.fifo')) {
      properties.expected(
        'QueueName',
        isFifo ? 'a name that ends in .fifo' : 'FifoQueue: true with a name that ends in .fifo',
      );
    }
    return {
      logicalId: entry.logicalId,
      queueName,
      arn: resources.attribute(entry, 'Arn') ?? '',
      url: resources.ref(entry),
      attributes: attributesOf(properties, isFifo, resources),
    };
  });
}

function attributesOf(
  properties: Reader,
  isFifo: boolean,
  resources: StackResources,
): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, range] of Object.entries(numbers)) {
    const number = properties.number(name, range);
    if (number !== undefined) attributes[name] = String(number);
  }
  if (isFifo) {
    attributes.FifoQueue = 'true';
    if (properties.boolean('ContentBasedDeduplication') === true) {
      attributes.ContentBasedDeduplication = 'true';
    }
    for (const name of ['DeduplicationScope', 'FifoThroughputLimit']) {
      const text = properties.text(name);
      if (text !== undefined) attributes[name] = text;
    }
  }
  const redrive = properties.jsonMap('RedrivePolicy')?.check({
    used: ['deadLetterTargetArn', 'maxReceiveCount'],
  });
  if (redrive !== undefined) {
    const deadLetterTargetArn = redrive.requiredText('deadLetterTargetArn', 'the ARN of a queue');
    const maxReceiveCount = redrive.number('maxReceiveCount', { minimum: 1, maximum: 1000 });
    if (!redrive.has('maxReceiveCount')) redrive.requiredText('maxReceiveCount', 'a number');
    if (deadLetterTargetArn !== undefined && !hasQueue(deadLetterTargetArn, resources)) {
      resources.diagnostics.warn(
        redrive.at('deadLetterTargetArn'),
        `no queue of this stack is ${deadLetterTargetArn}: failed messages stay in their queue`,
      );
    } else if (deadLetterTargetArn !== undefined && maxReceiveCount !== undefined) {
      attributes.RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
    }
  }
  const allow = properties.json('RedriveAllowPolicy');
  if (allow !== undefined) attributes.RedriveAllowPolicy = JSON.stringify(allow);
  return attributes;
}

function hasQueue(arn: string, resources: StackResources): boolean {
  return resources.byAttribute('Arn', arn, 'AWS::SQS::Queue') !== undefined;
}
