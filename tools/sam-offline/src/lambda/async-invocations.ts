import type { Events } from '../events/index.ts';
import { newRequestId } from '../ids/index.ts';
import type { LambdaFunction } from '../template/index.ts';
import { destinationRecord, type DestinationRecord } from './destination-record.ts';
import { LATEST, qualifierOf, versionOf } from './qualifiers.ts';
import { LambdaServiceClosedError, RequestTooLargeError } from './errors.ts';
import { type AsyncAttempt, MAXIMUM_ASYNC_PAYLOAD_BYTES } from './invocation.ts';
import { TooManyRequestsError, type InvocationResult, type InvokeOptions } from './invoker.ts';

/** The message attributes of an asynchronous event in its function's dead-letter queue. */
export interface DeadLetterAttributes {
  readonly RequestID: string;
  /** The HTTP status, as a string. */
  readonly ErrorCode: string;
  /** The error message, cut to at most 1 KB. */
  readonly ErrorMessage: string;
}

export interface AsyncInvocationOptions {
  readonly events: Events;
  /**
   * Delivers a destination record or a dead letter to a queue, a function or another target. Only
   * dead letters have `attributes`, which become message attributes.
   */
  readonly sendToDestination?: (
    arn: string,
    body: string,
    attributes?: DeadLetterAttributes,
  ) => Promise<void> | void;
  /**
   * The delays before the second and the third attempt, in ms. AWS waits one minute and then two
   * minutes (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
   */
  readonly retryDelaysMs?: readonly [number, number];
  /**
   * The first delay after a throttle, in ms. It doubles each time, up to 300 times the first one.
   * On AWS it is 1 s (up to 5 min).
   */
  readonly throttleDelayMs?: number;
}

type Run = (
  functionLogicalId: string,
  payload: string | Buffer,
  options: InvokeOptions,
  attempt: AsyncAttempt,
) => Promise<InvocationResult>;

interface AsyncEvent {
  readonly fn: LambdaFunction;
  readonly requestId: string;
  readonly payload: string | Buffer;
  readonly options: InvokeOptions;
  readonly receivedAt: number;
  invocations: number;
  throttles: number;
}

/** AWS's delays before the second and the third attempt, in ms. */
export const DEFAULT_RETRY_DELAYS_MS = [60_000, 120_000] as const;
const DEFAULT_THROTTLE_DELAY_MS = 1_000;
const THROTTLE_DELAY_GROWTH = 300;
const DEAD_LETTER_MESSAGE_LENGTH = 1024;

/**
 * Lambda's queue of asynchronous invocations, with retries, maximum event age, destinations and
 * dead-letter queues.
 */
