import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { connect } from '@blogapp/realtime-client/raw';
import { operator } from '../load/operator.ts';
import { developmentUser, httpEvent, type ProductStack } from '../stack/index.ts';

/** What first events need: a client that is connected and subscribed, and a post. */
export interface Scene {
  readonly postId: string;
  readonly connectionId: string;
  stop(): void;
}

/**
 * Connects the client and creates the post, on a stack that has just started.
 *
 * @throws Error when the post is not accepted, or the connection's row can't be found
 */
export async function setScene({ outputs }: ProductStack): Promise<Scene> {
  const response = await fetch(`${outputs.HttpApiUrl}/posts`, {
    method: 'POST',
    headers: { authorization: developmentUser('author'), 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'A post', body: 'Its body.' }),
  });
  if (response.status !== 201) {
    throw new Error(`creating the post failed with ${response.status}: ${await response.text()}`);
  }
  const { postId } = (await response.json()) as { postId: string };
  const connection = await connect(outputs.WebSocketUrl);
  const connectionId = await onlyConnectionId(outputs);
  const subscribe = { action: 'subscribe', channels: [`post:${postId}`] };
  await connection.ask(JSON.stringify(subscribe), 10_000);
  return {
    postId,
    connectionId,
    stop() {
      connection.drop();
    },
  };
}

async function onlyConnectionId(outputs: ProductStack['outputs']): Promise<string> {
  const client = new DynamoDBClient({
    endpoint: outputs.AwsEndpointUrl,
    ...operator,
  });
  try {
    const pages = paginateScan({ client }, { TableName: outputs.WebSocketConnectionsTableName });
    for await (const { Items: items = [] } of pages) {
      const id = items[0]?.connectionId?.S;
      if (id !== undefined) return id;
    }
    throw new Error('the connection has no row');
  } finally {
    client.destroy();
  }
}

/**
 * A first event for each function, by the name that the template gives it: the simplest event that
 * makes it do its work (a broadcast with one recipient, a comment with one reader).
 *
 * @param round makes the event different each time
 * @returns undefined for a function that is not known here
 */
export function firstEventOf(name: string, scene: Scene, round: number): unknown {
  const { postId } = scene;
  const now = Date.now();
  const id = ulidAt(now, round);
  switch (name) {
    case 'websocket-connect':
      return webSocketEvent('CONNECT', '$connect', `bench-${round}=`);
    case 'websocket-disconnect':
      return webSocketEvent('DISCONNECT', '$disconnect', `bench-${round}=`);
    case 'websocket-default':
      return webSocketEvent('MESSAGE', 'subscribe', scene.connectionId, {
        action: 'subscribe',
        channels: [`post:${postId}`],
      });
    case 'websocket-broadcast':
      return httpEvent('POST', '/broadcast/comments', {
        channel: `post:${postId}`,
        type: 'announcement',
        data: { text: 'Hello' },
      });
    case 'websocket-fanout':
      return { Records: [sqsRecord(fanoutTask(scene, id, now))] };
    case 'comment-stream':
      return { Records: [streamRecord('INSERT', round, commentImages(postId, id))] };
    case 'post-stream':
      return { Records: [streamRecord('MODIFY', round, postImages(postId, round))] };
    case 'api':
      return httpEvent('GET', '/posts');
    default:
      return undefined;
  }
}

/** Whether a result shows that the function did its work. */
export function succeeded(name: string, result: unknown): boolean {
  if (name === 'websocket-fanout' || name.endsWith('-stream')) {
    return JSON.stringify(result) === '{"batchItemFailures":[]}';
  }
  const { statusCode, body } = result as { statusCode?: number; body?: string };
  if (name === 'websocket-broadcast') {
    return statusCode === 202 && (JSON.parse(body ?? '') as { delivered: number }).delivered === 1;
  }
  if (name === 'websocket-default') return body?.includes('"subscribed"') === true;
  return statusCode === 200;
}

function webSocketEvent(
  eventType: string,
  routeKey: string,
  connectionId: string,
  message?: unknown,
): unknown {
  return {
    requestContext: {
      ...{ routeKey, eventType, connectionId, stage: 'development', apiId: 'abc' },
      ...{ requestId: 'bench', extendedRequestId: 'bench', messageDirection: 'IN' },
      ...{ connectedAt: Date.now(), requestTimeEpoch: Date.now(), domainName: 'api.example' },
    },
    headers: {},
    isBase64Encoded: false,
    ...(message !== undefined && { body: JSON.stringify(message) }),
  };
}

function sqsRecord(body: unknown): unknown {
  return {
    messageId: crypto.randomUUID(),
    receiptHandle: 'handle',
    body: JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {},
    eventSource: 'aws:sqs',
  };
}

function fanoutTask({ postId, connectionId }: Scene, id: string, now: number): unknown {
  return {
    version: 1,
    attempt: 0,
    recipients: { connectionIds: [connectionId] },
    event: {
      type: 'announcement',
      id,
      channel: `post:${postId}`,
      occurredAt: new Date(now).toISOString(),
      data: { text: 'Hello' },
      meta: { correlationId: 'bench' },
    },
  };
}

type Image = Readonly<Record<string, { readonly S: string } | { readonly N: string }>>;

interface Images {
  readonly Keys: Image;
  readonly OldImage?: Image;
  readonly NewImage: Image;
}

function streamRecord(eventName: string, round: number, images: Images): unknown {
  return {
    eventID: crypto.randomUUID(),
    eventName,
    eventSource: 'aws:dynamodb',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      // This is later than all records that the stack's own functions have counted.
      SequenceNumber: String(10n ** 30n + BigInt(round)),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      ...images,
    },
  };
}

function commentImages(postId: string, id: string): Images {
  const Keys = { postId: { S: postId }, commentId: { S: id } };
  const at = { S: new Date().toISOString() };
  return {
    Keys,
    NewImage: {
      ...Keys,
      ...{ authorId: { S: 'reader' }, body: { S: 'A comment' }, changeId: { S: id } },
      ...{ createdAt: at, correlationId: { S: 'bench' } },
    },
  };
}

function postImages(postId: string, round: number): Images {
  const Keys = { postId: { S: postId } };
  const at = { S: new Date().toISOString() };
  const row = {
    ...Keys,
    ...{ month: { S: '2026-11' }, authorId: { S: 'author' }, title: { S: 'A post' } },
    ...{ excerpt: { S: 'Its body.' }, bodyVersion: { N: '1' }, lastChange: { S: 'content' } },
    ...{ commentCount: { N: '0' }, favoriteCount: { N: '0' }, correlationId: { S: 'bench' } },
    ...{ createdAt: at, updatedAt: at },
  };
  return {
    Keys,
    OldImage: { ...row, version: { N: String(round + 1) } },
    NewImage: { ...row, version: { N: String(round + 2) } },
  };
}

/** Makes a ULID of 48 bits of time and a number, in Crockford's base 32. */
function ulidAt(atMs: number, number: number): string {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const encode = (value: number, length: number): string =>
    Array.from({ length }, (_, index) =>
      digits.charAt(Math.floor(value / 32 ** (length - 1 - index)) % 32),
    ).join('');
  return encode(atMs, 10) + encode(number, 16);
}
