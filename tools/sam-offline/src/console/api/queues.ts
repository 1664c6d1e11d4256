import * as z from 'zod';
import type { Queue } from '../../template/index.ts';
import { RequestError, route, type Route } from '../http/index.ts';
import { maskSecrets } from '../mask.ts';
import { type Attributes, callService } from './call-service.ts';
import type { ConsoleContext } from './context.ts';
import { named } from './named.ts';
import { deadLetterReason, type DeadLetterSource } from './dead-letter-reason.ts';

interface Message {
  readonly MessageId?: string;
  readonly Body?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: unknown;
  readonly ReceiptHandle?: string;
}

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
];

/** The queues with their messages, and actions on them. */
export function queueRoutes({ stack, actions, outputs }: ConsoleContext): Route[] {
  const queueOf = (path: Readonly<Record<string, string>>): Queue =>
    named(path, 'queue', stack.queues, ({ queueName }) => queueName);
  const sourcesOf = ({ arn }: Queue): DeadLetterSource[] =>
    stack.queues
      .filter(({ attributes }) => attributes.RedrivePolicy?.includes(`"${arn}"`))
      .map(({ queueName, attributes }) => ({ queueName, redrivePolicy: attributes.RedrivePolicy }));
  const urlOf = ({ queueName }: Queue) =>
    `${outputs().AwsEndpointUrl ?? ''}/${stack.accountId}/${queueName}`;
  const sqs = (operation: string, queue: Queue, input: object = {}) =>
    callService(actions, 'sqs', `AmazonSQS.${operation}`, { QueueUrl: urlOf(queue), ...input });
  return [
    route({
      method: 'GET',
      path: '/api/queues',
      operationId: 'listQueues',
      summary: 'The queues of the stack with their depths, and the dead-letter queue of each.',
      response: 'Queues.',
      async handle() {
        const queues = await Promise.all(
          stack.queues.map(async (queue) => {
            const { Attributes: counted = {} } = (await sqs('GetQueueAttributes', queue, {
              AttributeNames: COUNTS,
            })) as { Attributes?: Readonly<Record<string, string>> };
            const [visible, notVisible, delayed] = COUNTS.map((name) => Number(counted[name] ?? 0));
            const deadLettersOf = sourcesOf(queue).map(({ queueName }) => queueName);
            return { ...queue, visible, notVisible, delayed, deadLettersOf };
          }),
        );
        return { queues };
      },
    }),
    route({
      method: 'POST',
      path: '/api/queues/{queue}/peek',
      operationId: 'peekMessages',
      summary:
        'Reads up to ten messages and makes them visible again. Their receive count grows by one, so this is not a GET.',
      response: 'Messages with their attributes, and for each dead letter the reason.',
      body: z.object({ reveal: z.boolean().default(false) }),
      async handle({ path, body }) {
        const queue = queueOf(path);
        const response = (await sqs('ReceiveMessage', queue, {
          ...{ MaxNumberOfMessages: 10, VisibilityTimeout: 2, WaitTimeSeconds: 0 },
          ...{ AttributeNames: ['All'], MessageAttributeNames: ['All'] },
        })) as { Messages?: readonly Message[] };
        const messages = response.Messages ?? [];
        await Promise.all(
          messages.map(({ ReceiptHandle: handle }) =>
            sqs('ChangeMessageVisibility', queue, { ReceiptHandle: handle, VisibilityTimeout: 0 }),
          ),
        );
        return {
          messages: messages.map(({ ReceiptHandle: _handle, ...message }) => ({
            reason: deadLetterReason(message, sourcesOf(queue)),
            message: body.reveal ? message : maskSecrets(message),
          })),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/api/queues/{queue}/redrive',
      operationId: 'redriveMessages',
      summary:
        'Moves the visible messages of a dead-letter queue back to the queue that they came from.',
      response: 'How many messages were moved.',
      body: z.object({ to: z.string().describe('The queue’s name.') }),
      async handle({ path, body }) {
        const from = queueOf(path);
        const to = queueOf({ queue: body.to });
        if (from === to) throw new RequestError(400, 'A queue is not redriven to itself.');
        return { moved: await redrive(from, to, sqs) };
      },
    }),
  ];
}

/**
 * Messages that come while others are moved stay for the next redrive. Otherwise it might not end.
 */
const MAXIMUM_MOVED = 10_000;

async function redrive(
  from: Queue,
  to: Queue,
  sqs: (operation: string, queue: Queue, input?: object) => Promise<Attributes>,
): Promise<number> {
  let moved = 0;
  while (moved < MAXIMUM_MOVED) {
    const { Messages: messages = [] } = (await sqs('ReceiveMessage', from, {
      ...{ MaxNumberOfMessages: 10, VisibilityTimeout: 30, WaitTimeSeconds: 0 },
      ...{ AttributeNames: ['All'], MessageAttributeNames: ['All'] },
    })) as { Messages?: readonly Message[] };
    if (messages.length === 0) break;
    for (const message of messages) {
      const { MessageGroupId: group, MessageDeduplicationId: deduplication } =
        message.Attributes ?? {};
      await sqs('SendMessage', to, {
        MessageBody: message.Body,
        ...(message.MessageAttributes !== undefined && {
          MessageAttributes: message.MessageAttributes,
        }),
        ...(group !== undefined && { MessageGroupId: group }),
        ...(deduplication !== undefined && { MessageDeduplicationId: deduplication }),
      });
      // The message is sent before it is deleted: a duplicate is better than a lost message.
      await sqs('DeleteMessage', from, { ReceiptHandle: message.ReceiptHandle });
      moved++;
    }
  }
  return moved;
}
