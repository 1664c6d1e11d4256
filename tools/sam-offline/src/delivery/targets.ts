import type { ServiceCaller } from '../iam/index.ts';
import { SamOfflineError } from '../sam-offline-error.ts';

/** A message attribute of SQS or SNS. Binary values are base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** The message for a target. Each kind of target uses only the members that it supports. */
export interface TargetMessage {
  readonly body: string;
  readonly subject?: string;
  readonly attributes?: MessageAttributes;
  readonly messageGroupId?: string;
  readonly deduplicationId?: string;
  /** The `X-Amzn-Trace-Id` of the request that caused the message. */
  readonly traceHeader?: string;
  /** The other members of the event, for an event bus. The body is the event's detail. */
  readonly event?: {
    readonly source: string;
    readonly detailType: string;
    readonly resources?: readonly string[];
  };
}

/** A target refused a message, or does not exist. */
export class DeliveryError extends SamOfflineError {
  override readonly name = 'DeliveryError';
  /** AWS's error code for a message in a dead-letter queue: `NO_PERMISSIONS`. */
  readonly code: string;
  /** Tells whether a retry may succeed. */
  readonly mayRetry: boolean;

  constructor(code: string, message: string, mayRetry = false) {
    super(message);
    this.code = code;
    this.mayRetry = mayRetry;
  }
}

/** The ids that a target gave to a message. */
export interface DeliveryReceipt {
  /** The request id of the function's invocation. */
  readonly invocationId?: string | undefined;
  /** The trace of that invocation. */
  readonly traceId?: string | undefined;
  /** The id of the message or event in the queue, topic or event bus. */
  readonly messageId?: string | undefined;
}

/**
 * Sends a message to one kind of target.
 *
 * @param by the sending service, which the target's policy has to allow; undefined if the sender's
 * role allows the call and was already checked
 * @throws DeliveryError
 */
export type TargetSender = (
  arn: string,
  message: TargetMessage,
  by: ServiceCaller | undefined,
) => Promise<DeliveryReceipt>;

/** Sends messages to functions, queues, topics and event buses of the stack, by their ARNs. */
export interface Targets {
  readonly send: TargetSender;
  /** @param service the service's name in the ARN: `lambda`, `sqs`, `sns`, `events` */
  register(service: string, sender: TargetSender): void;
}

/**
 * Makes the registry of the targets of a stack's services. Each part of the stack registers the
 * service that it emulates.
 */
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
