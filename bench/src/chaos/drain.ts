import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { setTimeout as delay } from 'node:timers/promises';

export interface Drain {
  /** Works on a message; when it rejects, SQS delivers the message again. */
  readonly work: (message: string, receiveCount: number) => Promise<unknown>;
  /** Whether a message is delivered once more although it was done. */
  readonly redelivers: () => boolean;
  /** How long a received message is hidden from other workers (s). */
  readonly visibilityTimeoutSeconds?: number;
}

/** Polls a queue as Lambda's event source mapping does, until it has no message in any state. */
export async function drainQueue(sqs: SQSClient, queueUrl: string, drain: Drain): Promise<void> {
  while ((await messagesIn(sqs, queueUrl)) > 0) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: drain.visibilityTimeoutSeconds ?? 30,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    // A message that is left belongs to a worker that was killed; it is visible again after its
    // visibility time-out.
    if (messages.length === 0) await delay(50);
    await Promise.all(
      messages.map(async ({ Body: body = '', ReceiptHandle, Attributes: attributes }) => {
        const handle = { QueueUrl: queueUrl, ReceiptHandle };
        const again = await drain.work(body, Number(attributes?.ApproximateReceiveCount)).then(
          () => drain.redelivers(),
          () => true,
        );
        if (again) {
          await sqs.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 0 }));
        } else {
          await sqs.send(new DeleteMessageCommand(handle));
        }
      }),
    );
  }
}

/** The number of messages that are visible, delayed or in flight. */
async function messagesIn(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes: attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  return (
    Number(attributes.ApproximateNumberOfMessages) +
    Number(attributes.ApproximateNumberOfMessagesNotVisible) +
    Number(attributes.ApproximateNumberOfMessagesDelayed)
  );
}
