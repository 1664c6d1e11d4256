import type { Events } from '../events/index.ts';
import type { FauxqsMessage, FauxqsQueue, FauxqsStore } from './fauxqs-store.ts';

/**
 * CloudWatch has values of SQS once a minute. Here alarms may have periods of 10 s, and each of
 * these has to have a value.
 */
const INTERVAL_MS = 5_000;

/**
 * SQS leaves messages that were received more often out of the age of the oldest one
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
 */
const MOST_RECEIVES = 3;

export interface QueueFactsOptions {
  /** Without queues yet. */
  readonly store: FauxqsStore;
  readonly events: Pick<Events, 'emit' | 'now'>;
  readonly intervalMs?: number | undefined;
}

/**
 * Emits every few seconds how many messages each queue has, and which messages SQS moves to
 * dead-letter queues.
 */
export function startQueueFacts(options: QueueFactsOptions): { close(): void } {
  const { store, events, intervalMs = INTERVAL_MS } = options;
  /** When messages came into the dead-letter queue that they are in (ms since 1970), by their ids. */
  let movedMs = new Map<string, number>();
  /** How many were moved since the last fact, by the queue that they were in. */
  const untold = new Map<string, number>();

  const tellMoved = (): void => {
    for (const [queueName, messages] of untold) {
      events.emit({ type: 'message.dead-lettered', timeMs: events.now(), queueName, messages });
    }
    untold.clear();
  };
  store.spy = {
    addMessage({ status, queueName, messageId }) {
      if (status !== 'dlq') return;
      movedMs.set(messageId, events.now());
      // One receive may move many messages, all in one go.
      if (untold.size === 0) queueMicrotask(tellMoved);
      untold.set(queueName, (untold.get(queueName) ?? 0) + 1);
    },
  };

  const timer = setInterval(() => {
    const still = new Map<string, number>();
    for (const queue of store.allQueues()) {
      const timeMs = events.now();
      const { messages, ...depth } = depthOf(queue);
      let oldestMs = timeMs;
      for (const { messageId, sentTimestamp, approximateReceiveCount } of messages) {
        const moved = movedMs.get(messageId);
        if (moved !== undefined) still.set(messageId, moved);
        // A dead-letter queue counts from the move, and the receives were those of the other queue.
        if (moved === undefined && approximateReceiveCount > MOST_RECEIVES) continue;
        oldestMs = Math.min(oldestMs, moved ?? sentTimestamp);
      }
      const oldestAgeMs = timeMs - oldestMs;
      events.emit({ type: 'queue.depth', timeMs, queueName: queue.name, ...depth, oldestAgeMs });
    }
    movedMs = still;
  }, intervalMs).unref();

  return {
    close() {
      clearInterval(timer);
    },
  };
}

function depthOf(queue: FauxqsQueue): {
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  readonly messages: readonly FauxqsMessage[];
} {
  queue.processTimers();
  const { ready, inflight, delayed } = queue.inspectMessages();
  return {
    visible: ready.length,
    notVisible: inflight.length,
    delayed: delayed.length,
    messages: [...ready, ...delayed, ...inflight.map(({ message }) => message)],
  };
}
