import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createBroadcaster, type BroadcasterOptions } from './broadcaster.ts';
import { startTimeToLive } from '@blogapp/sam-offline/services';
import type { Channel } from '@blogapp/shared-types';
import type { Broadcaster, Budget } from './contract.ts';
import { EventTooLargeError, InvalidEventError } from './errors.ts';
import { silentObserver, type BroadcastTrace, type ObservedDelivery } from './observer.ts';
import { randomFrom } from './testing/random.ts';
import { startThrottlingDynamoDb } from './testing/throttling-dynamodb.ts';
import { ConnectionsPeer } from './testing/connections-peer.ts';
import {
  allRows,
  CREDENTIALS,
  REGION,
  seedConnections,
  startLocalServices,
  takeMessages,
  type LocalServices,
  type TestQueues,
} from './testing/local-services.ts';
import { type ConnectionsTable, createChannelStore } from './channels/index.ts';
import { createFanoutQueue } from './queue/index.ts';
import { createConnectionsTransport, type ConnectionsTransport } from './transport/index.ts';

const SHARDS = 3;
const MINUTE: Budget = { remainingMs: () => 60_000 };
const POST = 'post:01ARZ3NDEKTSV4RRFFQ69G5FAV';

describe('broadcaster', () => {
  let services: LocalServices;
  let peer: ConnectionsPeer;
  let transport: ConnectionsTransport;
  let table: ConnectionsTable;
  let queues: TestQueues;

  beforeAll(async () => {
    services = await startLocalServices();
  });
  afterAll(() => services.close());
  beforeEach(async () => {
    peer = await ConnectionsPeer.start();
    transport = createConnectionsTransport({
      endpoint: peer.endpoint,
      region: REGION,
      credentials: () => Promise.resolve(CREDENTIALS),
      pushTimeoutMs: 400,
    });
    table = await services.connectionsTable(SHARDS);
    queues = await services.queues();
  });
  afterEach(async () => {
    await transport.close();
    await peer.close();
  });

  function broadcasterWith(options: Partial<BroadcasterOptions> = {}): Broadcaster {
    return createBroadcaster({
      ...table,
      transport,
      queue: createFanoutQueue({ client: services.sqs, ...queues }),
      pageSize: 10,
      ...options,
      retry: {
        backoff: { baseMs: 2, maxMs: 10 },
        taskDelaySeconds: () => 0,
        ...options.retry,
      },
    });
  }

  const ids = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `conn-${String(index).padStart(4, '0')}=`);
  const announcement = (text = 'hello') => ({ type: 'announcement' as const, data: { text } });
  const publishOptions = { budget: MINUTE, correlationId: 'test' };

  /** A transport that waits for a slow response. */
  function patient(): ConnectionsTransport {
    return createConnectionsTransport({
      endpoint: peer.endpoint,
      region: REGION,
      credentials: () => Promise.resolve(CREDENTIALS),
      pushTimeoutMs: 30_000,
    });
  }

  /** Works on the queue, as the fan-out worker does, until it is empty. */
  async function drain(broadcaster: Broadcaster): Promise<void> {
    for (;;) {
      const messages = await takeMessages(services.sqs, queues.queueUrl);
      if (messages.length === 0) return;
      for (const { Body: body = '' } of messages)
        await broadcaster.deliver(body, { budget: MINUTE });
    }
  }

  it('delivers an event to every subscriber of the channel, over several pages and shards', async () => {
    await seedConnections(table, ids(80), POST);
    const result = await broadcasterWith().publish(announcement(), POST, publishOptions);
    expect(result).toMatchObject({
      recipients: 80,
      delivered: 80,
      stale: 0,
      retried: 0,
      queued: 0,
    });
    expect([...peer.received.keys()].sort()).toEqual(ids(80));
    const event = JSON.parse(peer.received.get('conn-0000=')?.[0] ?? '');
    expect(event).toMatchObject({
      type: 'announcement',
      id: result.eventId,
      channel: POST,
      data: { text: 'hello' },
      meta: { correlationId: 'test' },
    });
  });

  describe('with more subscribers than it can serve itself', () => {
    const everybody = ids(150);
    beforeEach(() => seedConnections(table, everybody, POST));

    /** A client that calls back after each response to a count of a shard. */
    function countingClient(onCounted: () => void): DynamoDBClient {
      const client = new DynamoDBClient({
        endpoint: services.dynamoDbEndpoint,
        region: REGION,
        credentials: CREDENTIALS,
      });
      client.middlewareStack.add(
        (next) => async (request) => {
          const response = await next(request);
          if ('Select' in request.input && request.input.Select === 'COUNT') onCounted();
          return response;
        },
        { step: 'initialize' },
      );
      return client;
    }

    async function expectTheRestFromTheQueue(): Promise<void> {
      peer.plan = () => 'ok';
      await drain(broadcasterWith());
      expect([...peer.received.keys()].sort()).toEqual(everybody);
    }

    it('queues the shards as soon as its first pushes and the size of one shard show that it must', async () => {
      const counted = Promise.withResolvers<undefined>();
      const client = countingClient(() => {
        counted.resolve(undefined);
      });
      // One push at a time, 40 ms each: 50 in two seconds, where a shard has about 50 subscribers.
      let pushes = 0;
      peer.plan = async () => {
        pushes += 1;
        if (pushes > 2) await counted.promise;
        else await new Promise((resolve) => setTimeout(resolve, 40));
        return 'ok' as const;
      };
      const slow = patient();
      const one = broadcasterWith({ client, maxConcurrency: 1, transport: slow });
      const result = await one.publish(announcement(), POST, publishOptions);
      client.destroy();
      await slow.close();
      expect(result.queued).toBe(SHARDS);
      expect(result.delivered).toBeLessThan(10);
      await expectTheRestFromTheQueue();
    });

    it('queues the shards without a count when it makes too few pushes for one page of each', async () => {
      let counts = 0;
      const client = countingClient(() => {
        counts += 1;
      });
      // 20 in two seconds, and each of three shards has more than the 10 of a page.
      peer.plan = () => new Promise((respond) => setTimeout(respond, 100, 'ok'));
      const one = broadcasterWith({ client, maxConcurrency: 1 });
      const result = await one.publish(announcement(), POST, publishOptions);
      client.destroy();
      expect(counts).toBe(0);
      expect(result.queued).toBe(SHARDS);
      await expectTheRestFromTheQueue();
    });

    it('queues unfinished shards after two seconds when it could not measure its pushes', async () => {
      // One push has no response for as long as the broadcast lasts, so that nothing is measured.
      peer.plan = () => 'hang';
      const slow = patient();
      const one = broadcasterWith({ maxConcurrency: 1, transport: slow });
      const result = await one.publish(announcement(), POST, publishOptions);
      await slow.close();
      // Each shard is queued, and the recipient without a response.
      expect(result).toMatchObject({ delivered: 0, queued: SHARDS + 1 });
      await expectTheRestFromTheQueue();
    });
  });

  it('serves many pages itself when its pushes are fast enough', async () => {
    // On a machine where a push takes 400 ms, 80 would still fit in two seconds.
    await seedConnections(table, ids(60), POST);
    const result = await broadcasterWith({ maxConcurrency: 16 }).publish(
      announcement(),
      POST,
      publishOptions,
    );
    expect(result).toMatchObject({ delivered: 60, queued: 0 });
  });

  it('reaches the connections of both numbers of shards while it is being changed', async () => {
    const before = ids(20);
    await seedConnections(table, before, POST);
    const after = Array.from({ length: 20 }, (_, index) => `new-${index}=`);
    const changed: ConnectionsTable = { ...table, shards: 7, otherShards: SHARDS };
    await seedConnections(changed, after, POST);
    for (const between of [changed, { ...table, otherShards: 7 }]) {
      peer.received.clear();
      const one = broadcasterWith({ ...between, pageSize: 500 });
      const result = await one.publish(announcement(), POST, publishOptions);
      expect(result.delivered).toBe(40);
      expect([...peer.received.keys()].sort()).toEqual([...before, ...after].sort());
    }
  });

  it("logs what it delivered under the event's own correlation id", async () => {
    await seedConnections(table, ids(3), POST);
    const lines: unknown[] = [];
    const log = {
      info: (message: string, fields: object) => void lines.push({ message, ...fields }),
      warn: () => undefined,
    };
    await broadcasterWith({ observer: { ...silentObserver, log } }).publish(announcement(), POST, {
      budget: MINUTE,
      correlationId: 'request-7',
    });
    expect(lines).toEqual([
      expect.objectContaining({
        message: 'broadcast',
        correlation_id: 'request-7',
        channel: POST,
        delivered: 3,
      }),
    ]);
  });

  it('removes every row of connections whose push gets 410', async () => {
    await seedConnections(table, ids(60), POST);
    const before = await allRows(table);
    peer.plan = (id) => (Number(id.slice(5, 9)) % 2 === 0 ? 'gone' : 'ok');
    const result = await broadcasterWith().publish(announcement(), POST, publishOptions);
    expect(result).toMatchObject({ recipients: 60, delivered: 30, stale: 30 });
    expect(await allRows(table)).toEqual(
      before.filter((row) => Number(row.slice(-5, -1)) % 2 === 1),
    );
  });

  describe('of connections whose `$disconnect` never came', () => {
    const HOUR_MS = 60 * 60_000;
    const OTHER = 'post:01ARZ3NDEKTSV4RRFFQ69G5FAW';

    /** Connects and subscribes as the handlers do, at a time in the past, and never disconnects. */
    async function leaveRows(connectionId: string, agoMs: number): Promise<void> {
      const store = createChannelStore(table);
      const connectedAtMs = Date.now() - agoMs;
      const clock = jest.spyOn(Date, 'now').mockReturnValue(connectedAtMs);
      try {
        await store.connect({ connectionId, connectedAtMs });
        await store.subscribe(connectionId, [POST, OTHER]);
      } finally {
        clock.mockRestore();
      }
    }

    it.each<Channel>(['all', POST, OTHER])(
      'the next event to %s removes all rows, those of its other channels too',
      async (channel) => {
        await leaveRows('left=', 5 * 60_000);
        await leaveRows('stays=', 5 * 60_000);
        expect(await allRows(table)).toHaveLength(6);
        peer.plan = (id) => (id === 'left=' ? 'gone' : 'ok');

        const result = await broadcasterWith().publish(announcement(), channel, publishOptions);
        expect(result).toMatchObject({ recipients: 2, delivered: 1, stale: 1 });
        const rows = await allRows(table);
        expect(rows).toHaveLength(3);
        expect(rows.every((row) => row.endsWith(' stays='))).toBe(true);
        const next = await broadcasterWith().publish(announcement(), channel, publishOptions);
        expect(next).toMatchObject({ recipients: 1, delivered: 1, stale: 0 });
      },
    );

    it('TTL removes the rows of connections that nobody sends to, and of no connection that may be open', async () => {
      // API Gateway ends every connection after two hours; rows get ten minutes more.
      await leaveRows('long-gone=', 3 * HOUR_MS);
      await leaveRows('may-live=', 2 * HOUR_MS);
      const ttl = startTimeToLive({
        endpoint: services.dynamoDbEndpoint,
        tables: [
          {
            tableName: table.tableName,
            keySchema: { partitionKey: 'channel', sortKey: 'connectionId' },
            ttlAttribute: 'expiresAt',
          },
        ],
      });
      expect(await ttl.sweep()).toBe(3);
      await ttl.close();
      const rows = await allRows(table);
      expect(rows).toHaveLength(3);
      expect(rows.every((row) => row.endsWith(' may-live='))).toBe(true);
    });
  });

  it('ends within its budget when gone connections can not be removed', async () => {
    await seedConnections(table, ids(60), POST);
    const rows = await allRows(table);
    peer.plan = () => 'gone';
    const client = new DynamoDBClient({
      endpoint: services.dynamoDbEndpoint,
      region: REGION,
      credentials: CREDENTIALS,
    });
    client.middlewareStack.add(
      (next, { commandName }) =>
        (request) =>
          commandName === 'DeleteItemCommand' ? new Promise(() => undefined) : next(request),
      { step: 'initialize' },
    );
    // There is enough time to push to everybody, and little once a push was sent.
    const budget = { remainingMs: () => (peer.requests === 0 ? 60_000 : 1_600) };
    const broadcaster = broadcasterWith({ client });
    const result = await broadcaster.publish(announcement(), POST, { ...publishOptions, budget });
    client.destroy();
    expect(result).toMatchObject({ recipients: 60, stale: 60 });
    expect(await allRows(table)).toEqual(rows);
  });

  it('queues what does not fit in the budget, and delivers it exactly once from there', async () => {
    await seedConnections(table, ids(100), POST);
    let pushes = 0;
    peer.plan = () => {
      pushes += 1;
      return 'ok';
    };
    const broadcaster = broadcasterWith({ maxConcurrency: 4 });
    const result = await broadcaster.publish(announcement(), POST, {
      ...publishOptions,
      budget: { remainingMs: () => (pushes < 25 ? 60_000 : 0) },
    });
    expect(result.delivered).toBeGreaterThanOrEqual(25);
    expect(result.delivered).toBeLessThan(40);
    expect(result.queued).toBeGreaterThan(0);
    await drain(broadcaster);
    expect(peer.received.size).toBe(100);
    expect([...peer.received.values()].every((messages) => messages.length === 1)).toBe(true);
  });

  it('reports the spread of the whole broadcast, also for what a worker delivers later', async () => {
    await seedConnections(table, ids(40), POST);
    let pushes = 0;
    peer.plan = () => {
      pushes += 1;
      return 'ok';
    };
    const spreads: Record<string, number[]> = { publish: [], fanout: [] };
    const firstDeliveredBefore = Date.now();
    const broadcaster = broadcasterWith({
      maxConcurrency: 4,
      observer: {
        ...silentObserver,
        onDelivery: ({ stage, spreadMs }) => {
          if (spreadMs !== undefined) spreads[stage]?.push(spreadMs);
        },
      },
    });
    await broadcaster.publish(announcement(), POST, {
      ...publishOptions,
      budget: { remainingMs: () => (pushes < 20 ? 60_000 : 0) },
    });
    const publishedAt = Date.now();
    while (Date.now() === publishedAt) await new Promise((resolve) => setImmediate(resolve));
    await drain(broadcaster);
    const [published = NaN] = spreads.publish ?? [];
    const delivered = Math.max(...(spreads.fanout ?? []));
    expect(delivered).toBeGreaterThan(published);
    expect(delivered).toBeLessThanOrEqual(Date.now() - firstDeliveredBefore);
  });

  it('traces its phases, each within its parent phase', async () => {
    await seedConnections(table, ids(3), POST);
    const phases: unknown[] = [];
    const trace: BroadcastTrace = {
      phase: async (name, work, annotations) => {
        phases.push(annotations === undefined ? name : [name, annotations]);
        return work();
      },
    };
    const broadcaster = broadcasterWith({ shards: 1, observer: { ...silentObserver, trace } });
    await broadcaster.publish(announcement(), POST, publishOptions);
    expect(phases).toEqual([
      'parse',
      'page',
      'load',
      ['push', { channel: POST, correlationId: 'test' }],
      'clean up',
    ]);
  });

  it('tries pushes again that fail for a moment', async () => {
    await seedConnections(table, ids(30), POST);
    const tries = new Map<string, number>();
    peer.plan = (id) => {
      const count = (tries.get(id) ?? 0) + 1;
      tries.set(id, count);
      return count <= 2 ? ((['throttle', 'fail', 'reset'] as const)[count] ?? 'fail') : 'ok';
    };
    const result = await broadcasterWith().publish(announcement(), POST, publishOptions);
    expect(result).toMatchObject({ recipients: 30, delivered: 30, retried: 30, queued: 0 });
  });

  it('queues only the recipients that still fail, for another try', async () => {
    await seedConnections(table, ids(20), POST);
    let broken = true;
    peer.plan = (id) => (broken && id.endsWith('7=') ? 'fail' : 'ok');
    const broadcaster = broadcasterWith();
    const result = await broadcaster.publish(announcement(), POST, publishOptions);
    expect(result).toMatchObject({ recipients: 20, delivered: 18, retried: 2 });
    expect(result.queued).toBeGreaterThan(0);
    broken = false;
    const before = peer.requests;
    await drain(broadcaster);
    expect(peer.requests - before).toBe(2);
    expect(peer.received.size).toBe(20);
  });

  it('puts recipients whose pushes always fail in the dead-letter queue, where they can be redriven', async () => {
    await seedConnections(table, ids(10), POST);
    let broken = true;
    peer.plan = (id) => (broken && id === 'conn-0003=' ? 'fail' : 'ok');
    const broadcaster = broadcasterWith({ retry: { attempts: 2, taskAttempts: 3 } });
    const { eventId } = await broadcaster.publish(announcement(), POST, publishOptions);
    await drain(broadcaster);
    const dead = await takeMessages(services.sqs, queues.deadLetterQueueUrl);
    expect(dead).toHaveLength(1);
    expect(dead[0]?.MessageAttributes).toMatchObject({
      reason: {
        StringValue: '1 x HTTP 500 InternalServerErrorException; given up after 3 attempts',
      },
      eventId: { StringValue: eventId },
      correlationId: { StringValue: 'test' },
    });
    broken = false;
    // A redrive moves the message as it is.
    const report = await broadcaster.deliver(dead[0]?.Body ?? '', { budget: MINUTE });
    expect(report).toMatchObject({ eventId, recipients: 1, delivered: 1 });
  });

  it('puts refused recipients in the dead-letter queue at once', async () => {
    await seedConnections(table, ids(10), POST);
    peer.plan = (id) => (id === 'conn-0003=' ? 'refuse' : 'ok');
    const result = await broadcasterWith().publish(announcement(), POST, publishOptions);
    expect(result).toMatchObject({ delivered: 9, retried: 0, queued: 0 });
    const [dead] = await takeMessages(services.sqs, queues.deadLetterQueueUrl);
    expect(dead?.MessageAttributes?.reason?.StringValue).toBe('1 x HTTP 400 BadRequestException');
  });

  it('queues refused recipients when the dead-letter queue does not respond, and repeats nobody else', async () => {
    await seedConnections(table, ids(10), POST);
    peer.plan = (id) => (id === 'conn-0003=' ? 'refuse' : 'ok');
    const queue = createFanoutQueue({ client: services.sqs, ...queues });
    let away = true;
    const broadcaster = broadcasterWith({
      queue: {
        send: (body, options) => queue.send(body, options),
        sendToDeadLetters: (body, reason) =>
          away ? Promise.reject(new Error('away')) : queue.sendToDeadLetters(body, reason),
      },
    });
    const result = await broadcaster.publish(announcement(), POST, publishOptions);
    expect(result).toMatchObject({ delivered: 9, queued: 1 });
    away = false;
    await drain(broadcaster);
    expect([...peer.received.values()].map((messages) => messages.length)).toEqual(
      Array(9).fill(1),
    );
    expect(await takeMessages(services.sqs, queues.deadLetterQueueUrl)).toHaveLength(1);
  });

  it('puts a message that is not a task in the dead-letter queue, with the reason', async () => {
    const report = await broadcasterWith().deliver('{"version":1,"attempt":"x"}', {
      budget: MINUTE,
    });
    expect(report).toMatchObject({ recipients: 0, deadLettered: 1 });
    const [dead] = await takeMessages(services.sqs, queues.deadLetterQueueUrl);
    expect(dead?.Body).toBe('{"version":1,"attempt":"x"}');
    expect(dead?.MessageAttributes?.reason?.StringValue).toMatch(/not a delivery task: attempt: /);
  });

  it('explains a task that is nested too deep, or whose texts SQS does not take as attributes', async () => {
    await seedConnections(table, ids(1), POST);
    const broadcaster = broadcasterWith({ retry: { attempts: 1, taskAttempts: 1 } });
    peer.plan = () => 'fail';
    await broadcaster.publish(announcement(), POST, { budget: MINUTE, correlationId: 'a\u0001b' });
    const [failed] = await takeMessages(services.sqs, queues.deadLetterQueueUrl);
    expect(failed?.MessageAttributes?.correlationId?.StringValue).toBe('a b');
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const body = (failed?.Body ?? '').replace('"hello"', deep);
    expect(await broadcaster.deliver(body, { budget: MINUTE })).toMatchObject({ deadLettered: 1 });
    const [dead] = await takeMessages(services.sqs, queues.deadLetterQueueUrl);
    expect(dead?.MessageAttributes?.reason?.StringValue).toMatch(/can not be written as JSON/);
  });

  it('puts a task that keeps killing its workers in the dead-letter queue', async () => {
    await seedConnections(table, ids(4), POST);
    const broadcaster = broadcasterWith();
    const none = { remainingMs: () => 0 };
    await broadcaster.publish(announcement(), POST, { ...publishOptions, budget: none });
    const [task] = await takeMessages(services.sqs, queues.queueUrl);
    const report = await broadcaster.deliver(task?.Body ?? '', { budget: MINUTE, receiveCount: 6 });
    expect(report).toMatchObject({ recipients: 0, deadLettered: 1 });
    expect(peer.requests).toBe(0);
    const [dead] = await takeMessages(services.sqs, queues.deadLetterQueueUrl);
    expect(dead?.MessageAttributes?.reason?.StringValue).toMatch(/^received 6 times/);
    expect(dead?.Body).toBe(task?.Body);
  });

  it('queues recipients without a response when the time is up', async () => {
    await seedConnections(table, ids(6), POST);
    const slow = patient();
    let hanging = true;
    peer.plan = () => (hanging ? 'hang' : 'ok');
    const broadcaster = broadcasterWith({ transport: slow });
    const end = performance.now() + 2_100;
    const budget = { remainingMs: () => end - performance.now() };
    const result = await broadcaster.publish(announcement(), POST, { ...publishOptions, budget });
    expect(result).toMatchObject({ recipients: 6, delivered: 0 });
    hanging = false;
    const before = peer.requests;
    await drain(broadcaster);
    expect(peer.requests - before).toBe(6);
    await slow.close();
  });

  it('starts at most `maxConcurrency` pushes at once', async () => {
    await seedConnections(table, ids(100), POST);
    peer.plan = () => new Promise((resolve) => setTimeout(resolve, 5, 'ok'));
    await broadcasterWith({ maxConcurrency: 5 }).publish(announcement(), POST, publishOptions);
    expect(peer.maxInFlight).toBe(5);
  });

  it('starts fewer pushes at once when the endpoint throttles', async () => {
    await seedConnections(table, ids(150), POST);
    let inFlight = 0;
    peer.plan = async () => {
      inFlight += 1;
      const response = inFlight > 3 ? 'throttle' : 'ok';
      await new Promise((resolve) => setTimeout(resolve, 1));
      inFlight -= 1;
      return response;
    };
    const figures: ObservedDelivery[] = [];
    const broadcaster = broadcasterWith({
      maxConcurrency: 64,
      observer: { ...silentObserver, onDelivery: (metrics) => figures.push(metrics) },
    });
    await broadcaster.publish(announcement(), POST, publishOptions);
    await drain(broadcaster);
    expect(peer.received.size).toBe(150);
    const sum = (name: 'throttled' | 'delivered') =>
      figures.reduce((total, metrics) => total + metrics[name], 0);
    expect(sum('delivered')).toBe(150);
    // With 64 at once, nearly all would be throttled again and again.
    expect(sum('throttled')).toBeGreaterThan(0);
    expect(sum('throttled')).toBeLessThan(150);
  });

  it('keeps the order of publishing for each connection, also where pushes are repeated', async () => {
    await seedConnections(table, ids(40), POST);
    const random = randomFrom(7);
    peer.plan = () => (random() < 0.2 ? 'fail' : 'ok');
    const broadcaster = broadcasterWith({ retry: { attempts: 12 } });
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        broadcaster.publish(announcement(String(index)), POST, publishOptions),
      ),
    );
    const published = results.map(({ eventId }) => eventId);
    expect(results.every(({ queued }) => queued === 0)).toBe(true);
    for (const messages of peer.received.values()) {
      expect(messages.map((body) => String(JSON.parse(body).id))).toEqual(published);
    }
    expect([...published].sort()).toEqual(published);
  });

  it('queues the rest of a shard that can not be read, and says so', async () => {
    await seedConnections(table, ids(40), POST);
    let reads = 0;
    const throttling = await startThrottlingDynamoDb(services.dynamoDbEndpoint, (operation) => {
      reads += 1;
      return operation === 'Query' && reads > SHARDS;
    });
    const client = new DynamoDBClient({
      endpoint: throttling.endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      maxAttempts: 1,
    });
    const warnings: string[] = [];
    const log = {
      info: () => undefined,
      warn: (message: string, fields: Readonly<Record<string, unknown>>) =>
        void warnings.push(`${message} ${typeof fields.eventId} ${String(fields.correlation_id)}`),
    };
    const result = await broadcasterWith({ client, observer: { ...silentObserver, log } }).publish(
      announcement(),
      POST,
      publishOptions,
    );
    client.destroy();
    await throttling.close();
    expect(result).toMatchObject({ recipients: 30, delivered: 30, queued: SHARDS });
    expect(warnings).toEqual(Array(SHARDS).fill('recipients could not be read string test'));
    await drain(broadcasterWith());
    expect([...peer.received.values()].map((messages) => messages.length)).toEqual(
      Array(40).fill(1),
    );
  });

  it('fails when it can not even queue, so that the caller publishes again', async () => {
    await seedConnections(table, ids(3), POST);
    const queue = {
      send: () => Promise.reject(new Error('SQS is away')),
      sendToDeadLetters: () => Promise.resolve(),
    };
    const none = { remainingMs: () => 0 };
    await expect(
      broadcasterWith({ queue }).publish(announcement(), POST, { ...publishOptions, budget: none }),
    ).rejects.toThrow('SQS is away');
  });

  it('does not wait for credentials longer than its budget', async () => {
    const waiting = createConnectionsTransport({
      endpoint: peer.endpoint,
      region: REGION,
      credentials: () => new Promise(() => undefined),
    });
    const budget = { remainingMs: () => 1_505 };
    const publishing = broadcasterWith({ transport: waiting }).publish(announcement(), POST, {
      ...publishOptions,
      budget,
    });
    await expect(publishing).rejects.toThrow('could not be opened within 500 ms');
    await waiting.close();
  });

  it.each(['maxConcurrency', 'pageSize', 'shards'])(
    'refuses a %s with which nothing would be delivered',
    (name) => {
      for (const value of [0, -1, 1.5, NaN]) {
        expect(() => broadcasterWith({ [name]: value })).toThrow(RangeError);
      }
    },
  );

  it('gives an event that is published again the same id', async () => {
    await seedConnections(table, ids(2), POST);
    const broadcaster = broadcasterWith();
    const draft = {
      ...announcement(),
      id: '01ARZ3NDEKTSV4RRFFQ69G5FAA',
      occurredAt: '2026-11-23T08:00:00.000Z',
    };
    for (let times = 0; times < 2; times += 1) {
      expect(await broadcaster.publish(draft, POST, publishOptions)).toMatchObject({
        eventId: draft.id,
      });
    }
    expect(new Set([...peer.received.values()].flat()).size).toBe(1);
  });

  it('counts what it did, with the lag from the event to its last delivery', async () => {
    await seedConnections(table, ids(5), POST);
    peer.plan = (id) => (id === 'conn-0000=' ? 'gone' : 'ok');
    const figures: ObservedDelivery[] = [];
    const observer = {
      ...silentObserver,
      onDelivery: (metrics: ObservedDelivery) => figures.push(metrics),
    };
    const occurredAt = new Date(Date.now() - 5_000).toISOString();
    await broadcasterWith({ observer }).publish(
      { ...announcement(), occurredAt },
      POST,
      publishOptions,
    );
    expect(figures).toEqual([
      {
        stage: 'publish',
        channelKind: 'post',
        eventType: 'announcement',
        recipients: 5,
        delivered: 4,
        stale: 1,
        retried: 0,
        throttled: 0,
        queued: 0,
        deadLettered: 0,
        durationMs: expect.any(Number),
        lagMs: expect.any(Number),
        spreadMs: expect.any(Number),
        latencies: expect.any(Object),
      },
    ]);
    const { lagMs = 0, latencies = { values: [], counts: [] } } = figures[0] ?? {};
    expect(lagMs).toBeGreaterThanOrEqual(5_000);
    expect(latencies.counts.reduce((sum, count) => sum + count, 0)).toBe(4);
    // The values are rounded, by up to 1.6 %.
    expect(Math.min(...latencies.values)).toBeGreaterThan(4_900);
    expect(Math.max(...latencies.values)).toBeLessThanOrEqual(lagMs * 1.02);
  });

  it('refuses an event over 128 KB before anything is sent', async () => {
    await seedConnections(table, ids(3), POST);
    const publishing = broadcasterWith().publish(
      announcement('é'.repeat(65_536)),
      POST,
      publishOptions,
    );
    await expect(publishing).rejects.toThrow(EventTooLargeError);
    expect(peer.requests).toBe(0);
  });

  it('takes an event of 128 KB to the byte, also through the queue, and not one byte more', async () => {
    await seedConnections(table, ids(1), POST);
    const broadcaster = broadcasterWith();
    await broadcaster.publish(announcement(''), POST, publishOptions);
    const room = 128 * 1024 - Buffer.byteLength(peer.received.get('conn-0000=')?.[0] ?? '');
    const text = `${'é'.repeat(Math.floor(room / 2))}${'x'.repeat(room % 2)}`;
    await broadcaster.publish(announcement(text), POST, {
      ...publishOptions,
      budget: { remainingMs: () => 0 },
    });
    await drain(broadcaster);
    expect(Buffer.byteLength(peer.received.get('conn-0000=')?.[1] ?? '')).toBe(128 * 1024);
    await expect(
      broadcaster.publish(announcement(`${text}x`), POST, publishOptions),
    ).rejects.toThrow(EventTooLargeError);
  });

  it('refuses an event that can not be written as JSON', async () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    const draft = { type: 'announcement' as const, data: { deep } };
    const publishing = broadcasterWith().publish(draft, POST, publishOptions);
    await expect(publishing).rejects.toThrow(InvalidEventError);
  });

  it('refuses an event that does not fit its schema, naming what is wrong', async () => {
    const draft = { type: 'post.deleted' as const, data: { postId: 'x', deletedAt: 'yesterday' } };
    const publishing = broadcasterWith().publish(draft, POST, publishOptions);
    await expect(publishing).rejects.toThrow(InvalidEventError);
    await expect(publishing).rejects.toThrow(/data\.postId: expected a ULID; data\.deletedAt/);
  });
});
