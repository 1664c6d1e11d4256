import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { createDocumentClient, createDynamoDBClient } from './index.ts';

/** The requests that the endpoint received. */
const requests: { target: string; body: unknown }[] = [];
let server: Server;
let endpoint: string;

beforeAll(async () => {
  process.env.AWS_REGION = 'ap-northeast-1';
  process.env.AWS_ACCESS_KEY_ID = 'local';
  process.env.AWS_SECRET_ACCESS_KEY = 'local';
  server = createServer((request, response) => {
    void text(request).then((body) => {
      requests.push({
        target: String(request.headers['x-amz-target']),
        body: JSON.parse(body) as unknown,
      });
      response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

beforeEach(() => {
  requests.length = 0;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

test('calls the endpoint that it is given', async () => {
  const client = createDynamoDBClient(endpoint);
  await client.send(new GetItemCommand({ TableName: 'posts', Key: { postId: { S: '1' } } }));
  client.destroy();
  expect(requests).toEqual([
    {
      target: 'DynamoDB_20120810.GetItem',
      body: { TableName: 'posts', Key: { postId: { S: '1' } } },
    },
  ]);
});

test("calls the region's endpoint otherwise", async () => {
  const client = createDynamoDBClient();
  const resolved = await client.config.endpoint?.();
  // The SDK determines the endpoint for each request unless it was given one.
  expect(resolved).toBeUndefined();
  await expect(client.config.region()).resolves.toBe('ap-northeast-1');
});

test('the document client writes plain values and leaves undefined ones out', async () => {
  const client = createDynamoDBClient(endpoint);
  const item = { postId: '1', favoriteCount: 2, subtitle: undefined };
  await createDocumentClient(client).send(new PutCommand({ TableName: 'posts', Item: item }));
  client.destroy();
  expect(requests[0]?.body).toEqual({
    TableName: 'posts',
    Item: { postId: { S: '1' }, favoriteCount: { N: '2' } },
  });
});
