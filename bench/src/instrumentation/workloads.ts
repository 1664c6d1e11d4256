import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { shardOf } from '@blogapp/broadcast';
import { recipientId } from '../connections-sink/index.ts';
import { developmentUser, httpEvent, SHARDS, type ProductStack } from '../stack/index.ts';

/** The number of subscribers of the channel `all`. */
export const READERS = 1_000;
/** The number of posts that a page of the feed has. */
const POSTS = 20;
/** The number of visitors. Each writes one comment: the API limits how many a user may write. */
const VISITORS = 400;
/** The number of subscribers of the post with the comments. */
export const READERS_OF_POST = 20;
/** The number of records in a batch of the stream. */
const BATCH = 10;
/** The number of batches; each has greater sequence numbers than the one before. */
const BATCHES = 600;
const ROWS_PER_REQUEST = 25;

/** What a function is measured with. */
export interface Workload {
  /** A list for each variant: a comment is counted only once, so each variant needs its own. */
  readonly events: readonly (readonly unknown[])[];
  /** How many events are measured together. */
  readonly eventsPerRun: number;
  /** How many runs of each variant a round measures, after a third as many that are not measured. */
  readonly runs: number;
}

/** Fills the stack's tables, and makes the events that match their rows. */
export async function prepareWorkloads(
  { outputs }: ProductStack,
  variants: number,
): Promise<Readonly<Record<'broadcast' | 'commentStream' | 'get' | 'visit', Workload>>> {
  const all = await Promise.all(
    Array.from({ length: Math.max(POSTS, variants) }, (_, index) => newPost(outputs, index)),
  );
  const posts = all.slice(0, variants);
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
    broadcast: {
      events: posts.map(() => [httpEvent('POST', '/broadcast/comments', body)]),
      eventsPerRun: 1,
      runs: 60,
    },
    commentStream: {
      events: posts.map((postId) =>
        Array.from({ length: BATCHES }, (_, batch) => streamEvent(postId, batch)),
      ),
      eventsPerRun: 1,
      runs: 60,
    },
    get: {
      events: posts.map((postId) => [httpEvent('GET', `/posts/${postId}`)]),
      eventsPerRun: 1,
      runs: 3_000,
    },
    visit: {
      events: posts.map((postId, variant) =>
        Array.from({ length: VISITORS }, (_, visitor) =>
          visitEvents(postId, `visitor-${variant}-${visitor}`),
        ).flat(),
      ),
      eventsPerRun: visitEvents('', '').length,
      runs: 150,
    },
  };
}

/** The requests of a visitor, in the proportions of `loadtests/scenarios/api-mixed.yaml`. */
function visitEvents(postId: string, visitor: string): unknown[] {
  const post = `/posts/${postId}`;
  const reads = ['/posts?limit=20', post, `${post}/comments?limit=20`].map((path) =>
    httpEvent('GET', path),
  );
  const headers = { authorization: developmentUser(visitor) };
  return [
    ...[...reads, ...reads, ...reads, ...reads],
    httpEvent('POST', `${post}/comments`, { body: 'Written by a bench.' }, headers),
    httpEvent('PUT', `${post}/favorite`, undefined, headers),
  ];
}

async function newPost(outputs: ProductStack['outputs'], author: number): Promise<string> {
  const response = await fetch(`${outputs.HttpApiUrl}/posts`, {
    method: 'POST',
    headers: {
      authorization: developmentUser(`author-${author}`),
      'content-type': 'application/json',
    },
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
