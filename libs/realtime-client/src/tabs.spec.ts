import { World, type Page } from './testing/world.ts';

const ids = ({ events }: Page): string[] => events.map(({ id }) => id);

async function threeTabs(): Promise<{ world: World; pages: readonly [Page, Page, Page] }> {
  const world = new World({ sharesTabs: true });
  const pages = [world.page(), world.page(), world.page()] as const;
  for (const page of pages) world.subscribe(page);
  await world.clock.advance(3_000);
  return { world, pages };
}

test('all tabs share one connection, and one channel on it', async () => {
  const { world, pages } = await threeTabs();
  expect([world.server.handshakes.length, world.server.connections.size]).toEqual([1, 1]);
  const id = world.write('one');
  await world.clock.advance(3_000);
  expect(pages.map(ids)).toEqual([[id], [id], [id]]);
  expect(pages.map(({ client }) => client.state.status)).toEqual(['open', 'open', 'open']);
});

test('a tab that is opened later uses the existing connection', async () => {
  const { world } = await threeTabs();
  const page = world.page();
  world.subscribe(page);
  await world.clock.advance(3_000);
  const id = world.write('one');
  await world.clock.advance(3_000);
  expect([ids(page), page.client.state.status]).toEqual([[id], 'open']);
  expect(world.server.handshakes).toHaveLength(1);
});

test('a leader that is killed is replaced, and no tab misses an event', async () => {
  const { world, pages } = await threeTabs();
  const first = world.write('one');
  await world.clock.advance(3_000);
  world.browser.leader()?.kill();
  const missed = [world.write('two'), world.write('three')];
  await world.clock.advance(5_000);
  const alive = pages.filter(({ tab }) => tab.isAlive);
  expect(alive.map(ids)).toEqual([
    [first, ...missed],
    [first, ...missed],
  ]);
  expect(world.server.connections.size).toBe(1);
});

test('a leader that hangs loses the lock within 40 s, and learns of it when it runs again', async () => {
  const { world, pages } = await threeTabs();
  const first = world.write('one');
  await world.clock.advance(3_000);
  const leader = world.browser.leader();
  leader?.freeze();
  const second = world.write('two');
  await world.clock.advance(45_000);
  const others = pages.filter(({ tab }) => tab !== leader);
  expect(others.map(ids)).toEqual([
    [first, second],
    [first, second],
  ]);
  leader?.thaw();
  await world.clock.advance(5_000);
  expect(pages.map((page) => new Set(ids(page)))).toEqual(
    pages.map(() => new Set([first, second])),
  );
  expect(world.server.connections.size).toBe(1);
  expect(pages.map(({ client }) => client.state.status)).toEqual(['open', 'open', 'open']);
});

test('when a leader is closed, another tab becomes the leader', async () => {
  const { world, pages } = await threeTabs();
  const leading = pages.find(({ tab }) => tab === world.browser.leader());
  leading?.client.close();
  await world.clock.advance(5_000);
  const id = world.write('one');
  await world.clock.advance(3_000);
  const others = pages.filter((page) => page !== leading);
  expect(others.map(ids)).toEqual([[id], [id]]);
  expect(leading?.client.state.status).toBe('closed');
  expect(world.server.connections.size).toBe(1);
});

test('a channel of a tab that was killed is left, unless another tab is in it', async () => {
  const { world, pages } = await threeTabs();
  const [connection] = world.server.connections;
  const others = pages.filter(({ tab }) => tab !== world.browser.leader());
  const leading = pages.find(({ tab }) => tab === world.browser.leader());
  others[0]?.tab.kill();
  await world.clock.advance(3_000);
  expect(connection?.joined.size).toBe(1);
  leading?.client.close();
  await world.clock.advance(3_000);
  const subscribed = [...world.server.connections].map(({ joined }) => joined.size);
  expect(subscribed).toEqual([1]);
});

