import { lambdaFixture, lambdaFunction, waitUntil } from '../lambda/testing/lambda-fixture.ts';
import type { LambdaFixture } from '../lambda/testing/lambda-fixture.ts';
import { route, startGateway } from './testing/gateway-builder.ts';
import type { TestClient, TestGateway } from './testing/gateway-builder.ts';

/** More than AWS's concurrency of an account. That limit counts here only if it is asked for. */
const MANY = 1_100;

interface BusyStack extends AsyncDisposable {
  readonly lambda: LambdaFixture;
  readonly gateway: TestGateway;
}

/** Starts a gateway whose functions have one process each, so that nearly every event waits. */
async function busyStack(options: { readonly concurrency?: number } = {}): Promise<BusyStack> {
  const code = 'exports.handler = async ({ body }) => ({ statusCode: 200, body });';
  const lambda = lambdaFixture(
    ['connect', 'disconnect', 'default'].map((name) => lambdaFunction(name, code)),
    { environments: { perFunction: 1, total: 1 }, ...options },
  );
  const routes = ['$connect', '$disconnect', '$default'].map((key) =>
    route(key, { hasRouteResponse: key === '$default' }),
  );
  const gateway = await startGateway({}, { api: { routes }, invoker: lambda.service });
  return {
    lambda,
    gateway,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await lambda.close();
    },
  };
}

function sendAll(client: TestClient, texts: readonly string[]): void {
  for (const text of texts) client.send(text);
}

async function take(client: TestClient, count: number): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) texts.push(await client.next());
  return texts;
}

describe('a burst of more than fits', () => {
  it('of handshakes: all succeed, and $disconnect runs for each connection', async () => {
    await using stack = await busyStack();
    const { lambda, gateway } = stack;
    const clients = await Promise.all(Array.from({ length: MANY }, () => gateway.connect()));
    expect(gateway.counts()).toMatchObject({ open: MANY, refused: {} });
    for (const { socket } of clients) socket.terminate();
    await waitUntil(
      () =>
        lambda.events
          .of('invocation.started')
          .filter(({ functionName }) => functionName === 'stack-disconnect').length === MANY,
    );
    await waitUntil(() => reports(lambda, 'disconnect') === MANY);
    expect(lambda.events.of('invocation.failed')).toEqual([]);
    expect(lambda.events.of('invocation.throttled')).toEqual([]);
  });

  it('of messages from one client: all get a response, in their order', async () => {
    await using stack = await busyStack();
    const client = await stack.gateway.connect();
    const texts = Array.from({ length: 3_000 }, (_, index) => `message ${index}`);
    sendAll(client, texts);
    expect(await take(client, texts.length)).toEqual(texts);
  });

  it('of messages from many clients: none is missed', async () => {
    await using stack = await busyStack();
    const clients = await Promise.all(Array.from({ length: 150 }, () => stack.gateway.connect()));
    const texts = Array.from({ length: 20 }, (_, index) => `message ${index}`);
    for (const client of clients) sendAll(client, texts);
    for (const client of clients) expect(await take(client, texts.length)).toEqual(texts);
  });

  it('of messages before a close: each runs, and $disconnect after them', async () => {
    await using stack = await busyStack();
    const { lambda, gateway } = stack;
    const client = await gateway.connect();
    sendAll(client, Array.from({ length: 500 }, String));
    client.socket.close();
    await waitUntil(() => reports(lambda, 'disconnect') === 1);
    expect(reports(lambda, 'default')).toBe(500);
  });

  it('is throttled where AWS’s concurrency is asked for', async () => {
    await using stack = await busyStack({ concurrency: 20 });
    const client = await stack.gateway.connect();
    const texts = Array.from({ length: 500 }, (_, index) => `message ${index}`);
    sendAll(client, texts);
    const responses = await take(client, texts.length);
    const refused = responses.filter((text) => text.includes('Internal server error'));
    expect(refused).toHaveLength(stack.lambda.events.of('invocation.throttled').length);
    expect(refused.length).toBeGreaterThan(0);
  });
});

it('reads no further from a client whose messages wait', async () => {
  await using gateway = await startGateway({
    default: ({ body }) => ({ statusCode: 200, body: String(body.length) }),
  });
  const client = await gateway.connect();
  const room = Promise.withResolvers<undefined>();
  gateway.invoker.room = room.promise;
  const text = 'x'.repeat(16 * 1024);
  const count = 2_000;
  for (let sent = 0; sent < count; sent += 1) client.send(text);
  const [connection] = gateway.server.connections;
  const socket = connection?.transport?.socket;
  await waitUntil(() => socket?.isPaused() === true);
  // The server has read only a few chunks of the 32 MB that were sent.
  expect(gateway.counts().messagesIn).toBeLessThan(50);
  room.resolve(undefined);
  expect(await take(client, count)).toEqual(Array.from({ length: count }, () => String(16 * 1024)));
});

function reports(lambda: LambdaFixture, functionLogicalId: string): number {
  return lambda.linesOf(functionLogicalId).filter((line) => line.startsWith('REPORT')).length;
}
