import { postsTable } from '../event-sources/testing/stack.ts';
import {
  changeId,
  createJsonClient,
  type DynamoDbService,
  ensureTables,
  type ExistingTable,
  type JsonClient,
  startDynoxide,
  StreamTails,
} from '../services/index.ts';
import type { AwsCall } from './call.ts';
import { dynamoDbChanges } from './dynamodb-changes.ts';

const { streamViewType: _type, streamArn: _arn, ...withoutStream } = postsTable();
const TABLES = [
  postsTable(),
  postsTable({
    ...{ logicalId: 'VotesTable', tableName: 'votes' },
    attributeDefinitions: [
      { name: 'postId', type: 'S' },
      { name: 'number', type: 'N' },
    ],
    keySchema: { partitionKey: 'postId', sortKey: 'number' },
  }),
  { ...withoutStream, logicalId: 'PlainTable', tableName: 'plain' },
];

let service: DynamoDbService;
let dynamodb: JsonClient;
let tables: readonly ExistingTable[];

beforeAll(async () => {
  service = await startDynoxide();
  dynamodb = createJsonClient(service.endpoint);
  tables = await ensureTables(service.endpoint, TABLES);
});
afterAll(async () => {
  await dynamodb.close();
  await service.close();
});

const post = (id: string) => ({ postId: { S: id } });
const vote = (id: string, number: string) => ({ ...post(id), number: { N: number } });

/** Writes, and gives the ids of the changes for the call's fact. */
async function write(operation: string, input: object): Promise<string[]> {
  const startMs = Date.now();
  await dynamodb.call(`DynamoDB_20120810.${operation}`, input);
  const call: AwsCall = {
    ...{ method: 'POST', path: '/', query: '', headers: {}, protocol: 'json' },
    ...{ service: 'dynamodb', operation, body: Buffer.from(JSON.stringify(input)) },
  };
  return dynamoDbChanges(call, tables, { startMs, endMs: Date.now() });
}

/** Reads the ids of all records in a table's stream. */
async function idsOfStream(tableName: string): Promise<Set<string>> {
  const tails = new StreamTails({ dynamodb, tables, region: 'ap-northeast-1' });
  const tail = await tails.latest(tableName);
  return new Set(
    tail?.records.map(({ dynamodb: { Keys: keys = {}, ApproximateCreationDateTime: second } }) =>
      changeId(tableName, keys, second ?? 0),
    ),
  );
}

it.each<[string, object, number]>([
  ['PutItem', { TableName: 'posts', Item: { ...post('put'), title: { S: 'x' } } }, 1],
  [
    'UpdateItem',
    {
      ...{ TableName: 'votes', Key: vote('update', '1.0'), UpdateExpression: 'SET a = :a' },
      ExpressionAttributeValues: { ':a': { S: 'x' } },
    },
    1,
  ],
  ['DeleteItem', { TableName: 'posts', Key: post('put') }, 1],
  [
    'BatchWriteItem',
    {
      RequestItems: {
        posts: [{ PutRequest: { Item: post('batch') } }],
        votes: [
          { PutRequest: { Item: vote('batch', '2') } },
          { DeleteRequest: { Key: vote('update', '1') } },
        ],
      },
    },
    3,
  ],
  [
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: { TableName: 'posts', Item: post('transaction') } },
        { Delete: { TableName: 'votes', Key: vote('batch', '2') } },
        {
          ConditionCheck: {
            ...{ TableName: 'posts', Key: post('batch') },
            ConditionExpression: 'attribute_exists(postId)',
          },
        },
      ],
    },
    2,
  ],
])('gives changes of %s the ids of the stream’s records', async (operation, input, changes) => {
  const ids = await write(operation, input);
  const inStreams = new Set([...(await idsOfStream('posts')), ...(await idsOfStream('votes'))]);
  // A write that ended in another second than it began has an id for each second.
  expect(ids.filter((id) => inStreams.has(id))).toHaveLength(changes);
});

it('gives no ids for a table without a stream, a read, or a body that is not JSON', async () => {
  expect(await write('PutItem', { TableName: 'plain', Item: post('a') })).toEqual([]);
  expect(await write('GetItem', { TableName: 'posts', Key: post('a') })).toEqual([]);
  const call: AwsCall = {
    ...{ method: 'POST', path: '/', query: '', headers: {}, protocol: 'json' },
    ...{ service: 'dynamodb', operation: 'PutItem', body: Buffer.from('"posts" {') },
  };
  expect(dynamoDbChanges(call, tables, { startMs: 0, endMs: 0 })).toEqual([]);
});
