import type { BroadcastResult, Channel, EventDraft } from '@blogapp/shared-types';

/**
 * Stores which connections are in which channels. `channels/keys.ts` describes the rows in the
 * table WebSocketConnections.
 */
export interface ChannelStore {
  /** Writes the connection's own row, which is its row in `all`. `$connect` calls it. */
  connect(connection: NewConnection): Promise<void>;
  /**
   * Joins channels. The connection stays in the channels that it joined before.
   *
   * @throws ConnectionGoneError when the connection has no row (it disconnected meanwhile)
   * @throws TooManyChannelsError when it would be in more than `MAX_CHANNELS_PER_CONNECTION`
   */
  subscribe(connectionId: string, channels: readonly Channel[]): Promise<void>;
  /**
   * Leaves channels. It is not an error to leave a channel that was not joined. `all` can't be
   * left.
   */
  unsubscribe(connectionId: string, channels: readonly Channel[]): Promise<void>;
  /**
   * Removes every row of the connection. `$disconnect` calls it. A second call changes nothing.
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

/** The time that a delivery may take. */
export interface Budget {
  /** Milliseconds left, e.g. the Lambda context's remaining time less a margin. */
  remainingMs(): number;
}

/** Sends events to the subscribers of channels. */
export interface Broadcaster {
  /**
   * Sends an event to everybody who is subscribed to the channel: inline as far as the budget
   * lasts, the rest through the FanoutQueue.
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
   * Works on a task from the FanoutQueue. What does not fit in the budget is queued again. What
   * can't be delivered, and a message that is not a task, is put in the dead-letter queue with the
   * reason.
   *
   * @param message the queue message's body
   * @throws Error when the rest could not be queued (SQS, the table or the credentials fail): the
   * caller reports the message as a batch item failure, and SQS delivers it again
   */
  deliver(message: string, options: DeliverOptions): Promise<DeliveryReport>;
}

export interface DeliverOptions {
  readonly budget: Budget;
  /**
   * The message's `ApproximateReceiveCount`. After too many receives, the task is put in the
   * dead-letter queue with that reason. The queue's redrive policy would give no reason.
   */
  readonly receiveCount?: number;
}

export interface DeliveryReport {
  /** Absent when the message was not a task. */
  readonly eventId?: string;
  readonly recipients: number;
  readonly delivered: number;
  readonly stale: number;
  readonly retried: number;
  readonly queued: number;
  /** Recipients put in the dead-letter queue; 1 for a message that was not a task. */
  readonly deadLettered: number;
}
