import type { Events } from '../events/index.ts';
import type { FauxqsMessage, FauxqsQueue, FauxqsStore } from './fauxqs-store.ts';

/**
 * How often values are emitted, in ms. CloudWatch gets values of SQS once a minute. Here alarms may
 * have periods of 10 s, and each period needs a value.
 */
const INTERVAL_MS = 5_000;

/**
 * The age of the oldest message does not include messages that were received more often than this
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
 */
const MOST_RECEIVES = 3;

export interface QueueFactsOptions {
  /** The store, before it has queues. */
  readonly store: FauxqsStore;
  readonly events: Pick<Events, 'emit' | 'now'>;
  readonly intervalMs?: number | undefined;
}

/**
 * Emits the number of messages in each queue every few seconds, and the moves of messages to
 * dead-letter queues.
 */
export function startQueueFacts(options: QueueFactsOptions): { close(): void } {
  const { store, events, intervalMs = INTERVAL_MS } = options;
  /**
   * The time of each message's move to the dead-letter queue that it is in (ms since 1970), by the
   * message's id.
   */
  let movedMs = new Map<string, number>();
  /** The number of moved messages since the last fact, by the queue that they were in. */
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
      // One receive may move many messages at once, so they are reported together.
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
        // In a dead-letter queue the age is measured from the move, and earlier receives were those
        // of the other queue.
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
