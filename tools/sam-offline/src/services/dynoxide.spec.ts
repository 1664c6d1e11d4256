import { warningsTo } from '../events/testing/record-events.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createTable, startDynoxide, type DynamoDbService, type DynoxideOptions } from './index.ts';
import { findDynoxide } from './dynoxide-binary.ts';
import { until } from '../testing/end-of-test.ts';

const posts = {
  tableName: 'posts',
  attributeDefinitions: [{ name: 'postId', type: 'S' }],
  keySchema: { partitionKey: 'postId' },
} as const;

function clientOf(service: DynamoDbService): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: service.endpoint,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

describe('startDynoxide', () => {
  let directory: string;
  const opened: { close(): Promise<void> }[] = [];
  const start = async (options?: DynoxideOptions): Promise<DynamoDbService> => {
    const service = await startDynoxide(options);
    opened.push(service);
    return service;
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dynoxide-spec-'));
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((service) => service.close()));
    rmSync(directory, { recursive: true, force: true });
  });

  it('keeps the items of a file after a restart', async () => {
    const dbPath = join(directory, 'made', 'dynamodb.db');
    const first = await start({ dbPath });
    await createTable(first.endpoint, posts);
    const writer = clientOf(first);
    await writer.send(new PutItemCommand({ TableName: 'posts', Item: { postId: { S: '1' } } }));
    writer.destroy();
    await first.close();

    const second = await start({ dbPath });
    const reader = clientOf(second);
    const { Item: item } = await reader.send(
      new GetItemCommand({ TableName: 'posts', Key: { postId: { S: '1' } } }),
    );
    reader.destroy();

    expect(item).toEqual({ postId: { S: '1' } });
  });

  it('reports when Dynoxide ends unexpectedly, and starts it again with the same port and data', async () => {
    const messages: string[] = [];
    const service = await start({
      events: warningsTo(messages),
    });
    const client = clientOf(service);
    await createTable(service.endpoint, posts);
    await client.send(new PutItemCommand({ TableName: 'posts', Item: { postId: { S: '1' } } }));
    const pid = service.pid;
    if (pid === undefined) throw new Error('no process');

    process.kill(pid, 'SIGKILL');
    await until(() => service.pid !== pid);

    const { Item: item } = await client.send(
      new GetItemCommand({ TableName: 'posts', Key: { postId: { S: '1' } } }),
    );
    expect(item).toEqual({ postId: { S: '1' } });
    expect(messages.join('\n')).toContain('ended unexpectedly: signal SIGKILL');
    client.destroy();
  });

  it('reports in one message that the port is in use', async () => {
    const service = await start();

    await expect(start({ port: service.port })).rejects.toThrow(
      new RegExp(`did not start: exit code 1.*port ${service.port} is already in use`),
    );
  });

  it('names the package to install if no binary is found', () => {
    expect(() => findDynoxide({ PATH: directory }, 'sunos-sparc')).toThrow(
      /sunos-sparc.*npm has no package.*cargo install.*PATH.*DYNAMODB_ENDPOINT/,
    );
    expect(() => findDynoxide({ PATH: directory }, 'darwin-arm64')).toThrow(
      /darwin-arm64.*npm install --save-dev @dynoxide\/darwin-arm64.*PATH.*DYNAMODB_ENDPOINT/,
    );
  });

  it('uses the DynamoDB of DYNAMODB_ENDPOINT without changes', async () => {
    process.env.DYNAMODB_ENDPOINT = 'http://127.0.0.1:8000';
    const service = await start().finally(() => {
      delete process.env.DYNAMODB_ENDPOINT;
    });

    expect(service).toMatchObject({
      endpoint: 'http://127.0.0.1:8000',
      port: 8000,
      pid: undefined,
    });
  });

  it('indexes the sequence numbers of streams, and deletes records that are older than a day', async () => {
    const dbPath = join(directory, 'dynamodb.db');
    const first = await start({ dbPath });
    await createTable(first.endpoint, { ...posts, streamViewType: 'KEYS_ONLY' });
    const client = clientOf(first);
    for (const postId of ['1', '2', '3']) {
      await client.send(
        new PutItemCommand({ TableName: 'posts', Item: { postId: { S: postId } } }),
      );
    }
    client.destroy();
    await first.close();
    const database = new DatabaseSync(dbPath);
    const indexes = database.prepare("SELECT name FROM sqlite_master WHERE type = 'index'").all();
    database.exec('UPDATE _stream_records SET created_at = created_at - 90000');
    database.close();

    await start({ dbPath });

    const after = new DatabaseSync(dbPath);
    const sequenceNumbers = after.prepare('SELECT sequence_number FROM _stream_records').all();
    after.close();
    expect(indexes).toContainEqual({ name: 'sam_offline_stream_sequence' });
    expect(sequenceNumbers).toEqual([{ sequence_number: '3' }]);
  });
});
