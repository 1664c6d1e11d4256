import * as z from 'zod';
import type { Queue, Table } from '../../template/index.ts';
import { parameter, RequestError, route, type Route } from '../http/index.ts';
import { maskSecrets } from '../mask.ts';
import type { ConsoleContext } from './context.ts';
import { deadLetterReason, type DeadLetterSource } from './dead-letter-reason.ts';
import { flag, limit } from './ranges.ts';

type Attributes = Readonly<Record<string, unknown>>;

const itemSchema = z
  .record(z.string(), z.record(z.string(), z.unknown()))
  .describe('An item in DynamoDB’s JSON: `{"id":{"S":"1"}}`.');

/** Tables and queues: what is in them, and changes to it. */
export function dataRoutes(context: ConsoleContext): Route[] {
  return [...tableRoutes(context), ...queueRoutes(context)];
}

function tableRoutes({ stack, actions, nowMs }: ConsoleContext): Route[] {
  const tableOf = (path: Readonly<Record<string, string>>): Table => {
    const name = parameter(path, 'table');
    const table = stack.tables.find((one) => one.tableName === name || one.logicalId === name);
    if (table === undefined) throw new RequestError(404, `The stack has no table ${name}.`);
    return table;
  };
  const dynamodb = (operation: string, input: object) =>
    call(actions, 'dynamodb', `DynamoDB_20120810.${operation}`, input);
  return [
    route({
      method: 'GET',
      path: '/api/tables',
      operationId: 'listTables',
      summary: 'The tables of the stack with their keys, indexes, streams and item counts.',
      answers: 'Tables.',
      async handle() {
        const tables = await Promise.all(
          stack.tables.map(async (table) => {
            const counted = await dynamodb('DescribeTable', { TableName: table.tableName });
            const described = (counted.Table ?? {}) as Attributes;
            return { ...table, items: described.ItemCount, bytes: described.TableSizeBytes };
          }),
        );
        return { tables };
      },
    }),
    route({
      method: 'GET',
      path: '/api/tables/{table}/items',
      operationId: 'listItems',
      summary: 'Items of a table or index: of one partition (a query), or all (a scan).',
      answers: 'Items in DynamoDB’s JSON, and `next` where there are more.',
      query: z.object({
        index: z.string().optional(),
        partition: z.string().optional().describe('The partition key’s value; absent: a scan.'),
        sortPrefix: z.string().optional().describe('What the sort key (a string) begins with.'),
        contains: z.string().optional().describe('Only items whose JSON contains this text.'),
        descending: flag,
        reveal: flag.describe('Show secrets too.'),
        limit: limit(100, 1000),
        next: z.string().optional().describe('As the answer before gave it.'),
      }),
      async handle({ path, query }) {
        const table = tableOf(path);
        const answer = await dynamodb(
          query.partition === undefined ? 'Scan' : 'Query',
          readInput(table, query),
        );
        const items = (answer.Items ?? []) as readonly Attributes[];
        const { contains } = query;
        const found =
          contains === undefined || contains === ''
            ? items
            : items.filter((item) => JSON.stringify(item).includes(contains));
        return {
          items: query.reveal ? found : found.map(maskSecrets),
          read: items.length,
          nowMs: nowMs(),
          ...(answer.LastEvaluatedKey !== undefined && {
            next: Buffer.from(JSON.stringify(answer.LastEvaluatedKey)).toString('base64url'),
          }),
        };
      },
    }),
    route({
      method: 'PUT',
      path: '/api/tables/{table}/items',
      operationId: 'putItem',
      summary: 'Writes an item, in the place of one with the same key; streams tell of it.',
      answers: 'Nothing.',
      body: z.object({ item: itemSchema }),
      async handle({ path, body }) {
        if (JSON.stringify(body.item).includes('••••••')) {
          throw new RequestError(
            400,
            'The item has masked values in it; show its secrets before you change it.',
          );
        }
        await dynamodb('PutItem', { TableName: tableOf(path).tableName, Item: body.item });
        return {};
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/tables/{table}/items',
      operationId: 'deleteItem',
      summary: 'Deletes the item with a key; streams tell of it.',
      answers: 'Nothing.',
      body: z.object({ key: itemSchema }),
      async handle({ path, body }) {
        await dynamodb('DeleteItem', { TableName: tableOf(path).tableName, Key: body.key });
        return {};
      },
    }),
  ];
}

interface ReadQuery {
  readonly index?: string | undefined;
  readonly partition?: string | undefined;
  readonly sortPrefix?: string | undefined;
  readonly descending: boolean;
  readonly limit: number;
  readonly next?: string | undefined;
}

/** The input of Query or Scan. @throws RequestError for an index that the table has not */
function readInput(table: Table, query: ReadQuery): object {
  const indexes = [...table.globalSecondaryIndexes, ...table.localSecondaryIndexes];
  const index = indexes.find(({ indexName }) => indexName === query.index);
  if (query.index !== undefined && query.index !== '' && index === undefined) {
    throw new RequestError(404, `${table.tableName} has no index ${query.index}.`);
  }
  const { partitionKey, sortKey } = (index ?? table).keySchema;
  const typeOf = (name: string) =>
    table.attributeDefinitions.find((attribute) => attribute.name === name)?.type ?? 'S';
  const common = {
    TableName: table.tableName,
    Limit: query.limit,
    ...(index !== undefined && { IndexName: index.indexName }),
    ...(query.next !== undefined && { ExclusiveStartKey: startKeyOf(query.next) }),
  };
  if (query.partition === undefined) return common;
  const hasPrefix =
    query.sortPrefix !== undefined && query.sortPrefix !== '' && sortKey !== undefined;
  return {
    ...common,
    ScanIndexForward: !query.descending,
    KeyConditionExpression: `#p = :p${hasPrefix ? ' AND begins_with(#s, :s)' : ''}`,
    ExpressionAttributeNames: { '#p': partitionKey, ...(hasPrefix && { '#s': sortKey }) },
    ExpressionAttributeValues: {
      ':p': { [typeOf(partitionKey)]: query.partition },
      ...(hasPrefix && { ':s': { [typeOf(sortKey)]: query.sortPrefix } }),
    },
  };
}

function startKeyOf(next: string): unknown {
  try {
    return JSON.parse(Buffer.from(next, 'base64url').toString()) as unknown;
  } catch {
    throw new RequestError(400, '`next` is not what an answer gave.');
  }
}

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

function queueRoutes({ stack, actions, outputs }: ConsoleContext): Route[] {
  const queueOf = (path: Readonly<Record<string, string>>): Queue => {
    const name = parameter(path, 'queue');
    const queue = stack.queues.find((one) => one.queueName === name || one.logicalId === name);
    if (queue === undefined) throw new RequestError(404, `The stack has no queue ${name}.`);
    return queue;
  };
  const sourcesOf = ({ arn }: Queue): DeadLetterSource[] =>
    stack.queues
      .filter(({ attributes }) => attributes.RedrivePolicy?.includes(`"${arn}"`))
      .map(({ queueName, attributes }) => ({ queueName, redrivePolicy: attributes.RedrivePolicy }));
  const urlOf = ({ queueName }: Queue) =>
    `${outputs().AwsEndpointUrl ?? ''}/${stack.accountId}/${queueName}`;
  const sqs = (operation: string, queue: Queue, input: object = {}) =>
    call(actions, 'sqs', `AmazonSQS.${operation}`, { QueueUrl: urlOf(queue), ...input });
  return [
    route({
      method: 'GET',
      path: '/api/queues',
      operationId: 'listQueues',
      summary: 'The queues of the stack with their depths, and which is whose dead-letter queue.',
      answers: 'Queues.',
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
        'Reads up to ten messages and makes them visible again. Their receive count grows by one, so this is no GET.',
      answers: 'Messages with their attributes, and why a dead letter is one.',
      body: z.object({ reveal: z.boolean().default(false) }),
      async handle({ path, body }) {
        const queue = queueOf(path);
        const answer = (await sqs('ReceiveMessage', queue, {
          ...{ MaxNumberOfMessages: 10, VisibilityTimeout: 2, WaitTimeSeconds: 0 },
          ...{ AttributeNames: ['All'], MessageAttributeNames: ['All'] },
        })) as { Messages?: readonly Message[] };
        const messages = answer.Messages ?? [];
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
      summary: 'Moves what is visible in a dead-letter queue back to the queue that it came from.',
      answers: 'How many messages were moved.',
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

/** What comes while messages are moved is for the next redrive: it ends. */
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
      // Sent first: a message that is there twice is better than one that is lost.
      await sqs('DeleteMessage', from, { ReceiptHandle: message.ReceiptHandle });
      moved++;
    }
  }
  return moved;
}

async function call(
  actions: ConsoleContext['actions'],
  service: 'dynamodb' | 'sqs',
  target: string,
  input: object,
): Promise<Attributes> {
  try {
    return (await actions.call(service, target, input)) as Attributes;
  } catch (error) {
    throw new RequestError(400, error instanceof Error ? error.message : String(error));
  }
}
