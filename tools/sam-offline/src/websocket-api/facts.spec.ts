import { route, startGateway } from './testing/gateway-builder.ts';

const failing = () => {
  throw new Error('no');
};
const pong = () => ({ statusCode: 200, body: 'pong' });
const api = { routes: [route('ping', { hasRouteResponse: true }), route('fail')] };

it('has the frame that responds to a message in the fact of its route', async () => {
  await using gateway = await startGateway({ ping: pong, fail: failing }, { api });
  const contents: unknown[] = [];
  gateway.events.bus.subscribe(({ type }, content) => {
    if (type === 'route.integrated') contents.push(content?.toString());
  });
  const client = await gateway.connect();
  client.send({ action: 'ping' });
  expect(await client.next()).toBe('pong');
  expect(gateway.events.of('frame.sent')).toEqual([]);
  // A header of two bytes, and the text.
  expect(gateway.events.of('route.integrated')).toMatchObject([
    { routeKey: 'ping', frameBytes: 6, integration: { outcome: 'responded' } },
  ]);
  expect(contents).toEqual(['pong']);
});

it('has a fact of its own for the frame of an error', async () => {
  await using gateway = await startGateway({ ping: pong, fail: failing }, { api });
  const client = await gateway.connect();
  client.send({ action: 'fail' });
  await client.next();
  const facts = gateway.events.all.filter(({ requestId }) => requestId !== undefined).slice(-2);
  expect(facts).toMatchObject([
    { type: 'route.integrated', integration: { outcome: 'failed' } },
    { type: 'frame.sent', cause: 'gateway-message' },
  ]);
  expect(facts[0]).toMatchObject({ frameBytes: undefined });
});

it('does not count in the latency how long an earlier message holds back the response', async () => {
  const first = Promise.withResolvers<unknown>();
  const handlers = {
    ping: ({ body }: { body: string }) => (body.includes('slow') ? first.promise : pong()),
  };
  let nowMs = performance.now();
  using _ = { [Symbol.dispose]: mockClock(() => nowMs) };
  await using gateway = await startGateway(handlers, { api });
  const client = await gateway.connect();
  client.send({ action: 'ping', as: 'slow' });
  client.send({ action: 'ping', as: 'fast' });
  await gateway.invoker.nth('ping', 2);
  // The second message has its response now, and waits for that of the first.
  await new Promise(setImmediate);
  nowMs += 100;
  first.resolve(pong());
  await client.next();
  await client.next();
  expect(gateway.events.of('route.integrated')).toMatchObject([
    { integration: { latencyMs: 100 }, heldMs: undefined },
    { integration: { latencyMs: 0 }, heldMs: 100 },
  ]);
});

function mockClock(now: () => number): () => void {
  const mocked = jest.spyOn(performance, 'now').mockImplementation(now);
  return () => {
    mocked.mockRestore();
  };
}
