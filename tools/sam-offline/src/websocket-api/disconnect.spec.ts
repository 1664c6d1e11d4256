import { startGateway } from './testing/gateway-builder.ts';
import type { TestClient, TestGateway } from './testing/gateway-builder.ts';

/** Ends a connection in some way, and returns the reason that `$disconnect` was given. */
async function ended(
  gateway: TestGateway,
  end: (client: TestClient) => void | Promise<void>,
): Promise<[unknown, unknown]> {
  const client = await gateway.connect();
  await end(client);
  const { requestContext } = await gateway.invoker.nth('disconnect');
  expect(requestContext.connectionId).toBe(client.connectionId);
  expect(gateway.counts().open).toBe(0);
  return [requestContext.disconnectStatusCode, requestContext.disconnectReason];
}

describe('$disconnect', () => {
  it('gets the client’s code and reason', async () => {
    await using gateway = await startGateway();
    const told = await ended(gateway, ({ socket }) => {
      socket.close(1001, 'off to lunch');
    });
    expect(told).toEqual([1001, 'off to lunch']);
    expect(gateway.counts().closed).toEqual({ 1001: 1 });
  });

  it('gets 1005 when the client closes without a code', async () => {
    await using gateway = await startGateway();
    const told = await ended(gateway, ({ socket }) => {
      socket.close();
    });
    expect(told).toEqual([1005, 'Client-side close frame status not set']);
  });

  it('gets 1006 when the client vanishes without a close frame', async () => {
    await using gateway = await startGateway();
    const told = await ended(gateway, ({ socket }) => {
      socket.terminate();
    });
    expect(told[0]).toBe(1006);
  });

  it('gets 1001 Going away, as the client does, after the idle time', async () => {
    await using gateway = await startGateway({}, { limits: { idleMs: 40 } });
    const told = await ended(gateway, async ({ closed }) => {
      expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
    });
    expect(told).toEqual([1001, 'Going away']);
  });

  it('gets 1001 Going away when the connection is too old, however busy it is', async () => {
    await using gateway = await startGateway({}, { limits: { lifetimeMs: 100 } });
    const told = await ended(gateway, async ({ closed, socket }) => {
      const chatter = setInterval(() => {
        socket.send('busy');
      }, 5);
      expect((await closed).code).toBe(1001);
      clearInterval(chatter);
    });
    expect(told).toEqual([1001, 'Going away']);
  });

  it('gets 1001 when half a frame came and nothing more', async () => {
    await using gateway = await startGateway({}, { limits: { idleMs: 40 } });
    const told = await ended(gateway, async ({ closed, raw }) => {
      raw.write(Buffer.from([0x81, 0x8a, 1, 2, 3, 4, 0x40]));
      expect((await closed).code).toBe(1001);
    });
    expect(told[0]).toBe(1001);
  });

  it('is invoked once', async () => {
    await using gateway = await startGateway();
    await ended(gateway, async (client) => {
      client.socket.close();
      await client.closed;
    });
    await gateway.server.close();
    expect(gateway.invoker.of('disconnect')).toHaveLength(1);
  });

  it('is invoked for every connection when the server stops, and they get 1001', async () => {
    const gateway = await startGateway();
    const clients = await Promise.all([gateway.connect(), gateway.connect()]);
    await gateway.server.close();
    expect(gateway.invoker.of('disconnect')).toHaveLength(2);
    for (const { closed } of clients) expect((await closed).code).toBe(1001);
  });

  it('may fail, which has no effect but a line in the log', async () => {
    await using gateway = await startGateway({
      disconnect: () => {
        throw new Error('boom');
      },
    });
    await ended(gateway, ({ socket }) => {
      socket.close();
    });
    await gateway.connect();
    expect(
      gateway.events.of('route.integrated').find(({ routeKey }) => routeKey === '$disconnect'),
    ).toMatchObject({ integration: { outcome: 'failed', error: 'Error: boom' } });
  });
});

describe('the idle time', () => {
  it('begins again with messages, pings and pushes', async () => {
    await using gateway = await startGateway({}, { limits: { idleMs: 500 } });
    const [talker, pinger, idler] = await Promise.all([
      gateway.connect(),
      gateway.connect(),
      gateway.connect(),
    ]);
    const activity = setInterval(() => {
      talker.send('x');
      pinger.socket.ping();
    }, 20);
    await idler.closed;
    const open = [...gateway.server.connections].map(({ connectionId }) => connectionId);
    clearInterval(activity);
    expect(open.sort()).toEqual([talker.connectionId, pinger.connectionId].sort());
  });
});
