import type { StackEvent } from '../../events/index.ts';
import { memoize, type MetricStore, Recorder } from '../metrics/index.ts';

/**
 * The metrics of `AWS/SQS`
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
 * Calls of functions and what event source mappings read both count.
 */
export function sqsMetrics(store: MetricStore): (event: StackEvent) => void {
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
  return (event) => {
    const { timeMs } = event;
    switch (event.type) {
      case 'aws.call': {
        if (event.service !== 'sqs' || event.statusCode >= 400) break;
        for (const { name, items = 1, bytes } of event.resources ?? []) {
          const metrics = of(name);
          if (event.operation.startsWith('SendMessage')) {
            metrics.sent(timeMs, items);
            if (bytes !== undefined && items > 0) metrics.sentSize(timeMs, bytes / items, items);
          } else if (event.operation === 'ReceiveMessage') {
            if (items === 0) metrics.emptyReceives(timeMs, 1);
            else metrics.received(timeMs, items);
          } else if (event.operation.startsWith('DeleteMessage')) metrics.deleted(timeMs, items);
        }
        break;
      }
      case 'batch.read':
        if (event.source === 'sqs') of(event.sourceName).received(timeMs, event.records);
        break;
      case 'batch.succeeded':
        if (event.source === 'sqs') of(event.sourceName).deleted(timeMs, event.records);
        break;
      case 'queue.depth': {
        const metrics = of(event.queueName);
        metrics.visible(timeMs, event.visible);
        metrics.notVisible(timeMs, event.notVisible);
        metrics.delayed(timeMs, event.delayed);
        metrics.oldestAge(timeMs, Math.round(event.oldestAgeMs / 1000));
        break;
      }
    }
  };
}
