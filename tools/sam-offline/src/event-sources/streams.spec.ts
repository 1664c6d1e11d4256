import { recordEvents, type RecordedEvents } from '../events/testing/record-events.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TooManyRequestsError } from '../lambda/index.ts';
import {
  createJsonClient,
  ensureQueues,
  ensureTables,
  startDynoxide,
  startQueueService,
  startTimeToLive,
  type DynamoDbService,
  type ExistingTable,
  type JsonClient,
} from '../services/index.ts';
import type { EventSourceMapping, Table } from '../template/index.ts';
import {
  startEventSourceMappings,
  type EventSourceMappings,
  type EventSourceMappingsOptions,
} from './index.ts';
import {
  accountId,
  fakeInvoker,
  lambdaFunction,
  postsTable,
  queue,
  region,
  streamMapping,
  until,
  type TestHandler,
  type TestRecord,
} from './testing/stack.ts';

const retryDelays = { initialMs: 1, maximumMs: 5 };

describe('DynamoDB streams', () => {
  let service: DynamoDbService;
  let dynamodb: JsonClient;
  let table: Table;
  let tables: ExistingTable[];
  let tableNumber = 0;
  let facts: RecordedEvents;
  const started: EventSourceMappings[] = [];

  beforeAll(async () => {
    service = await startDynoxide();
    dynamodb = createJsonClient(service.endpoint);
  });

  afterAll(async () => {
    await dynamodb.close();
    await service.close();
  });

  beforeEach(async () => {
    tableNumber += 1;
    table = postsTable({ tableName: `posts-${tableNumber}`, ttlAttribute: 'expiresAt' });
    tables = await ensureTables(service.endpoint, [table]);
    facts = recordEvents();
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((mappings) => mappings.close()));
  });

  async function start(
    mapping: EventSourceMapping,
    handler: TestHandler,
    overrides: Partial<EventSourceMappingsOptions> = {},
    expired?: Parameters<typeof startEventSourceMappings>[0]['dynamodb'],
  ): Promise<EventSourceMappings> {
    const mappings = await startEventSourceMappings({
      stack: {
        ...{
          region,
          accountId,
          tables: [table],
          queues: [],
          functions: [{ ...lambdaFunction('OnPost'), qualifiers: { live: '7' } }],
        },
        eventSourceMappings: [mapping],
      },
      invoker: fakeInvoker({ OnPost: handler }),
      dynamodb: expired ?? { endpoint: service.endpoint, tables },
      events: facts.bus,
      retryDelays,
      ...overrides,
    });
    started.push(mappings);
    return mappings;
  }

  async function put(postId: string, attributes: object = {}): Promise<void> {
    const item = { postId: { S: postId }, ...attributes };
    await dynamodb.call('DynamoDB_20120810.PutItem', { TableName: table.tableName, Item: item });
  }

  async function putAll(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, (_, index) => `p${index}`);
    for (const id of ids) await put(id);
    return ids;
  }

  it('delivers each change in order, in the form that AWS uses', async () => {
    const records: TestRecord[] = [];
    await start(streamMapping(), (event) => {
      records.push(...event.Records);
    });

    await put('1', { title: { S: 'a' }, image: { B: 'aGk=' } });
    await put('1', { title: { S: 'b' } });
    await dynamodb.call('DynamoDB_20120810.DeleteItem', {
      TableName: table.tableName,
      Key: { postId: { S: '1' } },
    });
    await until(() => records.length === 3);

    expect(records.map((record) => record.eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(records[1]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { postId: { S: '1' } },
        NewImage: { postId: { S: '1' }, title: { S: 'b' } },
        OldImage: { postId: { S: '1' }, title: { S: 'a' }, image: { B: 'aGk=' } },
        SequenceNumber: expect.stringMatching(/^1\d{20}$/),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: table.streamArn,
    });
    const numbers = records.map((record) => record.dynamodb.SequenceNumber);
    expect([...numbers].sort()).toEqual(numbers);
    expect(new Set(records.map((record) => record.eventID)).size).toBe(3);
  });

  it('starts at LATEST with the first write after its start', async () => {
    const seen: string[] = [];
    await put('before');
    await start(streamMapping({ startingPosition: 'LATEST' }), (event) => {
      seen.push(...idsOf(event.Records));
    });

    await put('after');
    await until(() => seen.length > 0);

    expect(seen).toEqual(['after']);
  });

  it('reads at once after a write, and delivers no batch that is larger than the batch size', async () => {
    const batches: string[][] = [];
    const ids = await putAll(7);
    const mappings = await start(streamMapping({}, { batchSize: 3 }), (event) => {
      batches.push(idsOf(event.Records));
    });
    mappings.nudge(table.tableName);
    await until(() => batches.flat().length === 7);

    expect(batches.flat()).toEqual(ids);
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(3);
  });

  it('collects records for the batch window', async () => {
    const batches: string[][] = [];
    await start(streamMapping({}, { batchSize: 4, batchWindowMs: 60_000 }), (event) => {
      batches.push(idsOf(event.Records));
    });

    const ids = await putAll(4);
    await until(() => batches.length > 0);

    expect(batches).toEqual([ids]);
  });

  it('retries from the first record that is reported as failed', async () => {
    const batches: string[][] = [];
    await putAll(4);
    await start(streamMapping({}, { reportBatchItemFailures: true }), (event) => {
      batches.push(idsOf(event.Records));
      const failed = batches.length === 1 ? [event.Records[3], event.Records[2]] : [];
      return {
        batchItemFailures: failed.map((record) => ({
          itemIdentifier: record?.dynamodb.SequenceNumber,
        })),
      };
    });
    await until(() => batches.length === 2);

    expect(batches).toEqual([
      ['p0', 'p1', 'p2', 'p3'],
      ['p2', 'p3'],
    ]);
  });

  it('retries the whole batch after a malformed response', async () => {
    const batches: string[][] = [];
    await putAll(2);
    await start(streamMapping({}, { reportBatchItemFailures: true }), (event) => {
      batches.push(idsOf(event.Records));
      return batches.length === 1 ? { batchItemFailures: [{ itemIdentifier: '' }] } : undefined;
    });
    await until(() => batches.length === 2);

    expect(batches[1]).toEqual(batches[0]);
  });

  it('discards a batch after its retries, sends a record to the queue, and continues', async () => {
    const sqs = await startQueueService({ region, accountId });
    const urls = await ensureQueues(sqs.endpoint, region, [{ queueName: 'dead' }]);
    const client = createJsonClient(sqs.endpoint, region);
    const attempts: string[] = [];
    await put('poison');
    await start(
      streamMapping(
        { maximumRetryAttempts: 2, onFailureArn: queue('dead').arn },
        { functionArn: `${lambdaFunction('OnPost').arn}:live` },
      ),
      (event) => {
        attempts.push(...idsOf(event.Records));
        if (attempts.at(-1) === 'poison') throw new Error('cannot');
      },
      { sqs: { endpoint: sqs.endpoint } },
    );
    await until(() => attempts.length === 3);
    await put('good');
    await until(() => attempts.includes('good'));

    const response = await client.call('AmazonSQS.ReceiveMessage', {
      QueueUrl: urls.get('dead'),
      WaitTimeSeconds: 5,
    });
    const [message] = response.Messages as { readonly Body: string }[];
    const ending = expect.stringMatching(/^1\d{20}$/);
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(JSON.parse(message?.Body ?? '')).toEqual({
      requestContext: {
        requestId: expect.any(String),
        functionArn: `${lambdaFunction('OnPost').arn}:live`,
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '7', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.any(String),
      DDBStreamBatchInfo: {
        shardId: expect.stringContaining('shardId-'),
        startSequenceNumber: ending,
        endSequenceNumber: ending,
        approximateArrivalOfFirstRecord: instant,
        approximateArrivalOfLastRecord: instant,
        batchSize: 1,
        streamArn: table.streamArn,
      },
    });
    expect(attempts).toEqual(['poison', 'poison', 'poison', 'good']);
    await client.close();
    await sqs.close();
  });

  it('splits a failing batch until the bad record is alone', async () => {
    const handled: string[] = [];
    const failedAlone: string[] = [];
    await putAll(8);
    await start(
      streamMapping({ bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 }),
      (event) => {
        const ids = idsOf(event.Records);
        if (ids.length === 1 && ids[0] === 'p5') failedAlone.push('p5');
        if (ids.includes('p5')) throw new Error('cannot');
        handled.push(...ids);
      },
    );
    await until(() => handled.length === 7);

    expect(handled).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p6', 'p7']);
    expect(failedAlone).toEqual(['p5']);
  });

  it('discards records that are too old, without invoking the function', async () => {
    const seen: string[] = [];
    await put('old');
    // Records have times in whole seconds. A negative maximum age makes every record too old at
    // once.
    await start(streamMapping({ maximumRecordAgeMs: -5_000 }), (event) => {
      seen.push(...idsOf(event.Records));
    });
    await until(() =>
      facts.of('batch.discarded').some(({ reason }) => reason === 'record-age-exceeded'),
    );

    expect(seen).toEqual([]);
  });

  it('repeats a throttled invocation, without counting it as a retry', async () => {
    let calls = 0;
    const seen: string[] = [];
    await put('1');
    await start(streamMapping({ maximumRetryAttempts: 0 }), (event) => {
      calls += 1;
      if (calls < 4) throw new TooManyRequestsError('ConcurrentInvocationLimitExceeded');
      seen.push(...idsOf(event.Records));
    });
    await until(() => seen.length === 1);

    expect(calls).toBe(4);
  });

  it('delivers only the records that match a filter', async () => {
    const seen: string[] = [];
    const pattern = {
      eventName: ['INSERT'],
      dynamodb: { NewImage: { kind: { S: [{ prefix: 'comment' }] } } },
    };
    await put('1', { kind: { S: 'post' } });
    await put('2', { kind: { S: 'comment.created' } });
    await start(streamMapping({}, { filterPatterns: [pattern] }), (event) => {
      seen.push(...idsOf(event.Records));
    });
    await until(() => seen.length > 0);

    expect(seen).toEqual(['2']);
  });

  it('keeps the order of each item while other items proceed in parallel', async () => {
    const versions = new Map<string, string[]>();
    let underWay = 0;
    let mostUnderWay = 0;
    for (const version of ['1', '2', '3']) {
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await put(id, { version: { S: version } });
    }
    await start(streamMapping({ parallelizationFactor: 4 }, { batchSize: 1 }), async (event) => {
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      await new Promise(setImmediate);
      for (const record of event.Records) {
        const id = record.dynamodb.Keys.postId?.S ?? '';
        const image = (record.dynamodb as unknown as { NewImage: { version: { S: string } } })
          .NewImage;
        versions.set(id, [...(versions.get(id) ?? []), image.version.S]);
      }
      underWay -= 1;
    });
    await until(() => [...versions.values()].flat().length === 18);

    expect([...versions.values()]).toEqual(Array.from({ length: 6 }, () => ['1', '2', '3']));
    expect(mostUnderWay).toBeGreaterThan(1);
  });

  it('continues after a restart at its position, first with the records that were being delivered', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'streams-spec-'));
    const checkpointFile = join(directory, 'checkpoints.json');
    const first: string[] = [];
    const mapping = streamMapping({ startingPosition: 'LATEST' }, { batchSize: 1 });
    const mappings = await start(
      mapping,
      (event) => {
        if (idsOf(event.Records)[0] === 'p2') throw new Error('not now');
        first.push(...idsOf(event.Records));
      },
      { checkpointFile },
    );
    await putAll(4);
    await until(() => facts.of('batch.retried').length > 0);
    expect(facts.of('batch.retried')[0]).toMatchObject({
      ...{ attempt: 1, failed: 1, reason: expect.stringContaining('not now') },
      ageMs: expect.any(Number),
    });
    await mappings.close();

    const second: string[] = [];
    await start(
      mapping,
      (event) => {
        second.push(...idsOf(event.Records));
      },
      { checkpointFile },
    );
    await until(() => second.length === 2);

    expect([first, second]).toEqual([
      ['p0', 'p1'],
      ['p2', 'p3'],
    ]);
    rmSync(directory, { recursive: true });
  });

  it('names DynamoDB as the principal that deleted an expired item', async () => {
    const ttl = startTimeToLive({ endpoint: service.endpoint, tables: [table] });
    const removed: TestRecord[] = [];
    const past = { N: String(Math.floor(Date.now() / 1000) - 60) };
    await put('expired', { expiresAt: past });
    await put('deleted');
    await start(
      streamMapping(),
      (event) => {
        removed.push(...event.Records.filter((record) => record.eventName === 'REMOVE'));
      },
      {},
      { endpoint: service.endpoint, tables, expired: ttl.expired },
    );
    await dynamodb.call('DynamoDB_20120810.DeleteItem', {
      TableName: table.tableName,
      Key: { postId: { S: 'deleted' } },
    });

    expect(await ttl.sweep()).toBe(1);
    await until(() => removed.length === 2);

    expect(removed.map((record) => [idsOf([record])[0], record.userIdentity])).toEqual([
      ['deleted', undefined],
      ['expired', { principalId: 'dynamodb.amazonaws.com', type: 'Service' }],
    ]);
    await ttl.close();
  });

  it('continues when DynamoDB is back after a crash', async () => {
    const seen: string[] = [];
    const { pid } = service;
    await start(streamMapping(), (event) => {
      seen.push(...idsOf(event.Records));
    });
    await put('before');
    await until(() => seen.length === 1);

    process.kill(pid ?? 0, 'SIGKILL');
    await until(() => service.pid !== pid);
    await put('after');
    await until(() => seen.includes('after'));

    expect(seen.filter((id) => id === 'after')).toEqual(['after']);
  });

  it('waits for the running invocation before it closes', async () => {
    let finished = false;
    let running = false;
    await put('1');
    const mappings = await start(streamMapping(), async () => {
      running = true;
      await new Promise((resolve) => setTimeout(resolve, 50));
      finished = true;
    });
    await until(() => running);
    await mappings.close();

    expect(finished).toBe(true);
  });
});

function idsOf(records: readonly TestRecord[]): string[] {
  return records.map((record) => record.dynamodb.Keys.postId?.S ?? '');
}
