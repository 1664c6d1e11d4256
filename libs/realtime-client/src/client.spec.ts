import { createRealtimeClient } from './client.ts';
import { LEAST_AGE_MS, MAX_REFUSALS } from './limits.ts';
import { World, type Page } from './testing/world.ts';

const ids = ({ events }: Page): string[] => events.map(({ id }) => id);
const MINUTE = 60_000;

describe('events', () => {
  test('reach a subscriber once and in order, although a connection is lost', async () => {
    const world = new World();
    const page = world.page();
    world.subscribe(page);
    await world.clock.advance(2_000);
    const first = world.write('one');
    await world.clock.advance(2_000);
    expect(ids(page)).toEqual([first]);

    for (const connection of world.server.connections) world.server.reset(connection);
    const missed = [
      world.write('two'),
      world.write('one', 'edited'),
      world.write('two', undefined),
    ];
    await world.clock.advance(10_000);
    expect(ids(page)).toEqual([first, missed[1], missed[2]]);
    expect(page.truncations).toBe(1);
  });

  test('that arrive between replayed ones are sorted by their ids', async () => {
    const world = new World();
    const since = world.table.newId(world.clock.nowMs);
    const old = Array.from({ length: 20 }, (_, n) => world.write(`old-${n}`));
    await world.clock.advance(3_000);
    const page = world.page();
    world.subscribe(page, since);
    // The replay takes a while; meanwhile, newer events arrive.
    await world.clock.advance(250);
    const live = [world.write('live-1'), world.write('live-2')];
    await world.clock.advance(10_000);
    expect(ids(page)).toEqual([...old, ...live]);
    expect(page.truncations).toBe(0);
  });

  test('that are older than a day are not replayed: the caller has to load', async () => {
    const world = new World();
    const page = world.page();
    world.subscribe(page, world.table.newId(world.clock.nowMs - 25 * 60 * MINUTE));
    await world.clock.advance(2_000);
    expect(page.truncations).toBe(1);
    const next = world.write('one');
    await world.clock.advance(2_000);
    expect(ids(page)).toEqual([next]);
  });

  test('that are older than what the caller loaded are not delivered', async () => {
    const world = new World();
    const old = world.write('one');
    await world.clock.advance(60_000);
    const since = world.write('two');
    await world.clock.advance(2_000);
    const page = world.page();
    world.subscribe(page, since);
    await world.clock.advance(2_000);
    const [connection] = world.server.connections;
    for (const id of [old, since]) {
      const event = { type: 'comment.deleted', id, channel: world.table.channel, data: {} };
      connection?.socket.onmessage?.({ data: JSON.stringify(event) });
    }
    expect(ids(page)).toEqual([since]);
  });

  test('are delivered although a listener throws', async () => {
    const world = new World();
    const page = world.page();
    page.client.subscribe(world.table.channel, {
      onEvent: () => {
        throw new Error('broken');
      },
    });
    world.subscribe(page);
    await world.clock.advance(2_000);
    world.write('one');
    await world.clock.advance(2_000);
    expect(page.events).toHaveLength(1);
    expect(page.tab.errors).toEqual([new Error('broken')]);
  });

  test('of a channel that nobody listens to any more are not sent any more', async () => {
    const world = new World();
    const page = world.page();
    const subscriptions = [world.subscribe(page), world.subscribe(page)];
    await world.clock.advance(2_000);
    const [connection] = world.server.connections;
    subscriptions[0]?.close();
    await world.clock.advance(2_000);
    expect(connection?.joined.size).toBe(1);
    subscriptions[1]?.close();
    world.subscribe(page).close();
    await world.clock.advance(2_000);
    expect(connection?.joined.size).toBe(0);
  });
});

describe('a dead connection', () => {
  test.each([
    ['within 40 s in a visible tab', true, 40_000],
    ['within 310 s in a hidden tab', false, 310_000],
  ])('is noticed %s', async (_case, visible, ms) => {
    const world = new World();
    const page = world.page();
    world.subscribe(page);
    await world.clock.advance(2_000);
    page.tab.show(visible);
    await world.clock.advance(1_000_000);
    expect(page.client.state.status).toBe('open');
    for (const connection of world.server.connections) connection.isHalfOpen = true;
    await world.clock.advance(ms);
    expect(page.states.slice(2)).toContain('waiting');
  });

  test('is noticed within 5 s when the network is back', async () => {
    const world = new World();
    const page = world.page();
    world.subscribe(page);
    await world.clock.advance(20_000);
    for (const connection of world.server.connections) connection.isHalfOpen = true;
    page.tab.wake();
    await world.clock.advance(5_001);
    expect(page.client.state.status).toBe('waiting');
  });

  test('costs an idle client one timer, and a ping every 30 s, or every 5 minutes in a hidden tab', async () => {
    const world = new World();
    const page = world.page();
    world.subscribe(page);
    await world.clock.advance(5_000);
    const [connection] = world.server.connections;
    // The other timer is the server's, for its own limits.
    expect(world.clock.timers).toBe(2);
    await world.clock.advance(10 * MINUTE);
    expect([19, 20]).toContain(connection?.pings);
    page.tab.show(false);
    await world.clock.advance(60 * MINUTE);
    expect(connection?.pings).toBeLessThanOrEqual(20 + 13);
    expect(world.server.handshakes).toHaveLength(1);
  });
});

