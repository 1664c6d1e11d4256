import { createJsonClient, ensureTables, startDynoxide, TableChangedError } from './index.ts';
import type { DynamoDbService, JsonClient, TableDefinition } from './index.ts';

const index = {
  indexName: 'byAuthor',
  keySchema: { partitionKey: 'authorId', sortKey: 'postId' },
  projectionType: 'ALL',
  nonKeyAttributes: [],
} as const;

const posts: TableDefinition = {
  tableName: 'posts',
  attributeDefinitions: [
    { name: 'postId', type: 'S' },
    { name: 'authorId', type: 'S' },
  ],
  keySchema: { partitionKey: 'postId' },
  globalSecondaryIndexes: [index],
};

describe('ensureTables', () => {
  let service: DynamoDbService;
  let client: JsonClient;

  beforeEach(async () => {
    service = await startDynoxide();
    client = createJsonClient(service.endpoint);
  });

  afterEach(async () => {
    await client.close();
    await service.close();
  });

  const describeTable = async (): Promise<Readonly<Record<string, unknown>>> =>
    (await client.call('DynamoDB_20120810.DescribeTable', { TableName: 'posts' }))
      .Table as Readonly<Record<string, unknown>>;

  it('creates tables with indexes, a stream and TTL', async () => {
    const [created] = await ensureTables(service.endpoint, [
      { ...posts, streamViewType: 'KEYS_ONLY', ttlAttribute: 'expiresAt' },
    ]);
    const ttl = await client.call('DynamoDB_20120810.DescribeTimeToLive', { TableName: 'posts' });

    expect(created).toEqual({
      tableName: 'posts',
      arn: expect.stringMatching(/:table\/posts$/),
      streamArn: expect.stringMatching(/:table\/posts\/stream\/.+/),
      streamViewType: 'KEYS_ONLY',
      keySchema: { partitionKey: 'postId' },
    });
    expect(await describeTable()).toMatchObject({
      GlobalSecondaryIndexes: [{ IndexName: 'byAuthor', Projection: { ProjectionType: 'ALL' } }],
      // The local stream has both images. `readStreamRecord` removes the images that the definition
      // does not have.
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    expect(ttl.TimeToLiveDescription).toMatchObject({
      AttributeName: 'expiresAt',
      TimeToLiveStatus: 'ENABLED',
    });
  });

  it('changes nothing if it is called twice', async () => {
    const table = { ...posts, streamViewType: 'KEYS_ONLY', ttlAttribute: 'expiresAt' } as const;
    const first = await ensureTables(service.endpoint, [table]);

    expect(await ensureTables(service.endpoint, [table])).toEqual(first);
  });

  it('adds, replaces and removes global indexes, and keeps the items', async () => {
    await ensureTables(service.endpoint, [posts]);
    const item = { postId: { S: '1' }, authorId: { S: 'a' }, month: { S: '2026-11' } };
    await client.call('DynamoDB_20120810.PutItem', { TableName: 'posts', Item: item });

    await ensureTables(service.endpoint, [
      {
        ...posts,
        attributeDefinitions: [...posts.attributeDefinitions, { name: 'month', type: 'S' }],
        globalSecondaryIndexes: [
          { ...index, projectionType: 'KEYS_ONLY' },
          { ...index, indexName: 'byMonth', keySchema: { partitionKey: 'month' } },
        ],
      },
    ]);
    const found = await client.call('DynamoDB_20120810.Query', {
      ...{ TableName: 'posts', IndexName: 'byMonth', KeyConditionExpression: '#m = :m' },
      ExpressionAttributeNames: { '#m': 'month' },
      ExpressionAttributeValues: { ':m': { S: '2026-11' } },
    });
    expect(found.Items).toEqual([item]);
    expect((await describeTable()).GlobalSecondaryIndexes).toHaveLength(2);

    await ensureTables(service.endpoint, [
      {
        ...posts,
        attributeDefinitions: posts.attributeDefinitions.slice(0, 1),
        globalSecondaryIndexes: [],
      },
    ]);
    expect((await describeTable()).GlobalSecondaryIndexes ?? []).toEqual([]);
  });

  it('changes the stream and TTL of a table that exists', async () => {
    await ensureTables(service.endpoint, [{ ...posts, ttlAttribute: 'a' }]);

    const [table] = await ensureTables(service.endpoint, [
      { ...posts, streamViewType: 'NEW_IMAGE', ttlAttribute: 'b' },
    ]);

    const ttl = await client.call('DynamoDB_20120810.DescribeTimeToLive', { TableName: 'posts' });
    expect(ttl.TimeToLiveDescription).toMatchObject({ AttributeName: 'b' });
    expect(await describeTable()).toMatchObject({
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    expect(table?.streamViewType).toBe('NEW_IMAGE');
  });

  it('keeps the stream when only its view type changes, and replaces one without both images', async () => {
    const keysOnly = { ...posts, streamViewType: 'KEYS_ONLY' } as const;
    const [first] = await ensureTables(service.endpoint, [keysOnly]);
    const [second] = await ensureTables(service.endpoint, [
      { ...posts, streamViewType: 'NEW_IMAGE' },
    ]);
    expect(second?.streamArn).toBe(first?.streamArn);

    const update = (specification: object) =>
      client.call('DynamoDB_20120810.UpdateTable', {
        TableName: 'posts',
        StreamSpecification: specification,
      });
    await update({ StreamEnabled: false });
    await update({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' });
    await ensureTables(service.endpoint, [keysOnly]);
    expect(await describeTable()).toMatchObject({
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
  });

  it('rejects a changed key, and names both keys and a remedy', async () => {
    await ensureTables(service.endpoint, [posts]);
    const changed = ensureTables(service.endpoint, [
      { ...posts, keySchema: { partitionKey: 'authorId', sortKey: 'postId' } },
    ]);

    await expect(changed).rejects.toThrow(TableChangedError);
    await expect(changed).rejects.toThrow(
      /posts: its key was postId \(HASH S\) and is now authorId \(HASH S\), postId \(RANGE S\).*--clean/,
    );
  });
});
