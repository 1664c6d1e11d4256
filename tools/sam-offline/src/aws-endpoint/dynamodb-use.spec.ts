import { postsTable } from '../event-sources/testing/stack.ts';
import {
  createStackIdentity,
  type DynamoDbService,
  ensureTables,
  startDynoxide,
} from '../services/index.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import { createDynamoDbProxy, type ServiceProxy } from './dynamodb.ts';
import { dynamoDbUse } from './dynamodb-use.ts';

const TABLES = [postsTable(), postsTable({ logicalId: 'CommentsTable', tableName: 'comments' })];

let service: DynamoDbService;
let proxy: ServiceProxy;

beforeAll(async () => {
  service = await startDynoxide();
  const tables = await ensureTables(service.endpoint, TABLES);
  const of = { region: 'ap-northeast-1', accountId: '123456789012' };
  const identity = createStackIdentity(of, TABLES, tables);
  proxy = createDynamoDbProxy({ endpoint: service.endpoint, identity, tables });
});
afterAll(async () => {
  await proxy.close();
  await service.close();
});

function callOf(operation: string, input: object): AwsCall {
  const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
  return {
    ...{ method: 'POST', path: '/', query: '', headers, protocol: 'json' },
    ...{ service: 'dynamodb', operation, body: Buffer.from(JSON.stringify(input)) },
  };
}

/** Sends a call to DynamoDB, and reads its use from the request and the response. */
async function use(operation: string, input: object) {
  const call = callOf(operation, input);
  const response: AwsResponse = await proxy.handle(call);
  return { ...dynamoDbUse(call, response), statusCode: response.statusCode };
}

const item = (postId: string, text = 'x') => ({ postId: { S: postId }, text: { S: text } });
const key = (postId: string) => ({ postId: { S: postId } });

it('a write uses one unit for each KB, rounded up', async () => {
  const one = await use('PutItem', { TableName: 'posts', Item: item('a') });
  expect(one).toMatchObject({
    resource: 'posts',
    resources: [{ name: 'posts', items: 1, writeUnits: 1 }],
  });
  const large = await use('PutItem', { TableName: 'posts', Item: item('b', 'x'.repeat(2500)) });
  expect(large.resources).toEqual([{ name: 'posts', items: 1, writeUnits: 3 }]);
});

it('a read uses half a unit for each 4 KB, and a whole unit if it is consistent', async () => {
  await use('PutItem', { TableName: 'posts', Item: item('c', 'x'.repeat(5000)) });
  const Key = key('c');
  const read = await use('GetItem', { TableName: 'posts', Key });
  expect(read.resources).toEqual([{ name: 'posts', readUnits: 1 }]);
  const consistent = await use('GetItem', { TableName: 'posts', Key, ConsistentRead: true });
  expect(consistent.resources).toEqual([{ name: 'posts', readUnits: 2 }]);
});

it('a query and a scan have the number of returned items', async () => {
  await use('PutItem', { TableName: 'comments', Item: item('a', '"Count":77') });
  const query = await use('Query', {
    TableName: 'comments',
    KeyConditionExpression: 'postId = :id',
    ExpressionAttributeValues: { ':id': { S: 'a' } },
  });
  expect(query.resources).toEqual([{ name: 'comments', items: 1, readUnits: 0.5 }]);
  const scan = await use('Scan', { TableName: 'comments' });
  expect(scan.resources).toMatchObject([{ name: 'comments', items: 1 }]);
});

it('a batch uses each table that it names', async () => {
  const RequestItems = {
    posts: [{ PutRequest: { Item: item('d') } }, { PutRequest: { Item: item('e') } }],
    comments: [{ DeleteRequest: { Key: key('d') } }],
  };
  const written = await use('BatchWriteItem', { RequestItems });
  expect(written.resource).toBeUndefined();
  expect(written.resources).toEqual([
    { name: 'posts', items: 2, writeUnits: 2 },
    { name: 'comments', items: 1, writeUnits: 1 },
  ]);
  const read = await use('BatchGetItem', {
    RequestItems: { posts: { Keys: [key('d'), key('e')] } },
  });
  expect(read).toMatchObject({
    resource: 'posts',
    resources: [{ name: 'posts', items: 2, readUnits: 1 }],
  });
});

it('a transaction uses twice as much, and has the reasons why its items failed', async () => {
  const put = { Put: { TableName: 'posts', Item: item('f') } };
  const done = await use('TransactWriteItems', { TransactItems: [put] });
  expect(done.resources).toEqual([{ name: 'posts', items: 1, writeUnits: 2 }]);

  const check = {
    ...{ TableName: 'comments', Key: key('nobody') },
    ConditionExpression: 'attribute_exists(postId)',
  };
  const cancelled = await use('TransactWriteItems', {
    TransactItems: [put, { ConditionCheck: check }],
  });
  expect(cancelled.statusCode).toBe(400);
  expect(cancelled.cancellations).toEqual([{ name: 'comments', code: 'ConditionalCheckFailed' }]);
});

it('a call that is not about items has its table, and uses no units', async () => {
  const { resource, resources } = await use('DescribeTable', { TableName: 'posts' });
  expect(resource).toBe('posts');
  expect(resources).toEqual([{ name: 'posts' }]);
});

it('has no use if the request cannot be read', () => {
  const response = { statusCode: 400, headers: {}, body: '' };
  for (const operation of ['GetItem', 'PutItem', 'BatchWriteItem', 'TransactWriteItems']) {
    const call = { ...callOf(operation, {}), body: Buffer.from('{"TableName":') };
    expect(dynamoDbUse(call, response).resource).toBeUndefined();
  }
});
