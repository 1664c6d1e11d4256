import type { EventOf } from '../events/index.ts';
import { TRACE_ID } from '../insights/testing/facts.ts';
import type { ServiceAccess } from './api/index.ts';
import { type ConsoleFixture, startConsole } from './testing/console-fixture.ts';

const RESOURCES = `
  Pictures: { Type: AWS::S3::Bucket, Properties: { BucketName: pictures } }
  News: { Type: AWS::SNS::Topic, Properties: { TopicName: news } }
`;
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:news';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:bills';

let page: ConsoleFixture;

afterEach(() => page.close());

function bucketWith(content: Buffer, bytes = content.length): Partial<ServiceAccess> {
  const summary = { key: 'a b/<i>.txt', bytes, etag: 'e', contentType: 'text/html' };
  const object = { ...summary, lastModifiedMs: 1, metadata: {}, tags: {} };
  return {
    buckets: () => Promise.resolve([{ bucketName: 'pictures', objects: 1, bytes }]),
    objects: (bucket) =>
      Promise.resolve(bucket === 'pictures' ? { objects: [object], next: 'z' } : undefined),
    object: (bucket, key, maximum) =>
      Promise.resolve(
        bucket === 'pictures' && key === object.key
          ? { ...object, content: content.subarray(0, maximum) }
          : undefined,
      ),
  };
}

const KEY = encodeURIComponent('a b/<i>.txt');

describe('buckets', () => {
  it('lists objects, and returns a whole one', async () => {
    page = await startConsole(RESOURCES, { services: bucketWith(Buffer.from('<b>é</b>')) });
    expect(await page.get('/api/buckets')).toMatchObject({
      buckets: [{ bucketName: 'pictures', logicalId: 'Pictures', objects: 1 }],
    });
    expect(await page.get('/api/buckets/pictures/objects')).toMatchObject({
      ...{ objects: [{ key: 'a b/<i>.txt' }], next: 'z' },
    });
    expect(await page.get(`/api/buckets/pictures/object?key=${KEY}`)).toMatchObject({
      ...{ text: '<b>é</b>', isBinary: false, left: 0 },
    });
    const { base64 } = (await page.get(`/api/buckets/pictures/content?key=${KEY}`)) as {
      base64: string;
    };
    expect(Buffer.from(base64, 'base64').toString()).toBe('<b>é</b>');
    for (const path of ['no/objects', `no/object?key=${KEY}`, 'pictures/object?key=no']) {
      expect((await page.ask({ path: `/api/buckets/${path}` })).statusCode).toBe(404);
    }
  });

  it('shows the beginning of a large object, and does not return all of it', async () => {
    // The part that is shown ends within a character.
    const content = Buffer.from(`x${'é'.repeat(40_000)}`);
    page = await startConsole(RESOURCES, { services: bucketWith(content, 17 * 1024 * 1024) });
    expect(await page.get(`/api/buckets/pictures/object?key=${KEY}`)).toMatchObject({
      ...{ isBinary: false, left: 17 * 1024 * 1024 - 64 * 1024 },
    });
    const whole = await page.ask({ path: `/api/buckets/pictures/content?key=${KEY}` });
    expect(whole.statusCode).toBe(413);
  });

  it('shows binary content as hexadecimal digits, and masks secrets in text', async () => {
    page = await startConsole(RESOURCES, { services: bucketWith(Buffer.from([0xff, 0, 1])) });
    const path = `/api/buckets/pictures/object?key=${KEY}`;
    expect(await page.get(path)).toMatchObject({ text: 'ff0001', isBinary: true });
    await page.close();
    const secret = Buffer.from('{"password":"tulip"}');
    page = await startConsole(RESOURCES, { services: bucketWith(secret) });
    expect((await page.ask({ path })).text).not.toContain('tulip');
    expect((await page.ask({ path: `${path}&reveal=1` })).text).toContain('tulip');
  });
});

function deliveryOf(fields: Partial<EventOf<'delivery'>>): EventOf<'delivery'> {
  return {
    ...{ type: 'delivery', timeMs: page.bus.now(), service: 'sns', source: 'news', target: QUEUE },
    ...{ outcome: 'delivered', attempt: 1, durationMs: 1 },
    ...fields,
  };
}

describe('what sends', () => {
  const services: Partial<ServiceAccess> = {
    topics: () =>
      Promise.resolve([{ topicName: 'news', arn: TOPIC, isFifo: false, subscriptions: [] }]),
    rules: () =>
      Promise.resolve([
        { name: 'sold', arn: 'r', eventBusName: 'default', isEnabled: true, targets: [] },
      ]),
    schedules: () =>
      Promise.resolve([
        {
          ...{ name: 'daily', groupName: 'default', arn: 's', expression: 'rate(1 day)' },
          ...{ isEnabled: true, nextMs: 5, targetArn: QUEUE },
        },
      ]),
  };

  it('is listed with its own latest deliveries', async () => {
    page = await startConsole(RESOURCES, { services });
    page.bus.emit(deliveryOf({ outcome: 'retried', error: 'gone' }));
    page.bus.emit(deliveryOf({ outcome: 'failed', error: 'gone', attempt: 2, traceId: TRACE_ID }));
    page.bus.emit(deliveryOf({ service: 'events', source: 'sold' }));
    page.bus.emit(deliveryOf({ service: 'scheduler', source: 'daily' }));
    const { topics } = (await page.get('/api/topics')) as { topics: object[] };
    expect(topics).toMatchObject([
      {
        deliveries: [
          { outcome: 'failed', attempt: 2, error: 'gone', traceId: TRACE_ID },
          { outcome: 'retried' },
        ],
      },
    ]);
    expect(await page.get('/api/rules')).toMatchObject({
      rules: [{ name: 'sold', deliveries: [{ outcome: 'delivered' }] }],
    });
    expect(await page.get('/api/schedules')).toMatchObject({
      schedules: [{ name: 'daily', nextMs: 5, deliveries: [{ outcome: 'delivered' }] }],
    });
  });

  it('has the latest 50 of each, of the range that is asked for', async () => {
    page = await startConsole(RESOURCES, { services });
    for (let attempt = 1; attempt <= 60; attempt++) page.bus.emit(deliveryOf({ attempt }));
    const deliveries = async (query = '') => {
      const { topics } = (await page.get(`/api/topics${query}`)) as {
        topics: { deliveries: { attempt: number }[] }[];
      };
      return topics[0]?.deliveries.map(({ attempt }) => attempt) ?? [];
    };
    const all = await deliveries();
    expect([all.length, all[0], all.at(-1)]).toEqual([50, 60, 11]);
    expect(await deliveries(`?startMs=${page.bus.now() + 1}`)).toEqual([]);
  });

  it('publishes in a trace of its own', async () => {
    page = await startConsole(RESOURCES, { services });
    const headers = { 'content-type': 'application/json' };
    const publish = (topic: string, message: string) =>
      page.ask({
        ...{ method: 'POST', path: `/api/topics/${topic}/messages`, headers },
        body: JSON.stringify({ message }),
      });
    expect(JSON.parse((await publish('news', 'hello')).text)).toEqual({
      ...{ messageId: 'message-1', traceId: expect.stringMatching(/^1-/) },
    });
    expect(page.asked).toEqual([`publish ${TOPIC} hello`]);
    expect((await publish('none', 'hello')).statusCode).toBe(404);
    expect((await publish('news', '')).statusCode).toBe(400);
  });
});
