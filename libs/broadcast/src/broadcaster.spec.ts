import { createBroadcaster, type BroadcasterOptions } from './broadcaster.ts';
import type { ConnectionsTable } from './channels/remove-connection.ts';
import type { Broadcaster, Budget } from './contract.ts';
import { EventTooLargeError, InvalidEventError } from './errors.ts';
import { createFanoutQueue } from './queue/fanout-queue.ts';
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
import { createConnectionsTransport, type ConnectionsTransport } from './transport/transport.ts';

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
      postTimeoutMs: 400,
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

  it('removes every row of connections that answer 410', async () => {
    await seedConnections(table, ids(60), POST);
    const before = await allRows(table);
    peer.plan = (id) => (Number(id.slice(5, 9)) % 2 === 0 ? 'gone' : 'ok');
    const result = await broadcasterWith().publish(announcement(), POST, publishOptions);
    expect(result).toMatchObject({ recipients: 60, delivered: 30, stale: 30 });
    expect(await allRows(table)).toEqual(
      before.filter((row) => Number(row.slice(-5, -1)) % 2 === 1),
    );
  });

  it('queues what the budget has no time for, and delivers it exactly once from there', async () => {
    await seedConnections(table, ids(100), POST);
    let posts = 0;
    peer.plan = () => {
      posts += 1;
      return 'ok';
    };
    const broadcaster = broadcasterWith({ maxConcurrency: 4 });
    const result = await broadcaster.publish(announcement(), POST, {
      ...publishOptions,
      budget: { remainingMs: () => (posts < 25 ? 60_000 : 0) },
    });
    expect(result.delivered).toBeGreaterThanOrEqual(25);
    expect(result.delivered).toBeLessThan(40);
    expect(result.queued).toBeGreaterThan(0);
    await drain(broadcaster);
    expect(peer.received.size).toBe(100);
    expect([...peer.received.values()].every((messages) => messages.length === 1)).toBe(true);
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

  it('refuses an event that does not fit its schema, naming what is wrong', async () => {
    const draft = { type: 'post.deleted' as const, data: { postId: 'x', deletedAt: 'yesterday' } };
    const publishing = broadcasterWith().publish(draft, POST, publishOptions);
    await expect(publishing).rejects.toThrow(InvalidEventError);
    await expect(publishing).rejects.toThrow(/data\.postId: expected a ULID; data\.deletedAt/);
  });
});