export class AsyncInvocations {
  readonly #run: Run;
  readonly #options: AsyncInvocationOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(run: Run, options: AsyncInvocationOptions) {
    this.#run = run;
    this.#options = options;
  }

  /**
   * Queues an invocation.
   * @throws RequestTooLargeError if the payload is larger than 1 MB
   */
  add(fn: LambdaFunction, payload: string | Buffer, options: InvokeOptions): void {
    if (this.#closed) throw new LambdaServiceClosedError();
    if (Buffer.byteLength(payload) > MAXIMUM_ASYNC_PAYLOAD_BYTES) {
      throw new RequestTooLargeError(MAXIMUM_ASYNC_PAYLOAD_BYTES);
    }
    const { events } = this.#options;
    const requestId = options.requestId ?? newRequestId();
    if (events.hasListeners) {
      events.emit({
        ...{ type: 'async-event.received', timeMs: events.now(), requestId },
        ...{ functionName: fn.functionName, payloadBytes: Buffer.byteLength(payload) },
      });
    }
    void this.#attempt({
      fn,
      requestId,
      payload,
      options,
      receivedAt: Date.now(),
      invocations: 0,
      throttles: 0,
    });
  }

  /** Drops the waiting invocations. The queue exists only while sam-offline runs. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #attempt(event: AsyncEvent): Promise<void> {
    const { fn, requestId } = event;
    // AWS does not queue invocations of a function that may not run.
    if (fn.reservedConcurrency === 0) {
      await this.#failed(event, 'RetriesExhausted', undefined);
      return;
    }
    let result: InvocationResult;
    try {
      result = await this.#run(fn.logicalId, event.payload, event.options, {
        requestId,
        number: event.invocations + 1,
        eventAgeMs: Date.now() - event.receivedAt,
      });
    } catch (error) {
      if (this.#closed) return;
      if (error instanceof TooManyRequestsError) {
        await this.#retry(event, this.#throttleDelay(event), undefined);
      } else {
        this.#options.events.warn(
          'error',
          `Asynchronous invocation ${requestId} of ${fn.logicalId} is dropped: ${String(error)}`,
        );
      }
      return;
    }
    event.invocations += 1;
    if (this.#closed) return;
    if (result.ok) {
      await this.#send(fn.asyncInvoke.onSuccessArn, event, 'Success', result);
      return;
    }
    const retries = event.invocations - 1;
    if (retries >= fn.asyncInvoke.maximumRetryAttempts) {
      await this.#failed(event, 'RetriesExhausted', result);
      return;
    }
    const [first, second] = this.#options.retryDelaysMs ?? DEFAULT_RETRY_DELAYS_MS;
    await this.#retry(event, retries === 0 ? first : second, result);
  }

  async #retry(
    event: AsyncEvent,
    delayMs: number,
    result: InvocationResult | undefined,
  ): Promise<void> {
    const ageMs = Date.now() + delayMs - event.receivedAt;
    if (ageMs > event.fn.asyncInvoke.maximumEventAgeMs) {
      await this.#failed(event, 'EventAgeExceeded', result);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#attempt(event);
    }, delayMs);
    this.#timers.add(timer);
  }

  #throttleDelay(event: AsyncEvent): number {
    const first = this.#options.throttleDelayMs ?? DEFAULT_THROTTLE_DELAY_MS;
    const growth = Math.min(2 ** event.throttles, THROTTLE_DELAY_GROWTH);
    event.throttles += 1;
    return first * growth;
  }

  async #failed(
    event: AsyncEvent,
    condition: DestinationRecord['requestContext']['condition'],
    result: InvocationResult | undefined,
  ): Promise<void> {
    const { events } = this.#options;
    const { onFailureArn, deadLetterArn } = event.fn.asyncInvoke;
    if (events.hasListeners) {
      events.emit({
        ...{ type: 'async-event.dropped', timeMs: events.now(), requestId: event.requestId },
        functionName: event.fn.functionName,
        reason: condition === 'EventAgeExceeded' ? 'event-age-exceeded' : 'retries-exhausted',
        attempts: event.invocations,
      });
    }
    await this.#send(onFailureArn, event, condition, result);
    if (deadLetterArn === undefined) return;
    const message = result?.ok === false ? result.errorMessage : 'Rate Exceeded.';
    await this.#deliver('dead-letter-queue', event, deadLetterArn, event.payload.toString(), {
      RequestID: event.requestId,
      ErrorCode: result === undefined ? '429' : '200',
      ErrorMessage: message.slice(0, DEAD_LETTER_MESSAGE_LENGTH),
    });
  }

  async #send(
    arn: string | undefined,
    event: AsyncEvent,
    condition: DestinationRecord['requestContext']['condition'],
    result: InvocationResult | undefined,
  ): Promise<void> {
    if (arn === undefined) return;
    const record = destinationRecord({
      requestId: event.requestId,
      functionArn: event.options.invokedArn ?? event.fn.arn,
      version: versionOf(event.fn, qualifierOf(event.options.invokedArn)) ?? LATEST,
      condition,
      invocations: event.invocations,
      payload: event.payload,
      result,
      nowMs: Date.now(),
    });
    const kind = condition === 'Success' ? 'on-success' : 'on-failure';
    await this.#deliver(kind, event, arn, JSON.stringify(record));
  }

  async #deliver(
    kind: 'dead-letter-queue' | 'on-failure' | 'on-success',
    { requestId, fn }: AsyncEvent,
    arn: string,
    body: string,
    attributes?: DeadLetterAttributes,
  ): Promise<void> {
    const { events, sendToDestination } = this.#options;
    let error: string | undefined;
    try {
      await sendToDestination?.(arn, body, attributes);
    } catch (cause) {
      error = String(cause);
    }
    if (!events.hasListeners) return;
    events.emit({
      ...{ type: 'destination.sent', timeMs: events.now(), requestId, kind, target: arn },
      functionName: fn.functionName,
      outcome: error === undefined ? 'delivered' : 'failed',
      error,
    });
  }
}
