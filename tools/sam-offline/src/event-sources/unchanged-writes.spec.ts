import { createEventBus } from '../events/index.ts';
import {
  createJsonClient,
  ensureTables,
  startDynoxide,
  type DynamoDbService,
  type JsonClient,
} from '../services/index.ts';
import type { Table } from '../template/index.ts';
import { startEventSourceMappings, type EventSourceMappings } from './index.ts';
import {
  accountId,
  fakeInvoker,
  lambdaFunction,
  postsTable,
  region,
  streamMapping,
  until,
  type TestHandler,
  type TestRecord,
} from './testing/stack.ts';

type ViewType = NonNullable<Table['streamViewType']>;

const item = { postId: { S: 'same' }, n: { N: '1' }, tags: { SS: ['a', 'b'] } };
/** The same values in another notation. */
const sameItem = { tags: { SS: ['b', 'a'] }, n: { N: '1.0' }, postId: { S: 'same' } };
const key = { postId: { S: 'same' } };
const absent = { postId: { S: 'absent' } };

describe('writes that do not change an item', () => {
  let service: DynamoDbService;
  let dynamodb: JsonClient;
  let mappings: EventSourceMappings | undefined;
  let table: Table;

  beforeEach(async () => {
    service = await startDynoxide();
    dynamodb = createJsonClient(service.endpoint);
  });

  afterEach(async () => {
    await mappings?.close();
    await dynamodb.close();
    await service.close();
  });

  const call = (operation: string, input: object): Promise<unknown> =>
    dynamodb.call(`DynamoDB_20120810.${operation}`, input);
  const put = (written: object): Promise<unknown> =>
    call('PutItem', { TableName: 'posts', Item: written });

  async function start(streamViewType: ViewType, handler: TestHandler): Promise<void> {
    table = postsTable({ streamViewType });
    mappings = await startEventSourceMappings({
      stack: {
        ...{ region, accountId, tables: [table], queues: [] },
        functions: [lambdaFunction('OnPost')],
        eventSourceMappings: [streamMapping()],
      },
      invoker: fakeInvoker({ OnPost: handler }),
      dynamodb: {
        endpoint: service.endpoint,
        tables: await ensureTables(service.endpoint, [table]),
      },
      events: createEventBus(),
    });
  }

  it.each<ViewType>(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'])(
    'make no records, whichever operation wrote them (%s)',
    async (viewType) => {
      const records: TestRecord[] = [];
      await start(viewType, (event) => {
        records.push(...event.Records);
      });
      const TableName = 'posts';
      const put1 = { PutRequest: { Item: sameItem } };
      const set = {
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '1.00' } },
      };
      const updateSame = `UPDATE "posts" SET n = 1 WHERE postId = 'same'`;
      const deleteAbsent = `DELETE FROM "posts" WHERE postId = 'absent'`;

      await put(item);
      await put(sameItem);
      await call('UpdateItem', { TableName, Key: key, ...set });
      await call('UpdateItem', { TableName, Key: key });
      await call('UpdateItem', { TableName, Key: key, UpdateExpression: 'REMOVE gone' });
      await call('DeleteItem', { TableName, Key: absent });
      await call('BatchWriteItem', { RequestItems: { posts: [put1] } });
      await call('BatchWriteItem', {
        RequestItems: { posts: [{ DeleteRequest: { Key: absent } }] },
      });
      await call('TransactWriteItems', { TransactItems: [{ Put: { TableName, Item: sameItem } }] });
      await call('TransactWriteItems', {
        TransactItems: [
          { Update: { TableName, Key: key, ...set } },
          { Delete: { TableName, Key: absent } },
        ],
      });
      await call('ExecuteStatement', { Statement: updateSame });
      await call('ExecuteStatement', { Statement: deleteAbsent }).catch(() => undefined);
      await call('BatchExecuteStatement', { Statements: [{ Statement: updateSame }] });
      await call('ExecuteTransaction', { TransactStatements: [{ Statement: updateSame }] });
      await call('UpdateItem', {
        TableName,
        Key: key,
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '2' } },
      });
      await put({ postId: { S: 'end' } });
      await until(() => records.some(({ dynamodb: { Keys } }) => Keys.postId?.S === 'end'));

      expect(
        records.map(({ eventName, dynamodb: { Keys } }) => [eventName, Keys.postId?.S]),
      ).toEqual([
        ['INSERT', 'same'],
        ['MODIFY', 'same'],
        ['INSERT', 'end'],
      ]);
      const { NewImage, OldImage, StreamViewType } = records[1]?.dynamodb as Record<
        string,
        unknown
      >;
      expect(StreamViewType).toBe(viewType);
      expect(NewImage !== undefined).toBe(viewType.startsWith('NEW'));
      expect(OldImage !== undefined).toBe(viewType.includes('OLD'));
    },
  );

  it('end the loop of a function that updates the item of its record', async () => {
    const invocations: TestRecord[] = [];
    await start('NEW_IMAGE', async (event) => {
      for (const record of event.Records) {
        invocations.push(record);
        await call('UpdateItem', {
          TableName: 'posts',
          Key: record.dynamodb.Keys,
          UpdateExpression: 'SET seen = :seen',
          ExpressionAttributeValues: { ':seen': { BOOL: true } },
        });
      }
    });

    await put(item);
    await until(() => invocations.length === 2);
    await put({ postId: { S: 'end' } });
    await until(() => invocations.length === 4);

    expect(invocations.map(({ dynamodb: { Keys } }) => Keys.postId?.S)).toEqual([
      'same',
      'same',
      'end',
      'end',
    ]);
  });
});
