import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { shardOf } from '@blogapp/broadcast';
import { recipientId } from '../connections-sink/index.ts';
import { developmentUser, httpEvent, SHARDS, type ProductStack } from '../stack/index.ts';

/** The number of subscribers of the channel `all`. */
export const READERS = 1_000;
/** The number of subscribers of the post with the comments. */
export const READERS_OF_POST = 20;
/** The number of records in a batch of the stream. */
const BATCH = 10;
/** The number of batches; each has greater sequence numbers than the one before. */
const BATCHES = 600;
const ROWS_PER_REQUEST = 25;

/**
 * The events of a function, and the status of its responses; the result of a stream's function has
 * no status.
 */
export interface Workload {
  /** A list for each variant: a comment is counted only once, so each variant needs its own. */
  readonly events: readonly (readonly unknown[])[];
  readonly status?: number;
  readonly warmUps: number;
}

/** Fills the stack's tables, and makes the events that match their rows. */
export async function prepareWorkloads(
  { outputs }: ProductStack,
  variants: number,
): Promise<{
  readonly api: Workload;
  readonly broadcast: Workload;
  readonly 'comment-stream': Workload;
}> {
  const posts = await Promise.all(Array.from({ length: variants }, () => newPost(outputs)));
  const client = new DynamoDBClient({
    region: 'ap-northeast-1',
    endpoint: outputs.AwsEndpointUrl,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const table = outputs.WebSocketConnectionsTableName;
  await subscribe(client, table, 'all', READERS);
  for (const postId of posts) await subscribe(client, table, `post:${postId}`, READERS_OF_POST);
  client.destroy();
  const body = { channel: 'all', type: 'announcement', data: { text: 'x'.repeat(200) } };
  return {
    api: {
      events: posts.map((postId) => [httpEvent('GET', `/posts/${postId}`)]),
      status: 200,
      warmUps: 1_000,
    },
    broadcast: {
      events: posts.map(() => [httpEvent('POST', '/broadcast/comments', body)]),
      status: 202,
      warmUps: 10,
    },
    'comment-stream': {
      events: posts.map((postId) =>
        Array.from({ length: BATCHES }, (_, batch) => streamEvent(postId, batch)),
      ),
      warmUps: 30,
    },
  };
}

async function newPost(outputs: ProductStack['outputs']): Promise<string> {
  const response = await fetch(`${outputs.HttpApiUrl}/posts`, {
    method: 'POST',
    headers: { authorization: developmentUser('author'), 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'A post', body: 'Some words of a post. '.repeat(60) }),
  });
  const { postId } = (await response.json()) as { postId: string };
  return postId;
}

async function subscribe(
  client: DynamoDBClient,
  table: string,
  channel: string,
  count: number,
): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => recipientId(index));
  for (let start = 0; start < count; start += ROWS_PER_REQUEST) {
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [table]: ids.slice(start, start + ROWS_PER_REQUEST).map((connectionId) => ({
            PutRequest: {
              Item: {
                channel: { S: `${channel}#${shardOf(connectionId, SHARDS)}` },
                connectionId: { S: connectionId },
              },
            },
          })),
        },
      }),
    );
  }
}

function streamEvent(postId: string, batch: number): unknown {
  return {
    Records: Array.from({ length: BATCH }, (_, index) => {
      const number = String(batch * BATCH + index);
      const commentId = `01JD${number.padStart(22, '0')}`;
      return {
        eventID: number,
        eventName: 'INSERT',
        eventSource: 'aws:dynamodb',
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(Date.now() / 1_000),
          SequenceNumber: `1${number.padStart(20, '0')}`,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
          NewImage: {
            postId: { S: postId },
            commentId: { S: commentId },
            changeId: { S: commentId },
            authorId: { S: 'bob' },
            body: { S: 'A comment of some length. '.repeat(8) },
            createdAt: { S: new Date().toISOString() },
            correlationId: { S: `request-${number}` },
          },
        },
      };
    }),
  };
}
