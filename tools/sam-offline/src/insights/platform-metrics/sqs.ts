import { memoize, type MetricStore, Recorder } from '../metrics/index.ts';
import type { MetricReaders } from './readers.ts';

/**
 * The metrics of `AWS/SQS`
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
 * Calls of functions and what event source mappings read both count.
 */
export function sqsMetrics(store: MetricStore): MetricReaders {
  const recorder = new Recorder(store, 'AWS/SQS');
  const of = memoize((queueName: string) => {
    const sets = [{ QueueName: queueName }];
    const count = (name: string) => recorder.metric(name, 'Count', sets);
    return {
      sent: count('NumberOfMessagesSent'),
      sentSize: recorder.metric('SentMessageSize', 'Bytes', sets),
      received: count('NumberOfMessagesReceived'),
      emptyReceives: count('NumberOfEmptyReceives'),
      deleted: count('NumberOfMessagesDeleted'),
      visible: count('ApproximateNumberOfMessagesVisible'),
      notVisible: count('ApproximateNumberOfMessagesNotVisible'),
      delayed: count('ApproximateNumberOfMessagesDelayed'),
      oldestAge: recorder.metric('ApproximateAgeOfOldestMessage', 'Seconds', sets),
    };
  });
  return {
    'aws.call'({ timeMs, service, operation, statusCode, resources = [] }) {
      if (service !== 'sqs' || statusCode >= 400) return;
      for (const { name, items = 1, bytes } of resources) {
        const metrics = of(name);
        if (operation.startsWith('SendMessage')) {
          metrics.sent(timeMs, items);
          if (bytes !== undefined && items > 0) metrics.sentSize(timeMs, bytes / items, items);
        } else if (operation === 'ReceiveMessage') {
          if (items === 0) metrics.emptyReceives(timeMs, 1);
          else metrics.received(timeMs, items);
        } else if (operation.startsWith('DeleteMessage')) metrics.deleted(timeMs, items);
      }
    },
    'batch.read'({ timeMs, source, sourceName, records }) {
      if (source === 'sqs') of(sourceName).received(timeMs, records);
    },
    'batch.succeeded'({ timeMs, source, sourceName, records }) {
      if (source === 'sqs') of(sourceName).deleted(timeMs, records);
    },
    'queue.depth'({ timeMs, queueName, visible, notVisible, delayed, oldestAgeMs }) {
      const metrics = of(queueName);
      metrics.visible(timeMs, visible);
      metrics.notVisible(timeMs, notVisible);
      metrics.delayed(timeMs, delayed);
      metrics.oldestAge(timeMs, Math.round(oldestAgeMs / 1000));
    },
  };
}
