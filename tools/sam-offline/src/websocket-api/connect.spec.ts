import { createEventBus } from '../events/index.ts';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { createWebSocketApiServer } from './index.ts';
import { TooManyRequestsError } from '../lambda/index.ts';
import {
  mapped,
  startGateway,
  operator,
  REGION,
  route,
  webSocketApi,
} from './testing/gateway-builder.ts';
import type { TestGateway } from './testing/gateway-builder.ts';

const ID = /^[A-Za-z0-9_-]{15}=$/;

describe('$connect', () => {
  it('runs before the handshake completes', async () => {
    let letGo: (value: { statusCode: number }) => void = () => undefined;
    await using gateway = await startGateway({
      connect: () => new Promise((resolve) => (letGo = resolve)),
    });
    let connected = false;
    const connecting = gateway.connect().then(() => (connected = true));
    await gateway.invoker.nth('connect');
    expect([connected, gateway.counts().open]).toEqual([false, 0]);
    letGo({ statusCode: 200 });
    await connecting;
    expect(gateway.counts().open).toBe(1);
  });

  it('accepts with any 2xx', async () => {
    await using gateway = await startGateway({ connect: () => ({ statusCode: 204 }) });
    await gateway.connect();
    expect(gateway.counts()).toMatchObject({ open: 1, opened: 1 });
  });

  it.each([401, 403, 418, 500])(
    'refuses with the status %s that the handler returns',
    async (statusCode) => {
      await using gateway = await startGateway({
        connect: () => ({ statusCode, body: 'no', headers: { 'x-why': 'because' } }),
      });
      expect(await gateway.refused()).toMatchObject({
        statusCode,
        body: 'no',
        headers: { 'x-why': 'because' },
      });
      expect(gateway.counts()).toMatchObject({ opened: 0, refused: { [statusCode]: 1 } });
    },
  );

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
    ['returns a body that is not a text', () => ({ statusCode: 200, body: { a: 1 } })],
  ])('responds with 502 when the handler %s', async (_, connect) => {
    await using gateway = await startGateway({ connect });
    const { statusCode, body } = await gateway.refused();
    expect(statusCode).toBe(502);
    expect(JSON.parse(body)).toEqual({
      message: 'Internal server error',
      connectionId: expect.stringMatching(ID),
      requestId: expect.stringMatching(ID),
    });
    expect(gateway.events.of('route.integrated')).toEqual([
      expect.objectContaining({
        routeKey: '$connect',
        integration: expect.objectContaining({ outcome: 'failed' }),
      }),
    ]);
    const [integrated] = gateway.events.of('route.integrated');
    expect(gateway.events.of('connection.refused')).toEqual([
      expect.objectContaining({ by: 'integration', invocationId: integrated?.invocationId }),
    ]);
  });

  it('names the invocation in the fact of the connection', async () => {
    await using gateway = await startGateway({ connect: () => ({ statusCode: 200 }) });
    await gateway.connect();
    const [integrated] = gateway.events.of('route.integrated');
    expect(integrated?.invocationId).toMatch(/./);
    expect(gateway.events.of('connection.opened')).toEqual([
      expect.objectContaining({ invocationId: integrated?.invocationId }),
    ]);
  });

  it('responds with 502 when the integration times out', async () => {
    const connect = route('$connect', {
      integration: { type: 'lambda', functionLogicalId: 'connect', timeoutMs: 50 },
    });
    await using gateway = await startGateway(
      { connect: () => new Promise(() => undefined) },
      { api: { routes: [connect] } },
    );
    expect((await gateway.refused()).statusCode).toBe(502);
  });

  it('accepts every client if there is no $connect route, or if it has a MOCK integration', async () => {
    for (const routes of [[], [route('$connect', { integration: mapped({ type: 'mock' }) })]]) {
      await using gateway = await startGateway({}, { api: { routes } });
      await gateway.connect();
      expect(gateway.invoker.events).toEqual([]);
    }
  });

  it('responds with 410 to a push from inside $connect: the connection does not exist yet', async () => {
    let thrown: unknown;
    await using gateway = await startGateway({
      connect: async ({ requestContext }) => {
        const client = new ApiGatewayManagementApiClient({
          endpoint: gateway.endpoint,
          region: REGION,
          credentials: operator,
        });
        const { connectionId } = requestContext;
        await client
          .send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: 'x' }))
          .catch((error: unknown) => (thrown = error));
        client.destroy();
        return { statusCode: 200 };
      },
    });
    await gateway.connect();
    expect(thrown).toMatchObject({ name: 'GoneException', $metadata: { httpStatusCode: 410 } });
  });

  it.each([
    ['the client left', (gateway: TestGateway) => gateway.abandonHandshakes()],
    ['the server stopped', (gateway: TestGateway) => gateway.server.close()],
  ])('is followed by $disconnect when %s while it ran', async (_, interrupt) => {
    let letGo: (value: { statusCode: number }) => void = () => undefined;
    await using gateway = await startGateway({
      connect: () => new Promise((resolve) => (letGo = resolve)),
    });
    const connecting = gateway.connect().catch((error: unknown) => error);
    const { requestContext } = await gateway.invoker.nth('connect');
    await interrupt(gateway);
    await connecting;
    letGo({ statusCode: 200 });
    const event = await gateway.invoker.nth('disconnect');
    expect(event.requestContext).toMatchObject({
      connectionId: requestContext.connectionId,
      disconnectStatusCode: 1006,
    });
    expect(gateway.counts().open).toBe(0);
  });
});

