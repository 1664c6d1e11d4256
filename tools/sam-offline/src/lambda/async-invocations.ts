import { randomUUID } from 'node:crypto';
import type { LogSink } from '../log.ts';
import type { LambdaFunction } from '../template/model.ts';
import { destinationRecord, type DestinationRecord } from './destination-record.ts';
import { LambdaServiceClosedError, RequestTooLargeError } from './errors.ts';
import { MAXIMUM_ASYNC_PAYLOAD_BYTES } from './invocation.ts';
import { TooManyRequestsError, type InvocationResult, type InvokeOptions } from './invoker.ts';

/** What of an asynchronous event goes to its function's dead-letter queue. */
export interface DeadLetterAttributes {
  readonly RequestID: string;
  /** HTTP status, as a number in text. */
  readonly ErrorCode: string;
  /** At most 1 KB of the message. */
  readonly ErrorMessage: string;
}

export interface AsyncInvocationOptions {
  readonly log: LogSink;
  /**
   * Delivers a record or a dead letter to a queue, a function or another target. `attributes` come
   * with dead letters: they are message attributes there.
   */
  readonly sendToDestination?: (
    arn: string,
    body: string,
    attributes?: DeadLetterAttributes,
  ) => Promise<void> | void;
  /**
   * Delays before the second and the third attempt, in ms. AWS waits one minute and two
   * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
   */
  readonly retryDelaysMs?: readonly [number, number];
  /** First delay after a throttle, in ms; it doubles up to 300 times this. AWS's is 1 s (to 5 min). */
  readonly throttleDelayMs?: number;
}

type Run = (
  functionLogicalId: string,
  payload: string | Buffer,
  options: InvokeOptions,
  requestId: string,
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

export const DEFAULT_RETRY_DELAYS_MS = [60_000, 120_000] as const;
const DEFAULT_THROTTLE_DELAY_MS = 1_000;
const THROTTLE_DELAY_GROWTH = 300;
const DEAD_LETTER_MESSAGE_LENGTH = 1024;

/** Lambda's queue of asynchronous invocations: retries, maximum age, destinations, dead letters. */
export class AsyncInvocations {
  readonly #run: Run;
  readonly #options: AsyncInvocationOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(run: Run, options: AsyncInvocationOptions) {
    this.#run = run;
    this.#options = options;
  }

  /** @throws RequestTooLargeError when the payload is over 1 MB */
  add(fn: LambdaFunction, payload: string | Buffer, options: InvokeOptions): void {
    if (this.#closed) throw new LambdaServiceClosedError();
    if (Buffer.byteLength(payload) > MAXIMUM_ASYNC_PAYLOAD_BYTES) {
      throw new RequestTooLargeError(MAXIMUM_ASYNC_PAYLOAD_BYTES);
    }
    void this.#attempt({
      fn,
      requestId: randomUUID(),
      payload,
      options,
      receivedAt: Date.now(),
      invocations: 0,
      throttles: 0,
    });
  }

  /** Forgets what waits: like everything else, the queue ends with sam-offline. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #attempt(event: AsyncEvent): Promise<void> {
    const { fn, requestId } = event;
    // AWS does not even queue for a function that may not run.
    if (fn.reservedConcurrency === 0) {
      await this.#failed(event, 'RetriesExhausted', undefined);
      return;
    }
    let result: InvocationResult;
    try {
      result = await this.#run(fn.logicalId, event.payload, event.options, requestId);
    } catch (error) {
      if (this.#closed) return;
      if (error instanceof TooManyRequestsError) {
        await this.#retry(event, this.#throttleDelay(event), undefined);
      } else {
        this.#options.log.system(
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
    const { onFailureArn, deadLetterArn } = event.fn.asyncInvoke;
    await this.#send(onFailureArn, event, condition, result);
    if (deadLetterArn === undefined) return;
    const message = result?.ok === false ? result.errorMessage : 'Rate Exceeded.';
    await this.#deliver(event, deadLetterArn, event.payload.toString(), {
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
      functionArn: event.fn.arn,
      condition,
      invocations: event.invocations,
      payload: event.payload,
      result,
      nowMs: Date.now(),
    });
    await this.#deliver(event, arn, JSON.stringify(record));
  }

  async #deliver(
    event: AsyncEvent,
    arn: string,
    body: string,
    attributes?: DeadLetterAttributes,
  ): Promise<void> {
    try {
      await this.#options.sendToDestination?.(arn, body, attributes);
    } catch (error) {
      this.#options.log.system(
        'error',
        `The record of invocation ${event.requestId} of ${event.fn.logicalId} did not reach ${arn}: ${String(error)}`,
      );
    }
  }
}
