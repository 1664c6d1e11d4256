import { importFromFauxqs } from './fauxqs-module.ts';

/** The part of fauxqs' messages that is used here. */
export interface FauxqsMessage {
  readonly messageId: string;
  /** Milliseconds since 1970; a move to a dead-letter queue leaves it as it was. */
  readonly sentTimestamp: number;
  readonly approximateReceiveCount: number;
}

export interface FauxqsQueue {
  readonly name: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  /** Receives messages, which are then in flight. */
  dequeue(count: number): readonly {
    readonly MessageId: string;
    readonly ReceiptHandle: string;
  }[];
  deleteMessage(receiptHandle: string): void;
  enqueue(
    message: FauxqsMessage & { readonly approximateFirstReceiveTimestamp: number | undefined },
  ): void;
  /** Makes visible what has waited long enough; otherwise that happens at the next receive only. */
  processTimers(): void;
  inspectMessages(): {
    readonly ready: readonly FauxqsMessage[];
    readonly delayed: readonly FauxqsMessage[];
    readonly inflight: readonly { readonly message: FauxqsMessage }[];
  };
}

/** What fauxqs passes to its spy. */
export interface FauxqsSighting {
  /** Of the queue that the message was in. */
  readonly queueName: string;
  readonly messageId: string;
  readonly status: 'published' | 'consumed' | 'dlq';
}

/** Where fauxqs has its queues. */
export interface FauxqsStore {
  /** Queues have the spy that was set when they were created. */
  spy?: { addMessage(sighting: FauxqsSighting): void };
  allQueues(): Iterable<FauxqsQueue>;
}

/**
 * Makes a store to give to fauxqs: its application keeps the one that it makes to itself, and
 * `GetQueueAttributes` knows no age of the oldest message and no moves to dead-letter queues.
 *
 * @throws Error when fauxqs is not as it was
 */
export async function createFauxqsStore(): Promise<FauxqsStore> {
  const { SqsStore } = (await importFromFauxqs('sqs/sqsStore.js')) as {
    SqsStore?: new () => FauxqsStore;
  };
  if (typeof SqsStore !== 'function') throw new Error('fauxqs has its queues in another place');
  return new SqsStore();
}
