import { BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { createTable, startDynoxide, startQueueService } from '@blogapp/sam-offline/services';
import { ALL_CHANNEL, type Channel } from '@blogapp/shared-types';
import { rowKey, type ConnectionsTable } from '../channels/index.ts';
import { pageReader } from '../deliver/index.ts';

export const REGION = 'ap-northeast-1';
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A real DynamoDB (Dynoxide) and SQS (fauxqs) for tests. */
export interface LocalServices {
  readonly dynamoDbEndpoint: string;
  readonly sqsEndpoint: string;
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  /** Creates a new table of connections. */
  connectionsTable(shards: number): Promise<ConnectionsTable>;
  /** Creates a new queue and its dead-letter queue. */
  queues(visibilityTimeoutSeconds?: number): Promise<TestQueues>;
  close(): Promise<void>;
}

export interface TestQueues {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** Starts DynamoDB and SQS on free ports. Call `close` at the end. */
export async function startLocalServices(): Promise<LocalServices> {
  const [dynoxide, queueService] = await Promise.all([
    startDynoxide(),
    startQueueService({ region: REGION, accountId: '000000000000' }),
  ]);
  const common = { region: REGION, credentials: CREDENTIALS };
  const dynamoDb = new DynamoDBClient({ ...common, endpoint: dynoxide.endpoint });
  const sqs = new SQSClient({ ...common, endpoint: queueService.endpoint });
  let names = 0;
  return {
    dynamoDbEndpoint: dynoxide.endpoint,
    sqsEndpoint: queueService.endpoint,
    dynamoDb,
    sqs,
    async connectionsTable(shards) {
      const tableName = `connections-${(names += 1)}`;
      await createTable(dynoxide.endpoint, {
        tableName,
        attributeDefinitions: [
          { name: 'channel', type: 'S' },
          { name: 'connectionId', type: 'S' },
        ],
        keySchema: { partitionKey: 'channel', sortKey: 'connectionId' },
      });
      return { client: dynamoDb, tableName, shards };
    },
    async queues(visibilityTimeoutSeconds = 30) {
      const create = async (name: string): Promise<string> => {
        const { QueueUrl: url } = await sqs.send(
          new CreateQueueCommand({
            QueueName: name,
            Attributes: { VisibilityTimeout: String(visibilityTimeoutSeconds) },
          }),
        );
        if (url === undefined) throw new Error(`queue ${name} has no URL`);
        return url;
      };
      const name = `fanout-${(names += 1)}`;
      return { queueUrl: await create(name), deadLetterQueueUrl: await create(`${name}-dlq`) };
    },
    async close() {
      dynamoDb.destroy();
      sqs.destroy();
      await Promise.all([dynoxide.close(), queueService.close()]);
    },
  };
}

/** Writes the rows of connections that joined a channel long ago, without going through the store. */
export async function seedConnections(
  { client, tableName, shards }: ConnectionsTable,
  connectionIds: readonly string[],
  channel: Channel,
): Promise<void> {
  const expiresAt = { N: String(Math.ceil(Date.now() / 1000) + 3_600) };
  const connectedAt = { N: String(Date.now() - 600_000) };
  const rows = connectionIds.flatMap((connectionId) => {
    const own = rowKey(ALL_CHANNEL, connectionId, shards);
    const row = rowKey(channel, connectionId, shards);
    return [
      {
        channel: { S: own.channel },
        connectionId: { S: connectionId },
        expiresAt,
        connectedAt,
        ...(channel !== ALL_CHANNEL && { channels: { SS: [channel] } }),
      },
      ...(channel === ALL_CHANNEL
        ? []
        : [{ channel: { S: row.channel }, connectionId: { S: connectionId }, expiresAt }]),
    ];
  });
  for (let start = 0; start < rows.length; start += 25) {
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [tableName]: rows.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } })),
        },
      }),
    );
  }
}

/** Every row of the table, as `<channel>#<shard> <connectionId>`, sorted. */
export async function allRows({ client, tableName }: ConnectionsTable): Promise<string[]> {
  const { Items: items = [] } = await client.send(
    new ScanCommand({ TableName: tableName, ConsistentRead: true }),
  );
  return items
    .map(({ channel, connectionId }) => `${channel?.S ?? ''} ${connectionId?.S ?? ''}`)
    .sort();
}

/** The connections that are subscribed to a channel now. */
export async function subscribersOf(
  table: ConnectionsTable,
  channel: Channel,
): Promise<ReadonlySet<string>> {
  const subscribers = new Set<string>();
  for (let shard = 0; shard < table.shards; shard += 1) {
    const readPage = pageReader(table, channel, { shard }, 1_000);
    for (let last = false; !last;) {
      const page = await readPage();
      for (const connectionId of page.connectionIds) subscribers.add(connectionId);
      last = page.last;
    }
  }
  return subscribers;
}

/** Takes the messages that a queue has now, and deletes them. */
export async function takeMessages(sqs: SQSClient, queueUrl: string): Promise<Message[]> {
  const taken: Message[] = [];
  for (;;) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      }),
    );
    if (messages.length === 0) return taken;
    for (const message of messages) {
      await sqs.send(
        new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }),
      );
    }
    taken.push(...messages);
  }
}
