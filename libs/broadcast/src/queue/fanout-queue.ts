import {
  SendMessageCommand,
  type MessageAttributeValue,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Why a message is in the dead-letter queue; each field is a message attribute there. */
export interface DeadLetterReason {
  readonly reason: string;
  readonly eventId?: string;
  readonly correlationId?: string;
}

export interface SendOptions {
  readonly delaySeconds: number;
  /** A message attribute, for the worker's logs. */
  readonly correlationId: string;
}

export interface FanoutQueue {
  /** @param body a task, at most 256 KB */
  send(body: string, options: SendOptions): Promise<void>;
  /** Puts a message where an operator sees it; its body is one that can be redriven. */
  sendToDeadLetters(body: string, reason: DeadLetterReason): Promise<void>;
}

export interface FanoutQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** The trace of what is being worked on: the worker's trace names it. */
  readonly traceId?: () => string | undefined;
}

/** SQS's longest delay. */
const MAX_DELAY_SECONDS = 900;
/** Attributes count towards a message's size. */
const MAX_ATTRIBUTE_LENGTH = 1_000;

/**
 * @example
 *   createFanoutQueue({
 *     client: new SQSClient({}),
 *     queueUrl: env.FANOUT_QUEUE_URL,
 *     deadLetterQueueUrl: env.FANOUT_DEAD_LETTER_QUEUE_URL,
 *   });
 */
export function createFanoutQueue(options: FanoutQueueOptions): FanoutQueue {
  const { client, queueUrl, deadLetterQueueUrl, traceId = () => undefined } = options;
  return {
    async send(body, { delaySeconds, correlationId }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          DelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.round(delaySeconds)),
          MessageAttributes: stringAttributes({ correlationId, traceId: traceId() ?? '' }),
        }),
      );
    },
    async sendToDeadLetters(body, reason) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: body,
          MessageAttributes: stringAttributes({ ...reason }),
        }),
      );
    },
  };
}

function stringAttributes(
  values: Readonly<Record<string, string>>,
): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, printable(value)] as const)
      // SQS takes no empty ones.
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}

/** What an attribute may hold: an error's text, or a correlation id, can contain anything. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_ATTRIBUTE_LENGTH);
}
