import { createBroadcaster } from './broadcaster.ts';
import { ConnectionsPeer } from './testing/connections-peer.ts';
import { allRows, CREDENTIALS, REGION, startLocalServices } from './testing/local-services.ts';
import { randomFrom } from './testing/random.ts';
import { type ConnectionsTable, createChannelStore } from './channels/index.ts';
import { createFanoutQueue } from './queue/index.ts';
import { createConnectionsTransport } from './transport/index.ts';

const POST = 'post:01ARZ3NDEKTSV4RRFFQ69G5FAV';
const CLIENTS = 20;
/** The settings of each deployment, in order; see "ChannelShards" in docs/operations.md. */
const STEPS = [
  { shards: 4, otherShards: 8 },
  { shards: 8, otherShards: 4 },
  { shards: 8, otherShards: undefined },
] as const;
const FUNCTIONS = ['connect', 'messages', 'disconnect', 'publish'] as const;

/**
 * Clients connect, subscribe, leave and come back, and a publisher publishes without a pause, while
 * the number of shards changes from 4 to 8 as docs/operations.md describes. A deployment changes
 * one function at a time.
 */
test('nobody misses an event and no row is left while the number of shards is changed under load', async () => {
  const services = await startLocalServices();
  const peer = await ConnectionsPeer.start();
  const transport = createConnectionsTransport({
    endpoint: peer.endpoint,
    region: REGION,
    credentials: () => Promise.resolve(CREDENTIALS),
  });
  const random = randomFrom(11);
  const table = await services.connectionsTable(4);
  const queue = createFanoutQueue({ client: services.sqs, ...(await services.queues()) });
  const settings = new Map<string, ConnectionsTable>(FUNCTIONS.map((name) => [name, table]));
  const of = (name: (typeof FUNCTIONS)[number]): ConnectionsTable => settings.get(name) ?? table;

  /** Connections whose client was told `subscribed` and has not left. */
  const subscribed = new Set<string>();
  const open = new Set<string>();
  const over = new AbortController();
  const isOver = (): boolean => over.signal.aborted;
  let published = 0;
  let connected = 0;
  peer.plan = (id) => (open.has(id) ? 'ok' : 'gone');

  async function client(name: number): Promise<void> {
    for (let session = 1; !isOver(); session += 1) {
      const connectionId = `client-${name}-${session}=`;
      // This is longer ago than a handshake, so a 410 would remove rows that are still needed.
      const connectedAtMs = Date.now() - 300_000;
      open.add(connectionId);
      await createChannelStore(of('connect')).connect({ connectionId, connectedAtMs });
      connected += 1;
      await createChannelStore(of('messages')).subscribe(connectionId, [POST]);
      subscribed.add(connectionId);
      const until = published + 1 + Math.floor(random() * 4);
      while (published < until && !isOver()) await new Promise((done) => setImmediate(done));
      subscribed.delete(connectionId);
      open.delete(connectionId);
      await createChannelStore(of('disconnect')).disconnect(connectionId);
    }
  }

  const missed: string[] = [];
  async function publisher(): Promise<void> {
    while (!isOver()) {
      const before = [...subscribed];
      const broadcaster = createBroadcaster({ ...of('publish'), transport, queue });
      const { eventId } = await broadcaster.publish(
        { type: 'announcement', data: { published } },
        POST,
        { budget: { remainingMs: () => 60_000 }, correlationId: 'resharding' },
      );
      published += 1;
      for (const id of before) {
        const got = (peer.received.get(id) ?? []).some((body) => body.includes(eventId));
        if (subscribed.has(id) && !got) missed.push(`${id} missed event ${published}`);
      }
    }
  }

  const running = [publisher(), ...Array.from({ length: CLIENTS }, (_, name) => client(name))];
  /** Waits until so many more events are published, and so many connections were made meanwhile. */
  async function load(events: number, connections = 0): Promise<void> {
    const [event, connection] = [published + events, connected + connections];
    while (published < event || connected < connection) {
      await Promise.race([...running, new Promise((done) => setImmediate(done))]);
    }
  }
  try {
    await load(2, CLIENTS);
    for (const [step, change] of STEPS.entries()) {
      // This stands for the 2 h 10 min before the last step: afterwards no earlier connection is
      // left.
      if (step === 2) await load(6, 2 * CLIENTS);
      for (const name of [...FUNCTIONS].sort(() => random() - 0.5)) {
        settings.set(name, { ...table, ...change });
        await load(1);
      }
    }
    await load(2, CLIENTS);
  } finally {
    over.abort();
    await Promise.all(running);
  }
  const rows = await allRows(table);
  await transport.close();
  await peer.close();
  await services.close();
  expect(missed).toEqual([]);
  expect(published).toBeGreaterThan(FUNCTIONS.length * STEPS.length);
  expect(rows).toEqual([]);
}, 60_000);
