import {
  type DeadLetterReason,
  type FanoutQueue,
  encodeTask,
  splitTask,
  type DeliveryTask,
  type Recipients,
} from '../queue/index.ts';
import type { DeliveryCounts } from './counts.ts';
import type { RetryPolicy } from './policy.ts';

/** Queues what a run does not finish: in the FanoutQueue, or in the dead-letter queue. */
export class Remainder {
  readonly #queue: FanoutQueue;
  readonly #policy: RetryPolicy;
  readonly #task: DeliveryTask;
  readonly #counts: DeliveryCounts;

  constructor(queue: FanoutQueue, policy: RetryPolicy, task: DeliveryTask, counts: DeliveryCounts) {
    this.#queue = queue;
    this.#policy = policy;
    this.#task = task;
    this.#counts = counts;
  }

  /** Queues recipients that there was no time for. */
  async continue(recipients: Recipients): Promise<void> {
    for (const task of this.#parts(recipients, this.#task.attempt)) {
      await this.#send(task, 0);
    }
  }

  /**
   * Queues recipients that failed, to be tried again after a pause. After the last attempt it puts
   * them in the dead-letter queue.
   *
   * @param failures how many failures in a row this makes, from 1
   */
  async retry(recipients: Recipients, failures: number, reason: string): Promise<void> {
    if (failures >= this.#policy.taskAttempts) {
      await this.deadLetter(recipients, `${reason}; given up after ${failures} attempts`);
      return;
    }
    for (const task of this.#parts(recipients, failures)) {
      await this.#send(task, this.#policy.taskDelaySeconds(failures));
    }
  }

  /**
   * Puts recipients that will be refused the next time too in the dead-letter queue. When that
   * fails, they are queued instead: an error would repeat the complete task, with everything that
   * it has delivered.
   *
   * @param onError gets the reason why the dead-letter queue did not take them
   */
  async refuse(
    recipients: Recipients,
    reason: string,
    onError: (error: unknown) => void,
  ): Promise<void> {
    try {
      await this.deadLetter(recipients, reason);
    } catch (error) {
      onError(error);
      await this.retry(recipients, this.#task.attempt + 1, reason);
    }
  }

  /**
   * Puts a task in the dead-letter queue. Its attempts start from 0, so a redrive has all of them.
   */
  async deadLetter(recipients: Recipients, reason: string): Promise<void> {
    for (const task of this.#parts(recipients, 0)) {
      await this.#queue.sendToDeadLetters(encodeTask(task), this.#reason(reason));
      this.#counts.deadLettered +=
        'connectionIds' in task.recipients ? task.recipients.connectionIds.length : 1;
    }
  }

  async #send(task: DeliveryTask, delaySeconds: number): Promise<void> {
    const { correlationId } = task.event.meta;
    await this.#queue.send(encodeTask(task), { delaySeconds, correlationId });
    this.#counts.queued += 1;
  }

  #parts(recipients: Recipients, attempt: number): DeliveryTask[] {
    const { firstDeliveredAt } = this.#counts;
    const task = { ...this.#task, attempt, firstDeliveredAt: firstDeliveredAt || undefined };
    return 'connectionIds' in recipients
      ? splitTask({ ...task, recipients })
      : [{ ...task, recipients }];
  }

  #reason(reason: string): DeadLetterReason {
    const { id: eventId, meta } = this.#task.event;
    return { reason, eventId, correlationId: meta.correlationId };
  }
}
