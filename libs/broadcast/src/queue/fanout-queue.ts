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
  /** A message attribute that the worker's logs show. */
  readonly correlationId: string;
}

export interface FanoutQueue {
  /** @param body a task, at most 256 KB */
  send(body: string, options: SendOptions): Promise<void>;
  /**
   * Puts a message in the dead-letter queue, where an operator sees it. Its body can be redriven.
   */
  sendToDeadLetters(body: string, reason: DeadLetterReason): Promise<void>;
}

export interface FanoutQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Returns the id of the current trace; the worker's trace names it. */
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
      // SQS refuses an empty attribute.
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}

/**
 * The text with what SQS refuses in an attribute replaced: an error's text can contain any
 * character.
 */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_ATTRIBUTE_LENGTH);
}
