import type { ServiceCaller } from '../iam/index.ts';
import { SamOfflineError } from '../sam-offline-error.ts';

/** A message attribute as SQS and SNS have it; binary values are base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What is sent to a target. A target takes of it what it has a place for. */
export interface TargetMessage {
  readonly body: string;
  readonly subject?: string;
  readonly attributes?: MessageAttributes;
  readonly messageGroupId?: string;
  readonly deduplicationId?: string;
  /** `X-Amzn-Trace-Id` of what caused it. */
  readonly traceHeader?: string;
  /** An event bus takes the body as an event's detail; this is the rest of the event. */
  readonly event?: {
    readonly source: string;
    readonly detailType: string;
    readonly resources?: readonly string[];
  };
}

/** A target refused a message, or is not there. */
export class DeliveryError extends SamOfflineError {
  override readonly name = 'DeliveryError';
  /** AWS's name of the error, as a dead letter has it: `NO_PERMISSIONS`. */
  readonly code: string;
  /** Whether a second attempt may succeed. */
  readonly mayRetry: boolean;

  constructor(code: string, message: string, mayRetry = false) {
    super(message);
    this.code = code;
    this.mayRetry = mayRetry;
  }
}

/** What a target made of a message. */
export interface DeliveryReceipt {
  /** The request id of the invocation that a function was given. */
  readonly invocationId?: string | undefined;
  /** The trace of that invocation. */
  readonly traceId?: string | undefined;
  /** The id of the message or event that a queue, topic or event bus was given. */
  readonly messageId?: string | undefined;
}

/**
 * Sends to one kind of target.
 *
 * @param by the service that sends, which the target's policy has to allow; undefined where the sender's own role
 *   allows it, and was looked at
 * @throws DeliveryError
 */
export type TargetSender = (
  arn: string,
  message: TargetMessage,
  by: ServiceCaller | undefined,
) => Promise<DeliveryReceipt>;

/** Sends to functions, queues, topics and event buses of the stack, by their ARNs. */
export interface Targets {
  readonly send: TargetSender;
  /** @param service as in the ARN: `lambda`, `sqs`, `sns`, `events` */
  register(service: string, sender: TargetSender): void;
}

/** Makes the registry of what a stack's services send to. Each part registers what it serves. */
export function createTargets(): Targets {
  const senders = new Map<string, TargetSender>();
  return {
    async send(arn, message, by) {
      const sender = senders.get(arn.split(':')[2] ?? '');
      if (sender === undefined) {
        throw new DeliveryError(
          'INVALID_TARGET',
          `${arn} is not emulated, so nothing is sent to it`,
        );
      }
      return sender(arn, message, by);
    },
    register(service, sender) {
      senders.set(service, sender);
    },
  };
}
