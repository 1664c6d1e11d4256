import { WebSocket } from 'ws';
import { TooManyRequestsError } from '../lambda/index.ts';
import { mapped, route, startGateway } from './testing/gateway-builder.ts';

const ID = /^[A-Za-z0-9_-]{15}=$/;

/** A gateway whose routes respond with their own names. */
function namedRoutes(...keys: string[]) {
  return keys.map((key) =>
    route(key, {
      hasRouteResponse: true,
      integration: { type: 'lambda', functionLogicalId: 'named', timeoutMs: 29_000 },
    }),
  );
}
const named = ({ requestContext }: { requestContext: { routeKey: string } }) => ({
  statusCode: 200,
  body: requestContext.routeKey,
});

describe('route choice', () => {
  it.each([
    ['the route that the message names', '{"action":"join"}', 'join'],
    ['$default for a key without a route', '{"action":"leave"}', '$default'],
    ['$default for a message without the key', '{"type":"join"}', '$default'],
    ['$default for text that is not JSON', 'join', '$default'],
    ['$default for JSON that is not an object', '["join"]', '$default'],
    ['$default for a key that is an object', '{"action":{"join":1}}', '$default'],
    ['$default for an empty message', '', '$default'],
    ['$default for $connect, which is the gateway’s', '{"action":"$connect"}', '$default'],
    ['$default for $disconnect, which is the gateway’s', '{"action":"$disconnect"}', '$default'],
    ['$default by its name', '{"action":"$default"}', '$default'],
    ['the route of a number', '{"action":7}', '7'],
    ['$default for a property that every object has', '{"action":"toString"}', '$default'],
  ])('is %s', async (_, message, expected) => {
    const routes = namedRoutes('join', '7', '$default', '$connect', '$disconnect');
    await using gateway = await startGateway({ named }, { api: { routes } });
    const client = await gateway.connect();
    client.send(message);
    expect(await client.next()).toBe(expected);
  });

  it.each([
    ['$request.body.a.b', '{"a":{"b":"join"}}'],
    ['${request.body.action}', '{"action":"join"}'],
    ['${request.body.verb}${request.body.rest}', '{"verb":"jo","rest":"in"}'],
    ['j${request.body.rest}', '{"rest":"oin"}'],
  ])('evaluates %s', async (routeSelectionExpression, message) => {
    const routes = namedRoutes('join', '$default');
    await using gateway = await startGateway(
      { named },
      { api: { routes, routeSelectionExpression } },
    );
    const client = await gateway.connect();
    client.send(message);
    expect(await client.next()).toBe('join');
  });

  it('responds Forbidden without a $default, and the connection stays open', async () => {
    await using gateway = await startGateway({ named }, { api: { routes: namedRoutes('join') } });
    const client = await gateway.connect();
    client.send({ action: 'leave' });
    expect(await client.nextJson()).toEqual({
      message: 'Forbidden',
      connectionId: client.connectionId,
      requestId: expect.stringMatching(ID),
    });
    client.send({ action: 'join' });
    expect(await client.next()).toBe('join');
  });
});

describe('responses', () => {
  it('reach the client unchanged, only from a route that has a route response', async () => {
    const talks = () => ({ statusCode: 200, body: '  ünchanged {' });
    await using gateway = await startGateway(
      { talks, named },
      {
        api: {
          routes: [
            route('silent', {
              integration: { type: 'lambda', functionLogicalId: 'talks', timeoutMs: 1000 },
            }),
            route('talks', {
              hasRouteResponse: true,
              integration: { type: 'lambda', functionLogicalId: 'talks', timeoutMs: 1000 },
            }),
          ],
        },
      },
    );
    const client = await gateway.connect();
    client.send({ action: 'silent' });
    await gateway.invoker.nth('talks');
    client.send({ action: 'talks' });
    expect(await client.next()).toBe('  ünchanged {');
    expect(client.received).toHaveLength(1);
  });

  it('are nothing where the handler returns no body', async () => {
    await using gateway = await startGateway({
      default: ({ body }) => (body === 'quiet' ? { statusCode: 200 } : { statusCode: 200, body }),
    });
    const client = await gateway.connect();
    client.send('quiet');
    client.send('loud');
    expect(await client.next()).toBe('loud');
  });

  it('are nothing from a MOCK integration', async () => {
    const routes = [
      route('mock', { integration: mapped({ type: 'mock' }), hasRouteResponse: true }),
      ...namedRoutes('$default'),
    ];
    await using gateway = await startGateway({ named }, { api: { routes } });
    const client = await gateway.connect();
    client.send({ action: 'mock' });
    client.send('x');
    expect(await client.next()).toBe('$default');
  });
});