test('the leader leaves the channels of tabs that were killed', async () => {
  const world = new World({ sharesTabs: true });
  const leading = world.page();
  const subscription = world.subscribe(leading);
  await world.clock.advance(3_000);
  const other = world.page();
  world.subscribe(other);
  await world.clock.advance(3_000);
  subscription.close();
  await world.clock.advance(3_000);
  const [connection] = world.server.connections;
  expect(connection?.joined.size).toBe(1);
  other.tab.kill();
  await world.clock.advance(3_000);
  expect(connection?.joined.size).toBe(0);
});

test('a tab that becomes visible makes its hidden leader check the connection', async () => {
  const { world, pages } = await threeTabs();
  const follower = pages.find(({ tab }) => tab !== world.browser.leader());
  for (const { tab } of pages) tab.show(false);
  world.server.faults.networkDown = true;
  for (const connection of world.server.connections) connection.isHalfOpen = true;
  await world.clock.advance(20_000);
  world.server.faults.networkDown = false;
  follower?.tab.show(true);
  await world.clock.advance(10_000);
  const id = world.write('one');
  await world.clock.advance(3_000);
  expect(pages.map(ids)).toEqual([[id], [id], [id]]);
});

test.each([0, 8_000, 16_000, 24_000])(
  'a visible tab learns within 40 s that the connection of its hidden leader is dead (%d ms)',
  async (laterMs) => {
    const { world, pages } = await threeTabs();
    const visible = pages.find(({ tab }) => tab !== world.browser.leader());
    for (const { tab } of pages) tab.show(tab === visible?.tab);
    await world.clock.advance(1_000_000 + laterMs);
    for (const connection of world.server.connections) connection.isHalfOpen = true;
    expect(visible?.client.state.status).toBe('open');
    await world.clock.advance(40_000);
    expect(visible?.states.slice(2)).toContain('waiting');
    const id = world.write('one');
    await world.clock.advance(10_000);
    expect(pages.map(ids)).toEqual([[id], [id], [id]]);
  },
);

test('a hidden leader whose timers are late ends a dead connection when a visible tab asks again', async () => {
  const { world, pages } = await threeTabs();
  const visible = pages.find(({ tab }) => tab !== world.browser.leader());
  for (const { tab } of pages) tab.show(tab === visible?.tab);
  for (const connection of world.server.connections) connection.isHalfOpen = true;
  world.browser.leader()?.delayTimers();
  await world.clock.advance(70_000);
  expect(visible?.states.slice(2)).toContain('waiting');
});

test('a hidden leader whose timers are late reconnects in time for a visible tab', async () => {
  const { world, pages } = await threeTabs();
  const visible = pages.find(({ tab }) => tab !== world.browser.leader());
  for (const { tab } of pages) tab.show(tab === visible?.tab);
  await world.clock.advance(10_000);
  world.browser.leader()?.delayTimers();
  for (const connection of [...world.server.connections]) world.server.reset(connection);
  // The first retry comes within two seconds.
  await world.clock.advance(5_000);
  expect(visible?.client.state.status).toBe('open');
  const id = world.write('one');
  await world.clock.advance(3_000);
  expect(pages.map(ids)).toEqual([[id], [id], [id]]);
});

test('an idle hidden tab has no timer', async () => {
  const { world, pages } = await threeTabs();
  for (const { tab } of pages) tab.show(false);
  await world.clock.advance(60_000);
  // The two timers are the leader's heartbeat and the server's own limit.
  expect(world.clock.timers).toBe(2);
});

test('every tab knows that a token was refused, and signing in again in one tab connects all', async () => {
  const world = new World({ sharesTabs: true });
  world.server.faults.tokensRefused = true;
  const pages = [world.page({ token: () => 'a.b.c' }), world.page({ token: () => 'a.b.c' })];
  for (const page of pages) world.subscribe(page);
  await world.clock.advance(30 * 60_000);
  for (const { client } of pages) {
    expect(client.state).toMatchObject({ status: 'refused', error: { name: 'TokenRefusedError' } });
  }
  expect(world.server.handshakes).toHaveLength(6);
  world.server.faults.tokensRefused = false;
  pages.find(({ tab }) => tab !== world.browser.leader())?.client.reconnect();
  await world.clock.advance(5_000);
  expect(pages.map(({ client }) => client.state.status)).toEqual(['open', 'open']);
});