describe('reconnecting', () => {
  /** How many of `clients`, whose connections end together, complete a handshake within `ms`. */
  async function backWithin(clients: number, ms: number): Promise<number> {
    let drawn = 0;
    const world = new World({ random: () => (drawn = (drawn + 0.618034) % 1) });
    for (let count = 0; count < clients; count += 1) world.subscribe(world.page());
    await world.clock.advance(60_000);
    const before = world.server.handshakes.length;
    for (const connection of [...world.server.connections]) world.server.reset(connection);
    await world.clock.advance(ms);
    return world.server.handshakes.length - before;
  }

  test('is spread over two seconds at first', async () => {
    const first = await backWithin(200, 500);
    expect(first).toBeGreaterThan(200 / 8);
    expect(first).toBeLessThan(200 / 2);
    expect(await backWithin(200, 2_000)).toBe(200);
  });

  test('waits longer each time, at most 30 s, while the server refuses', async () => {
    const world = new World({ random: () => 0.999 });
    world.server.faults.refuse = 1;
    world.subscribe(world.page());
    await world.clock.advance(10 * MINUTE);
    const times = world.server.handshakes.map(({ atMs }) => atMs / 1000);
    const pauses = times.slice(1).map((time, index) => Math.floor(time - (times[index] ?? 0)));
    expect(pauses.slice(0, 5)).toEqual([2, 4, 8, 16, 30]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(31);
  });

  test('happens at once when the network is back or the tab becomes visible', async () => {
    const world = new World({ random: () => 0.999 });
    world.server.faults.networkDown = true;
    const page = world.page();
    world.subscribe(page);
    await world.clock.advance(50_000);
    expect(page.client.state.status).toBe('waiting');
    world.server.faults.networkDown = false;
    page.tab.wake();
    await world.clock.advance(500);
    expect(page.client.state.status).toBe('open');
  });

  test('ends a handshake that hangs on the previous network', async () => {
    const world = new World();
    world.server.faults.hang = 1;
    const page = world.page();
    world.subscribe(page);
    await world.clock.advance(3_000);
    world.server.faults.hang = 0;
    page.tab.wake();
    await world.clock.advance(500);
    expect(page.client.state.status).toBe('open');
  });

  test('continues with longer and longer pauses when a server accepts connections and drops them', async () => {
    const world = new World();
    world.subscribe(world.page());
    for (let second = 0; second < 120; second += 1) {
      await world.clock.advance(1_000);
      for (const connection of [...world.server.connections]) world.server.reset(connection);
    }
    expect(world.server.handshakes.length).toBeLessThan(15);
  });
});

test('a connection is replaced before two hours are over, and stays until the new one has joined', async () => {
  const world = new World();
  const page = world.page();
  world.subscribe(page);
  await world.clock.advance(1_000);
  const [old] = world.server.connections;
  let withoutChannel = 0;
  const pass = async (ms: number): Promise<void> => {
    await world.clock.advance(ms);
    if (![...world.server.connections].some(({ joined }) => joined.size > 0)) withoutChannel += 1;
  };
  for (let minute = 0; minute < 2 * 60; minute += 1) {
    world.write(`comment-${minute}`);
    // It is replaced in one of these minutes. The message that joins is under way for 20 ms.
    const step = minute >= 90 && minute < 112 ? 10 : 1_000;
    for (let ms = 0; ms < MINUTE; ms += step) await pass(step);
  }
  expect(world.server.handshakes).toHaveLength(2);
  const [first, second] = world.server.handshakes.map(({ atMs }) => atMs);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(LEAST_AGE_MS);
  expect([withoutChannel, old?.isClosed]).toEqual([0, true]);
  expect(page.events).toHaveLength(120);
  expect([page.states, page.truncations]).toEqual([['connecting', 'open'], 1]);
});

describe('a token', () => {
  test('is requested before every handshake', async () => {
    const world = new World();
    const asked: boolean[] = [];
    const token = ({ refused }: { refused: boolean }): Promise<string> => {
      asked.push(refused);
      return Promise.resolve('a.b.c');
    };
    const page = world.page({ token });
    world.subscribe(page);
    await world.clock.advance(2_000);
    page.client.reconnect();
    await world.clock.advance(2_000);
    expect(asked).toEqual([false, false]);
    expect(world.server.handshakes.every(({ signedIn }) => signedIn)).toBe(true);
    expect(world.server.connections.size).toBe(1);
  });

  test('that is refused leads to an error and no further handshakes, until there is another token', async () => {
    const world = new World();
    const asked: boolean[] = [];
    world.server.faults.tokensRefused = true;
    const page = world.page({
      token: ({ refused }) => {
        asked.push(refused);
        return 'a.b.c';
      },
    });
    world.subscribe(page);
    await world.clock.advance(60 * MINUTE);
    expect(page.client.state).toMatchObject({
      status: 'refused',
      error: { name: 'TokenRefusedError', message: expect.stringContaining('sign in again') },
    });
    expect(asked).toEqual([false, true, true, true, true]);
    expect(world.server.handshakes).toHaveLength(MAX_REFUSALS + 1);
    expect(world.server.connections.size).toBe(0);

    world.server.faults.tokensRefused = false;
    page.client.reconnect();
    const id = world.write('one');
    await world.clock.advance(3_000);
    expect([page.client.state.status, ids(page)]).toEqual(['open', [id]]);
  });

  test('does not count as refused while the server refuses everybody', async () => {
    const world = new World();
    world.server.faults.refuse = 1;
    const page = world.page({ token: () => 'a.b.c' });
    world.subscribe(page);
    await world.clock.advance(60 * MINUTE);
    world.server.faults.refuse = 0;
    await world.clock.advance(MINUTE);
    expect(page.client.state.status).toBe('open');
    expect([...world.server.handshakes].at(-1)?.signedIn).toBe(true);
  });

  test('that can not be fetched is fetched again', async () => {
    const world = new World();
    let tries = 0;
    const page = world.page({
      token: () => {
        tries += 1;
        return tries < 3 ? Promise.reject(new Error('offline')) : Promise.resolve('a.b.c');
      },
    });
    world.subscribe(page);
    await world.clock.advance(MINUTE);
    expect([tries, page.client.state.status]).toEqual([3, 'open']);
    expect(page.tab.errors).toHaveLength(2);
  });
});

test('a request that failed with an error of the server is sent again, a little later', async () => {
  const world = new World();
  world.server.faults.error = 1;
  const page = world.page();
  world.subscribe(page);
  await world.clock.advance(10_000);
  expect(page.truncations).toBe(0);
  world.server.faults.error = 0;
  await world.clock.advance(MINUTE);
  const id = world.write('one');
  await world.clock.advance(3_000);
  expect([page.truncations, world.server.handshakes.length]).toEqual([1, 1]);
  expect(ids(page)).toEqual([id]);
});

test('a channel that can not be joined is tried less and less often, and does not disturb others', async () => {
  const world = new World();
  const page = world.page();
  world.server.closedChannel = 'all';
  page.client.subscribe('all', { onEvent: () => undefined });
  world.subscribe(page);
  await world.clock.advance(10 * MINUTE);
  const id = world.write('one');
  await world.clock.advance(3_000);
  expect([ids(page), world.server.handshakes.length]).toEqual([[id], 1]);
  const [connection] = world.server.connections;
  expect(connection?.received).toBeLessThan(60);
});

test('a client that is closed leaves nothing behind', async () => {
  const world = new World();
  const page = world.page();
  {
    using client = page.client;
    world.subscribe(page);
    expect(client.state.status).toBe('connecting');
    await world.clock.advance(2_000);
  }
  await world.clock.advance(1_000);
  expect([world.server.connections.size, world.clock.timers]).toEqual([0, 0]);
  expect(page.client.state).toEqual({ status: 'closed' });
  expect(() => world.subscribe(page)).toThrow('the realtime client is closed');
});

test('a client without subscriptions does nothing', async () => {
  const world = new World({ sharesTabs: true });
  const page = world.page();
  page.tab.wake();
  page.client.reconnect();
  await world.clock.advance(MINUTE);
  expect([page.client.state.status, world.server.handshakes]).toEqual(['idle', []]);
});

test.each(['https://example.test', 'example.test', ''])('the URL %j is refused', (url) => {
  expect(() => createRealtimeClient({ url })).toThrow(RangeError);
});

test('a value that is not a channel, and a `since` that is not an event’s id, are refused', () => {
  const { client } = new World().page();
  const channel = 'post:1' as const;
  expect(() => client.subscribe(channel, { onEvent: () => undefined })).toThrow(
    '"post:1" is not a channel: "all" or "post:<ULID>"',
  );
  expect(() => client.subscribe('all', { since: 'yesterday', onEvent: () => undefined })).toThrow(
    'since: "yesterday" is not the id of an event (a ULID)',
  );
});
