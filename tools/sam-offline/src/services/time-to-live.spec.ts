import { createJsonClient, createTable, startDynoxide, startTimeToLive } from './index.ts';
import type { DynamoDbService, JsonClient, TimeToLive } from './index.ts';

const table = {
  tableName: 'connections',
  attributeDefinitions: [
    { name: 'channel', type: 'S' },
    { name: 'connectionId', type: 'S' },
  ],
  keySchema: { partitionKey: 'channel', sortKey: 'connectionId' },
  ttlAttribute: 'ttl',
} as const;

const DAY = 24 * 60 * 60;

describe('startTimeToLive', () => {
  let service: DynamoDbService;
  let client: JsonClient;
  let ttl: TimeToLive | undefined;

  beforeEach(async () => {
    service = await startDynoxide();
    client = createJsonClient(service.endpoint);
    await createTable(service.endpoint, table);
  });

  afterEach(async () => {
    await ttl?.close();
    await client.close();
    await service.close();
  });

  const put = (connectionId: string, expiry: object): Promise<unknown> =>
    client.call('DynamoDB_20120810.PutItem', {
      TableName: table.tableName,
      Item: { channel: { S: 'all' }, connectionId: { S: connectionId }, ...expiry },
    });
  const remaining = async (): Promise<string[]> => {
    const { Items: items } = await client.call('DynamoDB_20120810.Scan', {
      TableName: table.tableName,
    });
    return (items as { connectionId: { S: string } }[]).map((item) => item.connectionId.S).sort();
  };
  const inSeconds = (seconds: number): object => ({
    ttl: { N: String(Math.floor(Date.now() / 1000) + seconds) },
  });

  it('deletes expired items and no others', async () => {
    await put('expired', inSeconds(-10));
    await put('live', inSeconds(1_000));
    await put('without', {});
    await put('text', { ttl: { S: '1' } });
    await put('over-five-years', inSeconds(-6 * 365 * DAY));
    ttl = startTimeToLive({ endpoint: service.endpoint, tables: [table] });

    expect(await ttl.sweep()).toBe(1);
    expect(await remaining()).toEqual(['live', 'over-five-years', 'text', 'without']);
  });

  it('deletes repeatedly without a call', async () => {
    ttl = startTimeToLive({ endpoint: service.endpoint, tables: [table], intervalMs: 10 });
    for (const id of ['1', '2']) {
      await put(id, inSeconds(-10));
      while ((await remaining()).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }

    expect(await remaining()).toEqual([]);
  });

  it('deletes more than a page of items', async () => {
    const text = { S: 'x'.repeat(50_000) };
    for (let index = 0; index < 30; index += 1)
      await put(String(index), { ...inSeconds(-10), text });
    ttl = startTimeToLive({ endpoint: service.endpoint, tables: [table] });

    expect(await ttl.sweep()).toBe(30);
    expect(await remaining()).toEqual([]);
  });
});
