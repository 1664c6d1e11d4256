import { recordEvents, type RecordedEvents } from '../events/testing/record-events.ts';
import { hash } from 'node:crypto';
import { TooManyRequestsError } from '../lambda/index.ts';
import {
  createJsonClient,
  ensureQueues,
  startQueueService,
  type JsonClient,
  type QueueService,
} from '../services/index.ts';
import type { EventSourceMapping, Queue } from '../template/index.ts';
import { startEventSourceMappings, type EventSourceMappings } from './index.ts';
import {
  accountId,
  fakeInvoker,
  lambdaFunction,
  queue,
  queueMapping,
  region,
  until,
  type TestHandler,
  type TestRecord,
} from './testing/stack.ts';

describe('SQS queues', () => {
  let service: QueueService;
  let sqs: JsonClient;
  let urls: ReadonlyMap<string, string>;
  let mappings: EventSourceMappings | undefined;
  let recorded: RecordedEvents;

  beforeEach(async () => {
    service = await startQueueService({ region, accountId });
    sqs = createJsonClient(service.endpoint, region);
    recorded = recordEvents();
  });

  afterEach(async () => {
    await mappings?.close();
    mappings = undefined;
    await sqs.close();
    await service.close();
  });

  async function start(
    queues: readonly Queue[],
    mapping: EventSourceMapping,
    handler: TestHandler,
  ): Promise<void> {
    urls = await ensureQueues(service.endpoint, region, queues);
    mappings = await startEventSourceMappings({
      stack: {
        ...{ region, accountId, tables: [], queues, functions: [lambdaFunction('OnJob')] },
        eventSourceMappings: [mapping],
      },
      invoker: fakeInvoker({ OnJob: handler }),
      sqs: { endpoint: service.endpoint },
      events: recorded.bus,
      retryDelays: { initialMs: 1, maximumMs: 5 },
    });
  }

  const send = (body: string, more: object = {}, name = 'jobs'): Promise<unknown> =>
    sqs.call('AmazonSQS.SendMessage', { QueueUrl: urls.get(name), MessageBody: body, ...more });

  async function count(name: string): Promise<number> {
    const response = await sqs.call('AmazonSQS.GetQueueAttributes', {
      QueueUrl: urls.get(name),
      AttributeNames: ['All'],
    });
    const attributes = response.Attributes as Readonly<Record<string, string>>;
    return (
      Number(attributes.ApproximateNumberOfMessages) +
      Number(attributes.ApproximateNumberOfMessagesNotVisible)
    );
  }

  it('delivers messages in the form that AWS uses, and deletes them', async () => {
    const records: TestRecord[] = [];
    await start([queue('jobs')], queueMapping(), (event) => {
      records.push(...event.Records);
    });

    await send('{"id":1}', {
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'new' } },
    });
    await until(() => records.length === 1);
    await until(async () => (await count('jobs')) === 0);

    expect(records[0]).toEqual({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      body: '{"id":1}',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {
        kind: {
          stringValue: 'new',
          stringListValues: [],
          binaryListValues: [],
          dataType: 'String',
        },
      },
      md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
      md5OfBody: hash('md5', '{"id":1}'),
      eventSource: 'aws:sqs',
      eventSourceARN: queue('jobs').arn,
      awsRegion: region,
    });
  });

  it('keeps only the messages that are reported as failed, until they are in the dead-letter queue', async () => {
    const attempts: string[] = [];
    const redrive = JSON.stringify({ deadLetterTargetArn: queue('dead').arn, maxReceiveCount: 2 });
    await start(
      [queue('jobs', { VisibilityTimeout: '1', RedrivePolicy: redrive }), queue('dead')],
      queueMapping({ reportBatchItemFailures: true }),
      (event) => {
        const failed = event.Records.filter((record) => record.body === 'bad');
        attempts.push(...event.Records.map((record) => record.body));
        return {
          batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })),
        };
      },
    );

    await send('good');
    await send('bad');
    await until(async () => (await count('dead')) === 1);

    expect(attempts.sort()).toEqual(['bad', 'bad', 'good']);
    expect(await count('jobs')).toBe(0);
    const retries = recorded.of('batch.retried');
    expect(retries.map(({ attempt, failed }) => [attempt, failed])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(retries[0]?.reason).toBe('the function reported 1 batch item failure');
  });

  it('delivers a batch again after the function failed', async () => {
    const counts: unknown[] = [];
    await start([queue('jobs', { VisibilityTimeout: '1' })], queueMapping(), (event) => {
      const [record] = event.Records;
      counts.push((record?.attributes as Record<string, string>).ApproximateReceiveCount);
      if (counts.length < 3) throw new Error('cannot');
    });

    await send('job');
    await until(async () => counts.length === 3 && (await count('jobs')) === 0);

    expect(counts).toEqual(['1', '2', '3']);
    expect(recorded.of('batch.retried')).toMatchObject([
      { attempt: 1, records: 1, failed: 1, reason: 'Error: Error: cannot' },
      { attempt: 2, records: 1, failed: 1, reason: 'Error: Error: cannot' },
    ]);
  });

  it('waits while Lambda throttles, without receiving the message again', async () => {
    const counts: unknown[] = [];
    let calls = 0;
    await start([queue('jobs')], queueMapping(), (event) => {
      calls += 1;
      if (calls < 3)
        throw new TooManyRequestsError('ReservedFunctionConcurrentInvocationLimitExceeded');
      counts.push((event.Records[0]?.attributes as Record<string, string>).ApproximateReceiveCount);
    });

    await send('job');
    await until(() => counts.length === 1);

    expect(counts).toEqual(['1']);
  });

  it('collects more than ten messages in a batch window', async () => {
    const sizes: number[] = [];
    await start(
      [queue('jobs')],
      queueMapping({ batchSize: 12, batchWindowMs: 60_000 }),
      (event) => {
        sizes.push(event.Records.length);
      },
    );

    await Promise.all(Array.from({ length: 12 }, (_, index) => send(String(index))));
    await until(() => sizes.length > 0);

    expect(sizes).toEqual([12]);
  });

  it('handles no more batches at once than the maximum concurrency', async () => {
    let underWay = 0;
    let mostUnderWay = 0;
    let handled = 0;
    const mapping = queueMapping({
      batchSize: 1,
      source: { type: 'sqs', queueLogicalId: 'jobs', maximumConcurrency: 2 },
    });
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start([queue('jobs')], mapping, async () => {
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      await released;
      underWay -= 1;
      handled += 1;
    });

    await Promise.all(Array.from({ length: 8 }, (_, index) => send(String(index))));
    await until(() => underWay === 2);
    // These round trips take long enough for a third batch to be received, if the consumer asked
    // for one.
    for (let call = 0; call < 20; call += 1) await count('jobs');
    release();
    await until(() => handled === 8);

    expect(mostUnderWay).toBe(2);
  });

  it('keeps the order of a FIFO message group', async () => {
    const seen: string[] = [];
    const mapping = queueMapping({ source: { type: 'sqs', queueLogicalId: 'jobs.fifo' } });
    const fifo = queue('jobs.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    await start([fifo], mapping, (event) => {
      seen.push(...event.Records.map((record) => record.body));
    });

    for (const body of ['1', '2', '3', '4']) await send(body, { MessageGroupId: 'g' }, 'jobs.fifo');
    await until(() => seen.length === 4);

    expect(seen).toEqual(['1', '2', '3', '4']);
  });

  it('deletes messages that a filter drops', async () => {
    const seen: string[] = [];
    const mapping = queueMapping({ filterPatterns: [{ body: { kind: ['new'] } }] });
    await start([queue('jobs')], mapping, (event) => {
      seen.push(...event.Records.map((record) => record.body));
    });

    await send('{"kind":"old"}');
    await send('no JSON');
    await send('{"kind":"new"}');
    await until(async () => seen.length === 1 && (await count('jobs')) === 0);

    expect(seen).toEqual(['{"kind":"new"}']);
  });

  it('delivers no more than 6 MB at once, whatever the batch size', async () => {
    const batches: { bytes: number; bodies: string[] }[] = [];
    await start([queue('jobs')], queueMapping({ batchSize: 100, batchWindowMs: 500 }), (event) => {
      const bodies = event.Records.map(({ body }) => body.slice(0, 2));
      batches.push({ bytes: JSON.stringify(event).length, bodies });
    });
    const body = 'x'.repeat(1_000_000);
    const sent = Array.from({ length: 14 }, (_, index) => String(index).padStart(2, '0'));
    await Promise.all(sent.map((name) => send(name + body)));
    await until(() => batches.flatMap(({ bodies }) => bodies).length === sent.length);

    expect(batches.flatMap(({ bodies }) => bodies).sort()).toEqual(sent);
    expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThanOrEqual(6 * 1024 * 1024);
    await until(async () => (await count('jobs')) === 0);
  });

  it('keeps the order of a FIFO group whose first part of 6 MB fails', async () => {
    const fifo = queue('jobs.fifo', { FifoQueue: 'true', VisibilityTimeout: '1' });
    const handled: string[] = [];
    let failures = 0;
    const mapping = queueMapping({ source: { type: 'sqs', queueLogicalId: 'jobs.fifo' } });
    urls = await ensureQueues(service.endpoint, region, [fifo]);
    for (let index = 0; index < 9; index += 1) {
      const more = { MessageGroupId: 'group', MessageDeduplicationId: String(index) };
      await send(String(index) + 'x'.repeat(1_000_000), more, 'jobs.fifo');
    }
    await start([fifo], mapping, (event) => {
      if (failures === 0) {
        failures += 1;
        throw new Error('the first part fails');
      }
      handled.push(...event.Records.map(({ body }) => body.slice(0, 1)));
    });
    await until(() => handled.length >= 9);

    expect(handled).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  });
});