describe('a handler that fails', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
    ],
    [
      'is throttled',
      () => {
        throw new TooManyRequestsError('ConcurrentInvocationLimitExceeded');
      },
    ],
    ['returns a number', () => 42],
    ['returns a status code that is not a number', () => ({ statusCode: 101 })],
    ['returns nothing', () => undefined],
    ['returns no status code', () => ({ body: 'x' })],
  ])('and %s gets Internal server error, and the connection stays open', async (_, failing) => {
    const routes = [
      route('fail', {
        integration: { type: 'lambda', functionLogicalId: 'failing', timeoutMs: 1000 },
      }),
      ...namedRoutes('$default'),
    ];
    await using gateway = await startGateway({ failing, named }, { api: { routes } });
    const client = await gateway.connect();
    client.send({ action: 'fail' });
    expect(await client.nextJson()).toEqual({
      message: 'Internal server error',
      connectionId: client.connectionId,
      requestId: expect.stringMatching(ID),
    });
    client.send('still here?');
    expect(await client.next()).toBe('$default');
  });

  it('and never responds is cut off by the integration time-out', async () => {
    const hangs = route('$default', {
      integration: { type: 'lambda', functionLogicalId: 'hangs', timeoutMs: 50 },
    });
    await using gateway = await startGateway(
      { hangs: () => new Promise(() => undefined) },
      { api: { routes: [hangs] } },
    );
    const client = await gateway.connect();
    client.send('x');
    expect((await client.nextJson()).message).toBe('Endpoint request timed out');
  });
});

describe('many messages', () => {
  it('in one burst all get a response, and are invoked in the order in which they came', async () => {
    await using gateway = await startGateway({
      default: ({ body }) => ({ statusCode: 200, body }),
    });
    const client = await gateway.connect();
    const sent = Array.from({ length: 1000 }, (_, index) => String(index));
    for (const text of sent) client.send(text);
    for (const text of sent) expect(await client.next()).toBe(text);
    expect(gateway.invoker.of('default').map(({ body }) => body)).toEqual(sent);
  });

  it('of one client run at the same time', async () => {
    const waiting: (() => void)[] = [];
    await using gateway = await startGateway({
      default: async ({ body }) => {
        if (body === 'first') await new Promise<void>((resolve) => waiting.push(resolve));
        return { statusCode: 200, body };
      },
    });
    const client = await gateway.connect();
    client.send('first');
    client.send('second');
    expect(await client.next()).toBe('second');
    waiting.forEach((letGo) => {
      letGo();
    });
    expect(await client.next()).toBe('first');
  });

  it('are Too Many Requests over the throttle, when it is on', async () => {
    await using gateway = await startGateway(
      { default: ({ body }) => ({ statusCode: 200, body }) },
      { limits: { requests: { rateLimit: 0.001, burstLimit: 2 } } },
    );
    const client = await gateway.connect();
    for (const text of ['a', 'b', 'c']) client.send(text);
    expect([await client.next(), await client.next()].sort()).not.toContain('c');
    await client.next();
    const throttled = client.received.filter((text) => text.includes('Too Many Requests'));
    expect(throttled).toEqual([
      expect.stringMatching(
        /^\{"message":"Too Many Requests","connectionId":"[^"]{16}","requestId":"[^"]{16}"\}$/,
      ),
    ]);
    expect(gateway.invoker.of('default')).toHaveLength(2);
  });

  it('are held to the throttle that the template sets, each route for itself', async () => {
    const routes = namedRoutes('one', 'two');
    const throttle = { rateLimit: 0.001, burstLimit: 1 };
    await using gateway = await startGateway({ named }, { api: { routes, throttle } });
    const client = await gateway.connect();
    for (const action of ['one', 'one', 'two']) client.send({ action });
    for (let count = 0; count < 3; count++) await client.next();
    expect(client.received.filter((text) => text.includes('Too Many'))).toHaveLength(1);
    expect(client.received).toEqual(expect.arrayContaining(['one', 'two']));
  });
});

describe('a message after the connection ended', () => {
  it('gets no response, and nothing breaks', async () => {
    let letGo: (value: { statusCode: number; body: string }) => void = () => undefined;
    await using gateway = await startGateway({
      default: () => new Promise((resolve) => (letGo = resolve)),
    });
    const client = await gateway.connect();
    client.send('x');
    await gateway.invoker.nth('default');
    client.socket.terminate();
    await gateway.invoker.nth('disconnect');
    letGo({ statusCode: 200, body: 'too late' });
    const other = await gateway.connect();
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
    expect(client.received).toEqual([]);
  });
});
