import { postsTable } from '../event-sources/testing/stack.ts';
import { type DynamoDbService, startDynoxide } from './dynoxide.ts';
import { createJsonClient, type JsonClient } from './json-client.ts';
import { StreamTails } from './stream-tails.ts';
import { ensureTables, type ExistingTable } from './tables.ts';

const { streamViewType: _type, streamArn: _arn, ...withoutStream } = postsTable();
const TABLES = [
  postsTable({ streamViewType: 'NEW_IMAGE' }),
  { ...withoutStream, logicalId: 'PlainTable', tableName: 'plain' },
];

let service: DynamoDbService;
let dynamodb: JsonClient;
let tables: readonly ExistingTable[];
/** The names of the called operations. */
let called: string[];
let tails: StreamTails;

beforeAll(async () => {
  service = await startDynoxide();
  dynamodb = createJsonClient(service.endpoint);
  tables = await ensureTables(service.endpoint, TABLES);
});
beforeEach(() => {
  called = [];
  const recorded: Pick<JsonClient, 'call'> = {
    call(target, input) {
      called.push(target.split('.')[1] ?? '');
      return dynamodb.call(target, input);
    },
  };
  tails = new StreamTails({ dynamodb: recorded, tables, region: 'ap-northeast-1' });
});
afterAll(async () => {
  await dynamodb.close();
  await service.close();
});

async function put(...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await dynamodb.call('DynamoDB_20120810.PutItem', {
      ...{ TableName: 'posts', Item: { postId: { S: id }, text: { S: 'x'.repeat(100_000) } } },
    });
  }
}

const idsOf = async (): Promise<(string | undefined)[]> =>
  ((await tails.latest('posts'))?.records ?? []).map(
    ({ dynamodb: { Keys: keys } }) => (keys?.postId as { S?: string } | undefined)?.S,
  );

it('gives the records with the images of the table’s view type, the oldest first', async () => {
  await put('first', 'second');
  await put('second');
  expect(await idsOf()).toEqual(['first', 'second']);
  const record = (await tails.latest('posts'))?.records[0];
  expect(record?.eventName).toBe('INSERT');
  expect(Object.keys(record?.dynamodb ?? {})).toContain('NewImage');
  expect(Object.keys(record?.dynamodb ?? {})).not.toContain('OldImage');
});

it('reads each record once, however many callers there are', async () => {
  const before = await idsOf();
  await put('third');
  const looks = await Promise.all([idsOf(), idsOf(), idsOf()]);
  expect(looks).toEqual([1, 2, 3].map(() => [...before, 'third']));
  expect(called.filter((name) => name === 'GetShardIterator')).toHaveLength(1);
});

it('keeps the latest records up to 8 MB, and counts the others', async () => {
  await put(...Array.from({ length: 90 }, (_, index) => `many-${index}`));
  const tail = await tails.latest('posts');
  expect(tail?.left).toBeGreaterThan(0);
  expect(tail?.records.at(-1)?.dynamodb.Keys).toEqual({ postId: { S: 'many-89' } });
  expect(JSON.stringify(tail?.records).length).toBeLessThan(8.1 * 1024 * 1024);
});

it('reads from the beginning if the stream’s iterator has expired', async () => {
  const failing = new StreamTails({
    ...{ tables, region: 'ap-northeast-1' },
    dynamodb: {
      call(target, input) {
        called.push(target.split('.')[1] ?? '');
        const isThird = called.filter((name) => name === 'GetRecords').length === 3;
        if (target.endsWith('GetRecords') && isThird) throw new Error('expired');
        return dynamodb.call(target, input);
      },
    },
  });
  const before = await failing.latest('posts');
  expect(await failing.latest('posts')).toEqual(before);
  expect(called.filter((name) => name === 'GetShardIterator')).toHaveLength(2);
});

it('has no tail for a table without a stream, or for an unknown table', async () => {
  expect(await tails.latest('plain')).toBeUndefined();
  expect(await tails.latest('unknown')).toBeUndefined();
});