describe('Sec-WebSocket-Protocol', () => {
  it('is in the event, and in the handshake’s response where the handler returns it', async () => {
    await using gateway = await startGateway({
      connect: ({ headers }) => ({
        statusCode: 200,
        headers: { 'Sec-WebSocket-Protocol': headers['Sec-WebSocket-Protocol']?.split(',')[0] },
      }),
    });
    const client = await gateway.connect('/dev', {}, ['graphql-ws', 'mqtt']);
    expect(client.socket.protocol).toBe('graphql-ws');
    expect(gateway.invoker.of('connect')[0]?.headers['Sec-WebSocket-Protocol']).toBe(
      'graphql-ws,mqtt',
    );
  });

  it('is not in the response when the handler does not return it, and then the client drops the connection', async () => {
    await using gateway = await startGateway();
    await expect(gateway.connect('/dev', {}, ['graphql-ws'])).rejects.toThrow(
      'Server sent no subprotocol',
    );
  });

  it('goes out with the other headers of the response, without those that are the gateway’s', async () => {
    await using gateway = await startGateway({
      connect: () => ({
        statusCode: 200,
        headers: {
          'X-Session': 'abc',
          Connection: 'close',
          'Set-Cookie': 'a=b',
          'X-Bad': 'a\r\nb: c',
        },
      }),
    });
    const headers = await gateway.handshakeHeaders();
    expect(headers).toMatchObject({
      'x-session': 'abc',
      'set-cookie': ['a=b'],
      connection: 'Upgrade',
    });
    expect(headers).not.toHaveProperty('x-bad');
    expect(headers).not.toHaveProperty('b');
  });
});

describe('where a client connects to', () => {
  it('is /<stage>, with or without a slash at its end', async () => {
    await using gateway = await startGateway();
    await gateway.connect('/dev');
    await gateway.connect('/dev/?a=b');
    await gateway.connect('/a1b2c3d4e5/dev');
    expect(gateway.counts().open).toBe(3);
  });

  it.each(['/', '/prod', '/dev/more', '/nosuchapi1/dev', '/dev/@connections/x'])(
    'is not %s',
    async (path) => {
      await using gateway = await startGateway();
      expect(await gateway.refused(path)).toMatchObject({
        statusCode: 403,
        body: '{"message":"Forbidden"}',
      });
      expect(gateway.invoker.events).toEqual([]);
    },
  );

  it('chooses among APIs on one port by host, by API id, or takes the first with the stage', async () => {
    const first = webSocketApi();
    const second = webSocketApi({ logicalId: 'GameApi', apiId: 'f6g7h8i9j0' });
    const third = webSocketApi({ logicalId: 'OtherApi', apiId: 'k1l2m3n4o5', stageName: 'live' });
    await using gateway = await startGateway({}, { apis: [first, second, third] });
    const host = `f6g7h8i9j0.execute-api.${REGION}.amazonaws.com`;
    await gateway.connect('/dev');
    await gateway.connect('/f6g7h8i9j0/dev');
    await gateway.connect('/dev', { headers: { host } });
    await gateway.connect('/live');
    expect(gateway.invoker.of('connect').map((event) => event.requestContext.apiId)).toEqual([
      'a1b2c3d4e5',
      'f6g7h8i9j0',
      'f6g7h8i9j0',
      'k1l2m3n4o5',
    ]);
  });

  it('is 414 when the URL has more than 4,096 characters', async () => {
    await using gateway = await startGateway();
    await gateway.connect(`/dev?a=${'x'.repeat(4096 - 7)}`);
    expect((await gateway.refused(`/dev?a=${'x'.repeat(4096 - 6)}`)).statusCode).toBe(414);
  });

  it('is 400, without $connect, for a request that is not a handshake', async () => {
    await using gateway = await startGateway();
    const refused = await gateway.refused('/dev', { protocolVersion: 8 });
    expect(refused.statusCode).toBe(400);
    expect(gateway.invoker.events).toEqual([]);
  });
});

describe('new connections a second', () => {
  it('are 429 over the throttle, when it is on', async () => {
    await using gateway = await startGateway(
      {},
      { limits: { newConnections: { rateLimit: 0.001, burstLimit: 2 } } },
    );
    await gateway.connect();
    await gateway.connect();
    const { statusCode, body } = await gateway.refused();
    expect([statusCode, JSON.parse(body).message]).toEqual([429, 'Too Many Requests']);
    expect(gateway.invoker.of('connect')).toHaveLength(2);
  });
});

describe('listen', () => {
  it('rejects when the port is taken', async () => {
    await using gateway = await startGateway();
    const second = createWebSocketApiServer({
      apis: [],
      region: REGION,
      accountId: '123456789012',
      invoker: gateway.invoker,
      credentials: { find: () => undefined },
      events: createEventBus(),
    });
    await expect(second.listen(gateway.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await second.close();
  });
});
