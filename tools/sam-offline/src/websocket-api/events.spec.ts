import { REGION, startGateway } from './testing/gateway-builder.ts';

const ID = expect.stringMatching(/^[A-Za-z0-9_-]{15}=$/);
const CLF = expect.stringMatching(
  /^\d\d\/(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\/\d{4}:\d\d:\d\d:\d\d \+0000$/,
);
const TIME = expect.any(Number);
const identity = { userAgent: 'test/1', sourceIp: '127.0.0.1' };
const api = {
  stage: 'dev',
  apiId: 'a1b2c3d4e5',
  domainName: `a1b2c3d4e5.execute-api.${REGION}.amazonaws.com`,
};

describe('the event of $connect', () => {
  it('has the members and ids that API Gateway sends', async () => {
    await using gateway = await startGateway();
    const client = await gateway.connect('/dev?token=a&tag=x&tag=y%20z', {
      headers: { 'User-Agent': 'test/1', 'X-Custom': 'one', origin: 'https://example.com' },
    });
    const [event] = gateway.invoker.of('connect');
    const headers = {
      Host: `127.0.0.1:${gateway.port}`,
      'Sec-WebSocket-Key': expect.any(String),
      'Sec-WebSocket-Version': '13',
      'User-Agent': 'test/1',
      'X-Custom': 'one',
      Origin: 'https://example.com',
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Proto': 'https',
    };
    expect(event).toEqual({
      headers,
      multiValueHeaders: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [value]]),
      ),
      queryStringParameters: { token: 'a', tag: 'y z' },
      multiValueQueryStringParameters: { token: ['a'], tag: ['x', 'y z'] },
      requestContext: {
        ...api,
        routeKey: '$connect',
        eventType: 'CONNECT',
        messageDirection: 'IN',
        connectionId: client.connectionId,
        connectedAt: TIME,
        extendedRequestId: ID,
        requestId: ID,
        requestTime: CLF,
        requestTimeEpoch: TIME,
        identity,
      },
      isBase64Encoded: false,
    });
    expect(client.connectionId).toEqual(ID);
    expect(event?.requestContext.requestId).toBe(event?.requestContext.extendedRequestId);
  });

  it('has no query members if there is no query, and has stage variables if the stage has some', async () => {
    await using gateway = await startGateway({}, { api: { stageVariables: { colour: 'blue' } } });
    await gateway.connect();
    const [event] = gateway.invoker.of('connect');
    expect(event).not.toHaveProperty('queryStringParameters');
    expect(event).toMatchObject({ stageVariables: { colour: 'blue' } });
  });

  it('shows headers of any name, and all values of a repeated one', async () => {
    await using gateway = await startGateway();
    await gateway.connect('/dev', {
      headers: { ['__proto__']: 'q', 'x-a': ['1', '2'] } as unknown as Record<string, string>,
    });
    const [event] = gateway.invoker.of('connect');
    const headers = Object.entries(event?.headers ?? {});
    expect(headers).toContainEqual(['__proto__', 'q']);
    expect(headers).toContainEqual(['x-a', '2']);
    expect(event).toMatchObject({ multiValueHeaders: { 'x-a': ['1', '2'] } });
  });

  it('shows a query of any kind', async () => {
    await using gateway = await startGateway();
    await gateway.connect('/dev?__proto__=p&empty=&bare&a=%E3%81%82');
    const [event] = gateway.invoker.of('connect');
    expect(JSON.stringify(event?.queryStringParameters)).toBe(
      '{"__proto__":"p","empty":"","bare":"","a":"あ"}',
    );
  });
});

describe('the event of a message', () => {
  it('has the members and ids that API Gateway sends', async () => {
    await using gateway = await startGateway();
    const client = await gateway.connect('/dev', { headers: { 'User-Agent': 'test/1' } });
    client.send('hällo');
    const event = await gateway.invoker.nth('default');
    const connected = await gateway.invoker.nth('connect');
    expect(event).toEqual({
      requestContext: {
        ...api,
        routeKey: '$default',
        eventType: 'MESSAGE',
        messageDirection: 'IN',
        messageId: ID,
        connectionId: client.connectionId,
        connectedAt: connected.requestContext.connectedAt,
        extendedRequestId: ID,
        requestId: ID,
        requestTime: CLF,
        requestTimeEpoch: TIME,
        identity,
      },
      body: 'hällo',
      isBase64Encoded: false,
    });
  });
});

describe('the event of $disconnect', () => {
  it('has the members and headers that API Gateway sends', async () => {
    await using gateway = await startGateway();
    const client = await gateway.connect('/dev', { headers: { 'User-Agent': 'test/1' } });
    client.socket.close(4001, 'bye');
    const headers = {
      Host: `127.0.0.1:${gateway.port}`,
      'x-api-key': '',
      'X-Forwarded-For': '',
      'x-restapi': '',
    };
    expect(await gateway.invoker.nth('disconnect')).toEqual({
      headers,
      multiValueHeaders: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [value]]),
      ),
      requestContext: {
        ...api,
        routeKey: '$disconnect',
        disconnectStatusCode: 4001,
        disconnectReason: 'bye',
        eventType: 'DISCONNECT',
        messageDirection: 'IN',
        connectionId: client.connectionId,
        connectedAt: TIME,
        extendedRequestId: ID,
        requestId: ID,
        requestTime: CLF,
        requestTimeEpoch: TIME,
        identity,
      },
      isBase64Encoded: false,
    });
  });
});
