import type { BroadcastResult, Channel, EventDraft } from '@blogapp/shared-types';

/** Which connections are in which channels; `channels/keys.ts` says how they are rows of the table WebSocketConnections. */
export interface ChannelStore {
  /** Writes the connection's own row, which is its row in `all`. Called by `$connect`. */
  connect(connection: NewConnection): Promise<void>;
  /**
   * Joins channels: the ones already joined stay joined.
   *
   * @throws ConnectionGoneError when the connection has no row (it disconnected meanwhile)
   * @throws TooManyChannelsError when it would be in more than `MAX_CHANNELS_PER_CONNECTION`
   */
  subscribe(connectionId: string, channels: readonly Channel[]): Promise<void>;
  /** Leaves channels; leaving one that was not joined is not an error. `all` can't be left. */
  unsubscribe(connectionId: string, channels: readonly Channel[]): Promise<void>;
  /**
   * Removes every row of the connection. Called by `$disconnect`, and when a push to the connection
   * gets 410. Idempotent.
   *
   * @returns the channels that it was in
   */
  disconnect(connectionId: string): Promise<readonly Channel[]>;
}

export interface NewConnection {
  readonly connectionId: string;
  readonly connectedAtMs: number;
  /** The signed-in user; absent for anonymous readers. */
  readonly userId?: string;
}

/** Time that a delivery may take. */
export interface Budget {
  /** Milliseconds left, e.g. the Lambda context's remaining time less a margin. */
  remainingMs(): number;
}

/** Sends events to the subscribers of channels. */
export interface Broadcaster {
  /**
   * Sends an event to everybody who is subscribed to the channel: inline as far as the budget goes,
   * the rest through the FanoutQueue.
   *
   * @throws InvalidEventError when the event does not fit its schema
   * @throws EventTooLargeError when it is over 128 KB as JSON; nothing has been sent then
   */
  publish(
    event: EventDraft,
    channel: Channel,
    options: { readonly budget: Budget; readonly correlationId: string },
  ): Promise<BroadcastResult>;
  /**
   * Works on a task from the FanoutQueue; what does not fit in the budget is queued again, and what
   * can't be delivered, or is no task at all, is put in the dead-letter queue with its reason.
   *
   * @param message the queue message's body
   * @throws Error when nothing could be secured (SQS, the table or the credentials fail): the
   *   caller reports the message as failed, and SQS delivers it again
   */
  deliver(message: string, options: DeliverOptions): Promise<DeliveryReport>;
}

export interface DeliverOptions {
  readonly budget: Budget;
  /**
   * The message's `ApproximateReceiveCount`. A task that keeps killing its workers is put in the
   * dead-letter queue with that reason, rather than by the queue's redrive policy with none.
   */
  readonly receiveCount?: number;
}

export interface DeliveryReport {
  /** Absent when the message was no task. */
  readonly eventId?: string;
  readonly recipients: number;
  readonly delivered: number;
  readonly stale: number;
  readonly retried: number;
  readonly queued: number;
  /** Recipients put in the dead-letter queue; 1 for a message that was no task. */
  readonly deadLettered: number;
}
