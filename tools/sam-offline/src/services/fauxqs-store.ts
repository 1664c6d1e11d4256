import { importFromFauxqs } from './fauxqs-module.ts';

/** The part of a fauxqs message that is used here. */
export interface FauxqsMessage {
  readonly messageId: string;
  /** The time in ms since 1970. A move to a dead-letter queue does not change it. */
  readonly sentTimestamp: number;
  readonly approximateReceiveCount: number;
}

export interface FauxqsQueue {
  readonly name: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  /** Receives messages, which are in flight afterwards. */
  dequeue(count: number): readonly {
    readonly MessageId: string;
    readonly ReceiptHandle: string;
  }[];
  deleteMessage(receiptHandle: string): void;
  enqueue(
    message: FauxqsMessage & { readonly approximateFirstReceiveTimestamp: number | undefined },
  ): void;
  /**
   * Makes messages visible whose time-out or delay is over. Without this call, it only happens at
   * the next receive.
   */
  processTimers(): void;
  inspectMessages(): {
    readonly ready: readonly FauxqsMessage[];
    readonly delayed: readonly FauxqsMessage[];
    readonly inflight: readonly { readonly message: FauxqsMessage }[];
  };
}

/** The event that fauxqs passes to its spy. */
export interface FauxqsSighting {
  /** The name of the queue that the message was in. */
  readonly queueName: string;
  readonly messageId: string;
  readonly status: 'published' | 'consumed' | 'dlq';
}

/** The store with fauxqs' queues. */
export interface FauxqsStore {
  /** The spy. A queue keeps the one that was set when the queue was created. */
  spy?: { addMessage(sighting: FauxqsSighting): void };
  allQueues(): Iterable<FauxqsQueue>;
}

/**
 * Makes a store for fauxqs. fauxqs does not give access to the store that its application makes
 * itself, and `GetQueueAttributes` has neither the age of the oldest message nor the moves to
 * dead-letter queues.
 *
 * @throws Error if this version of fauxqs does not have its store in the expected place
 */
export async function createFauxqsStore(): Promise<FauxqsStore> {
  const { SqsStore } = (await importFromFauxqs('sqs/sqsStore.js')) as {
    SqsStore?: new () => FauxqsStore;
  };
  if (typeof SqsStore !== 'function')
    throw new Error('this version of fauxqs has no queue store in the expected place');
  return new SqsStore();
}
