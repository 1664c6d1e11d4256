import { setTimeout as delay } from 'node:timers/promises';
import type { Events } from '../events/index.ts';
import type { ServiceCaller } from '../iam/index.ts';
import {
  DeliveryError,
  type DeliveryReceipt,
  type TargetMessage,
  type Targets,
} from './targets.ts';

/** A message that a service sends to one target. */
export interface Delivery {
  /** `s3`, `sns`, `events`, `scheduler` */
  readonly service: string;
  /** The bucket, topic, rule or schedule that the message comes from. */
  readonly source: string;
  readonly targetArn: string;
  readonly message: TargetMessage;
  readonly by: ServiceCaller | undefined;
  readonly traceId?: string | undefined;
  /** The id of SNS's message, EventBridge's event, or S3's request. */
  readonly messageId?: string | undefined;
  /** The maximum number of retries. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  /** Called with the last error if all attempts failed. */
  readonly onFailure?: (error: DeliveryError, attempts: number) => Promise<unknown>;
  /** Sends the message instead of `Targets.send`. */
  readonly send?: () => Promise<DeliveryReceipt>;
}

export interface DeliveryOptions {
  readonly targets: Targets;
  readonly events: Events;
  /** Aborted when the stack stops: no retry is made after that. */
  readonly stopping: AbortSignal;
  /** The delay before the first retry, in ms. It doubles with each retry, up to five minutes. */
  readonly firstDelayMs?: number;
}

const FIRST_DELAY_MS = 1_000;
const MAXIMUM_DELAY_MS = 300_000;

/**
 * Sends a message. A failed attempt that may succeed later is retried with increasing delays. A
 * fact reports each result. The function never throws, because nobody waits for a delivery.
 */
export async function deliver(delivery: Delivery, options: DeliveryOptions): Promise<void> {
  const { targets, events, stopping, firstDelayMs = FIRST_DELAY_MS } = options;
  const send =
    delivery.send ?? (() => targets.send(delivery.targetArn, delivery.message, delivery.by));
  const startedAt = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    const attemptAt = performance.now();
    let error: DeliveryError;
    try {
      const receipt = await send();
      tell(delivery, events, attempt, performance.now() - attemptAt, receipt);
      return;
    } catch (cause) {
      error =
        cause instanceof DeliveryError
          ? cause
          : new DeliveryError('SDK_CLIENT_ERROR', String(cause), true);
    }
    if (stopping.aborted) return;
    const delayMs = Math.min(firstDelayMs * 2 ** (attempt - 1), MAXIMUM_DELAY_MS);
    const isLast =
      !error.mayRetry ||
      attempt > delivery.maximumRetryAttempts ||
      Date.now() + delayMs - startedAt > delivery.maximumEventAgeMs;
    tell(delivery, events, attempt, performance.now() - attemptAt, error, isLast);
    if (isLast) {
      await delivery.onFailure?.(error, attempt).catch((reason: unknown) => {
        events.warn(
          'error',
          `${delivery.service} ${delivery.source}: dead letter: ${String(reason)}`,
        );
      });
      return;
    }
    try {
      await delay(delayMs, undefined, { signal: stopping, ref: false });
    } catch {
      return;
    }
  }
}

function tell(
  delivery: Delivery,
  events: Events,
  attempt: number,
  durationMs: number,
  end: DeliveryReceipt | DeliveryError,
  isLast = true,
): void {
  if (!events.hasListeners) return;
  const [error, receipt] = end instanceof DeliveryError ? [end, undefined] : [undefined, end];
  events.emit({
    ...{ type: 'delivery', timeMs: events.now(), durationMs, attempt },
    ...{ service: delivery.service, source: delivery.source, target: delivery.targetArn },
    ...{ traceId: delivery.traceId ?? receipt?.traceId, messageId: delivery.messageId },
    ...{ invocationId: receipt?.invocationId },
    ...(receipt?.messageId !== undefined && { wrote: [receipt.messageId] }),
    outcome: error === undefined ? 'delivered' : isLast ? 'failed' : 'retried',
    error: error?.message,
  });
}
