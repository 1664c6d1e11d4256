import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MAX_CHANNELS_PER_CONNECTION, postChannel, type Channel } from '@blogapp/shared-types';
import fc from 'fast-check';
import type { ChannelStore } from '../contract.ts';
import { ConnectionGoneError, TooManyChannelsError } from '../errors.ts';
import {
  allRows,
  CREDENTIALS,
  REGION,
  startLocalServices,
  type LocalServices,
} from '../testing/local-services.ts';
import { rowKey } from './keys.ts';
import { removeGoneConnections, type ConnectionsTable } from './remove-connection.ts';
import { createChannelStore } from './store.ts';

const SHARDS = 4;
const CHANNELS = ['A', 'B', 'C'].map((letter) => postChannel(`01ARZ3NDEKTSV4RRFFQ69G5FA${letter}`));
const [A = 'all', B = 'all', C = 'all'] = CHANNELS;

describe('channel store', () => {
  let services: LocalServices;
  let table: ConnectionsTable;
  let store: ChannelStore;

  beforeAll(async () => {
    services = await startLocalServices();
    table = await services.connectionsTable(SHARDS);
    store = createChannelStore(table);
  });
  afterAll(() => services.close());

  let connections = 0;
  const newId = (): string => `c${(connections += 1)}=`;
  const connect = (connectionId: string, connectedAtMs = Date.now() - 300_000) =>
    store.connect({ connectionId, connectedAtMs });
  const rowsOf = async (connectionId: string): Promise<string[]> =>
    (await allRows(table)).filter((row) => row.endsWith(` ${connectionId}`));
  const rowsIn = (connectionId: string, channels: Iterable<Channel>): string[] =>
    [...channels]
      .map((channel) => `${rowKey(channel, connectionId, SHARDS).channel} ${connectionId}`)
      .sort();

  it('puts a connection in `all` when it connects', async () => {
    const id = newId();
    await connect(id);
    expect(await rowsOf(id)).toEqual(rowsIn(id, ['all']));
  });

  it('joins and leaves channels, and stays in those that it joined before', async () => {
    const id = newId();
    await connect(id);
    await store.subscribe(id, [A, B]);
    await store.subscribe(id, [B, C, 'all']);
    await store.unsubscribe(id, [A, 'all']);
    expect(await rowsOf(id)).toEqual(rowsIn(id, ['all', B, C]));
  });

  it('removes every row on disconnect, says which channels they were in, and does so once', async () => {
    const id = newId();
    await connect(id);
    await store.subscribe(id, [A, B]);
    expect([...(await store.disconnect(id))].sort()).toEqual(['all', A, B].sort());
    expect(await rowsOf(id)).toEqual([]);
    expect(await store.disconnect(id)).toEqual([]);
  });

  it('keeps the channels of a connection whose `$connect` is repeated', async () => {
    const id = newId();
    await connect(id);
    await store.subscribe(id, [A]);
    await connect(id);
    await store.disconnect(id);
    expect(await rowsOf(id)).toEqual([]);
  });

  it('refuses a late subscribe and ignores a late unsubscribe', async () => {
    const id = newId();
    await connect(id);
    await store.disconnect(id);
    await expect(store.subscribe(id, [A])).rejects.toThrow(ConnectionGoneError);
    await expect(store.subscribe(id, ['all'])).rejects.toThrow(ConnectionGoneError);
    await store.unsubscribe(id, [A]);
    expect(await rowsOf(id)).toEqual([]);
  });

  it('limits the channels of a connection, because broadcasts to `all` read their list', async () => {
    const id = newId();
    await connect(id);
    const channels = Array.from({ length: MAX_CHANNELS_PER_CONNECTION }, (_, index) =>
      postChannel(`01ARZ3NDEKTSV4RRFFQ69G${String(index).padStart(4, '0')}`),
    );
    await store.subscribe(id, channels);
    await expect(store.subscribe(id, [A])).rejects.toThrow(TooManyChannelsError);
    // A channel that is joined already does not count: clients subscribe again for what they
    // missed.
    await store.subscribe(id, channels.slice(0, 50));
    await store.unsubscribe(id, channels.slice(0, 1));
    await expect(store.subscribe(id, [A, B, ...channels.slice(1, 9)])).rejects.toThrow(
      TooManyChannelsError,
    );
    await store.subscribe(id, [A, ...channels.slice(1, 50)]);
    expect(await rowsOf(id)).toEqual(rowsIn(id, ['all', A, ...channels.slice(1)]));
    expect(await store.disconnect(id)).toHaveLength(MAX_CHANNELS_PER_CONNECTION + 1);
    expect(await rowsOf(id)).toEqual([]);
  });

  it('removes all rows of gone connections, wherever they were found', async () => {
    const [one, two, orphan] = [newId(), newId(), newId()];
    await connect(one);
    await store.subscribe(one, [A, B]);
    await connect(two);
    await store.subscribe(two, [A]);
    await removeGoneConnections(table, [one, orphan], A);
    expect(await rowsOf(one)).toEqual([]);
    expect(await rowsOf(two)).toEqual(rowsIn(two, ['all', A]));
  });

  it('removes all rows of those gone connections whose own row can be deleted', async () => {
    const [one, stuck, two] = [newId(), newId(), newId()];
    for (const id of [one, stuck, two]) {
      await connect(id);
      await store.subscribe(id, [A, B]);
    }
    const client = new DynamoDBClient({
      endpoint: services.dynamoDbEndpoint,
      region: REGION,
      credentials: CREDENTIALS,
    });
    client.middlewareStack.add(
      (next) => (request) =>
        JSON.stringify(request.input).includes(`"ReturnValues":"ALL_OLD"`) &&
        JSON.stringify(request.input).includes(`"${stuck}"`)
          ? Promise.reject(new Error('throttled'))
          : next(request),
      { step: 'initialize' },
    );
    const removing = removeGoneConnections({ ...table, client }, [one, stuck, two], A);
    await expect(removing).rejects.toThrow('throttled');
    client.destroy();
    expect(await rowsOf(one)).toEqual([]);
    expect(await rowsOf(two)).toEqual([]);
    expect(await rowsOf(stuck)).toEqual(rowsIn(stuck, ['all', A, B]));
  });

  it('leaves no rows of gone connections behind when DynamoDB does not respond for a moment', async () => {
    const id = newId();
    await connect(id);
    await store.subscribe(id, [A, B]);
    const client = new DynamoDBClient({
      endpoint: services.dynamoDbEndpoint,
      region: REGION,
      credentials: CREDENTIALS,
    });
    let failures = 2;
    client.middlewareStack.add(
      (next) => (request) => {
        const isBatch = JSON.stringify(request.input).includes('RequestItems');
        if (!isBatch || failures === 0) return next(request);
        failures -= 1;
        return Promise.reject(new Error('no connection within 1000 ms'));
      },
      { step: 'initialize' },
    );
    await removeGoneConnections({ ...table, client }, [id], A);
    client.destroy();
    expect(failures).toBe(0);
    expect(await rowsOf(id)).toEqual([]);
  });

  it('keeps a connection whose handshake may still be under way', async () => {
    const id = newId();
    await connect(id, Date.now());
    await removeGoneConnections(table, [id], 'all');
    expect(await rowsOf(id)).toEqual(rowsIn(id, ['all']));
  });

  it('removes a young connection that had subscribed, since its handshake was complete', async () => {
    const id = newId();
    await connect(id, Date.now());
    await store.subscribe(id, [A]);
    await removeGoneConnections(table, [id], A);
    expect(await rowsOf(id)).toEqual([]);
  });

  it('repeats writes that meet a transaction on the same row', async () => {
    const id = newId();
    await connect(id);
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        index % 2 === 0 ? store.subscribe(id, [A]) : store.subscribe(id, [B]),
      ),
    );
    expect(await rowsOf(id)).toEqual(rowsIn(id, ['all', A, B]));
  });

  describe('under any sequence of messages', () => {
    type Step =
      | { readonly do: 'connect' | 'disconnect' | 'gone'; readonly who: number }
      | {
          readonly do: 'subscribe' | 'unsubscribe';
          readonly who: number;
          readonly channels: readonly Channel[];
        };

    const who = fc.nat(2);
    const someChannels = fc.subarray(CHANNELS, { minLength: 1 });
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ do: fc.constant('connect' as const), who }),
      fc.record({ do: fc.constantFrom('disconnect' as const, 'gone' as const), who }),
      {
        arbitrary: fc.record({
          do: fc.constant('subscribe' as const),
          who,
          channels: someChannels,
        }),
        weight: 4,
      },
      {
        arbitrary: fc.record({
          do: fc.constant('unsubscribe' as const),
          who,
          channels: someChannels,
        }),
        weight: 2,
      },
    );

    async function apply(ids: readonly string[], { who: index, ...what }: Step): Promise<void> {
      const id = ids[index] ?? '';
      switch (what.do) {
        case 'connect':
          return connect(id);
        case 'disconnect':
          await store.disconnect(id);
          return;
        case 'gone':
          return removeGoneConnections(table, [id], A);
        case 'subscribe':
          return store.subscribe(id, what.channels).catch((error: unknown) => {
            if (!(error instanceof ConnectionGoneError)) throw error;
          });
        case 'unsubscribe':
          return store.unsubscribe(id, what.channels);
      }
    }

    it('the rows are those of the model, one message after the other', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
          const ids = [newId(), newId(), newId()];
          const model = new Map<string, Set<Channel>>();
          for (const one of steps) {
            const id = ids[one.who] ?? '';
            const joined = model.get(id);
            if (one.do === 'connect') model.set(id, joined ?? new Set<Channel>(['all']));
            else if (one.do === 'subscribe')
              one.channels.forEach((channel) => joined?.add(channel));
            else if (one.do === 'unsubscribe')
              one.channels.forEach((channel) => joined?.delete(channel));
            else model.delete(id);
            await apply(ids, one);
          }
          const expected = ids.flatMap((id) => rowsIn(id, model.get(id) ?? []));
          const rows = (await allRows(table)).filter((row) =>
            ids.includes(row.split(' ')[1] ?? ''),
          );
          expect(rows).toEqual(expected.sort());
          await Promise.all(ids.map((id) => store.disconnect(id)));
        }),
        { numRuns: 40 },
      );
    });

    it('no row is left and none is missing when messages are handled at the same time', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 }),
          async (invocations) => {
            const ids = [newId(), newId(), newId()];
            await Promise.all(ids.map((id) => connect(id)));
            // One invocation handles each list, and all of them run at once.
            await Promise.all(
              invocations.map(async (steps) => {
                // API Gateway connects an id once, before anything else.
                for (const one of steps) if (one.do !== 'connect') await apply(ids, one);
              }),
            );
            for (const id of ids) {
              const rows = await rowsOf(id);
              const disconnected = invocations
                .flat()
                .some(
                  ({ who: index, do: what }) =>
                    ids[index] === id && ['disconnect', 'gone'].includes(what),
                );
              if (disconnected) {
                expect(rows).toEqual([]);
              } else {
                // It is open whether a subscribe or an unsubscribe came last. But the connection's
                // own row lists exactly the rows that exist, so disconnect leaves none.
                expect(rows).toEqual(expect.arrayContaining(rowsIn(id, ['all'])));
                expect(rowsIn(id, await store.disconnect(id))).toEqual(rows);
                expect(await rowsOf(id)).toEqual([]);
              }
            }
          },
        ),
        { numRuns: 25 },
      );
    });

    it('nobody is lost and no row is left while the number of shards is being changed', async () => {
      // A deployment updates one function after the other, so both settings are there at once.
      const before = createChannelStore({ ...table, otherShards: 7 });
      const after = createChannelStore({ ...table, shards: 7, otherShards: SHARDS });
      const mixed = fc.tuple(fc.constantFrom(before, after), step);
      await fc.assert(
        fc.asyncProperty(fc.array(mixed, { maxLength: 14 }), async (steps) => {
          const ids = [newId(), newId(), newId()];
          const model = new Map(ids.map((id) => [id, new Set<Channel>(['all'])]));
          for (const [index, id] of ids.entries()) {
            const first = index % 2 === 0 ? before : after;
            await first.connect({ connectionId: id, connectedAtMs: Date.now() - 300_000 });
          }
          for (const [by, one] of steps) {
            const id = ids[one.who] ?? '';
            const joined = model.get(id);
            if (one.do === 'subscribe') {
              const subscribed = by.subscribe(id, one.channels);
              if (joined !== undefined) await subscribed;
              else await expect(subscribed).rejects.toThrow(ConnectionGoneError);
              one.channels.forEach((channel) => joined?.add(channel));
            } else if (one.do === 'unsubscribe') {
              await by.unsubscribe(id, one.channels);
              one.channels.forEach((channel) => joined?.delete(channel));
            } else if (one.do !== 'connect') {
              expect(new Set(await by.disconnect(id))).toEqual(joined ?? new Set());
              model.delete(id);
            }
          }
          for (const id of ids) {
            // There is one row a channel, whichever number of shards placed it.
            const rows = (await rowsOf(id)).map((row) => row.replace(/#\d+ .*$/, '')).sort();
            expect(rows).toEqual([...(model.get(id) ?? [])].sort());
            await after.disconnect(id);
            expect(await rowsOf(id)).toEqual([]);
          }
        }),
        { numRuns: 15 },
      );
    });
  });
});
