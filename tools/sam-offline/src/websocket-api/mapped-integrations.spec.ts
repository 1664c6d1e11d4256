import { createServer } from 'node:http';
import { closedAtEnd } from '../testing/end-of-test.ts';
import type { CallService, ServiceRequest } from '../gateway/index.ts';
import type { IntegrationTarget, MappedIntegration, WebSocketRoute } from '../template/index.ts';
import { mapped, route, startGateway } from './testing/gateway-builder.ts';

/** A two-way route with an integration that maps. */
function twoWay(key: string, integration: MappedIntegration, change: Partial<WebSocketRoute> = {}) {
  return route(key, { integration, hasRouteResponse: true, ...change });
}

const SERVICE: IntegrationTarget = {
  ...{ type: 'service', method: 'POST', region: 'ap-northeast-1', service: 'dynamodb' },
  ...{ action: 'PutItem', path: '/', role: { arn: 'arn:aws:iam::1:role/r', policies: [] } },
};

/** A service that records its calls and returns the response that the test sets. */
function service(statusCode: number, body: string) {
  const calls: ServiceRequest[] = [];
  const callService: CallService = (request) => {
    calls.push(request);
    const headers = [['Content-Type', 'application/json'] as const];
    return Promise.resolve({ statusCode, headers, body: Buffer.from(body) });
  };
  return { calls, callService };
}

async function startEndpoint() {
  const requests: {
    method?: string | undefined;
    url?: string | undefined;
    header: string;
    body: string;
  }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
    request.on('end', () => {
      const header = String(request.headers['x-connection']);
      requests.push({ method: request.method, url: request.url, header, body });
      response.statusCode = request.url?.startsWith('/missing') === true ? 404 : 200;
      const isBinary = request.url === '/binary';
      response.end(isBinary ? Buffer.from([255, 254]) : '{"pet":{"name":"Rex"}}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    requests,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: closedAtEnd(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }),
  };
}

describe('an AWS integration of a WebSocket API', () => {
  it('sends what its request template makes of $connect, and accepts where the service does', async () => {
    const { calls, callService } = service(200, '{}');
    const integration = mapped(SERVICE, {
      templates: {
        $default:
          '{"Item":{"id":{"S":"$context.connectionId"},"who":{"S":"$input.params(\'who\')"}}}',
      },
      templateSelection: '\\$default',
    });
    const api = { routes: [route('$connect', { integration })] };
    await using gateway = await startGateway({}, { api, callService });
    const client = await gateway.connect('/dev?who=Ann');
    expect(calls).toMatchObject([
      {
        service: 'dynamodb',
        roleArn: 'arn:aws:iam::1:role/r',
        headers: {
          'x-amz-target': 'DynamoDB_20120810.PutItem',
          'content-type': 'application/x-amz-json-1.0',
        },
      },
    ]);
    expect(JSON.parse(String(calls[0]?.body))).toEqual({
      Item: { id: { S: client.connectionId }, who: { S: 'Ann' } },
    });
  });

  it('refuses the handshake with the status of the service', async () => {
    const { callService } = service(400, '{"__type":"ValidationException"}');
    const api = { routes: [route('$connect', { integration: mapped(SERVICE) })] };
    await using gateway = await startGateway({}, { api, callService });
    expect((await gateway.refused()).statusCode).toBe(400);
  });

  it('chooses the request template by the message, and the response by the status', async () => {
    const { calls, callService } = service(200, '{"Item":{"name":{"S":"Rex"}}}');
    const integration = mapped(SERVICE, {
      templates: { pet: '{"pet":$input.json("$.id")}', $default: '{"other":true}' },
      templateSelection: '${request.body.kind}',
      responses: [
        { pattern: '4\\d\\d', parameters: {}, templates: { $default: 'refused' } },
        { parameters: {}, templates: { $default: '{"name":"$input.path(\'$.Item.name.S\')"}' } },
      ],
    });
    await using gateway = await startGateway(
      {},
      { api: { routes: [twoWay('$default', integration)] }, callService },
    );
    const client = await gateway.connect();
    client.send({ kind: 'pet', id: 7 });
    expect(await client.nextJson()).toEqual({ name: 'Rex' });
    client.send({ kind: 'car' });
    await client.next();
    expect(calls.map(({ body }) => body.toString())).toEqual(['{"pet":7}', '{"other":true}']);
  });

  it('does not send what the service responds where the route has no route response', async () => {
    const { callService } = service(200, '{"a":1}');
    const routes = [
      twoWay('$default', mapped(SERVICE), { hasRouteResponse: false }),
      twoWay('loud', mapped(SERVICE)),
    ];
    await using gateway = await startGateway({}, { api: { routes }, callService });
    const client = await gateway.connect();
    client.send('quiet');
    client.send({ action: 'loud' });
    expect(await client.nextJson()).toEqual({ a: 1 });
    expect(client.received).toHaveLength(1);
  });

  it('uses the template for JSON if there is no selection expression, and passes texts unchanged', async () => {
    const { calls, callService } = service(200, '{"ok":true}');
    const integration = mapped(SERVICE, {
      templates: { 'application/json': '{"body":"$util.escapeJavaScript($input.body)"}' },
      contentHandling: 'CONVERT_TO_TEXT',
    });
    const api = { routes: [twoWay('$default', integration)] };
    await using gateway = await startGateway({}, { api, callService });
    const client = await gateway.connect();
    client.send('{"a":"é"}');
    await client.next();
    expect(JSON.parse(String(calls[0]?.body))).toEqual({ body: '{"a":"é"}' });
  });

  it('sends the client an internal error if the template cannot be evaluated', async () => {
    const { calls, callService } = service(200, '{}');
    const integration = mapped(SERVICE, {
      templates: { $default: '#foreach($i in [1..2000])x#end' },
    });
    const api = { routes: [twoWay('$default', integration)] };
    await using gateway = await startGateway({}, { api, callService });
    const client = await gateway.connect();
    client.send('x');
    expect(await client.nextJson()).toMatchObject({ message: 'Internal server error' });
    expect(calls).toEqual([]);
  });
});

describe('an AWS integration with a function', () => {
  const responses = [
    { pattern: '[^]*not found[^]*', parameters: {}, templates: { $default: '{"error":404}' } },
    { parameters: {}, templates: {} },
  ];
  const integration = mapped(
    { type: 'function', functionLogicalId: 'pets' },
    { templates: { $default: '{"pet":"$input.path(\'$.pet\')"}' }, responses },
  );

  it('gets what the template makes, and what it returns is sent whole', async () => {
    await using gateway = await startGateway(
      { pets: (event) => ({ ...event, statusCode: 500 }) },
      { api: { routes: [twoWay('$default', integration)] } },
    );
    const client = await gateway.connect();
    client.send({ pet: 'Rex' });
    expect(await client.nextJson()).toEqual({ pet: 'Rex', statusCode: 500 });
  });

  it('chooses its response by the message of the error that the function throws', async () => {
    await using gateway = await startGateway(
      {
        pets: () => {
          throw new Error('the pet is\nnot found');
        },
      },
      { api: { routes: [twoWay('$default', integration)] } },
    );
    const client = await gateway.connect();
    client.send({ pet: 'Rex' });
    expect(await client.nextJson()).toEqual({ error: 404 });
  });
});

describe('an HTTP integration of a WebSocket API', () => {
  it('maps parameters of the request, stage variables and the response', async () => {
    await using endpoint = await startEndpoint();
    const integration = mapped(
      { type: 'http', method: 'PUT', url: '${stageVariables.origin}/pets/{id}' },
      {
        parameters: {
          'integration.request.path.id': 'route.request.body.pet.id',
          'integration.request.querystring.by': "'me'",
          'integration.request.header.X-Connection': 'context.connectionId',
        },
        responses: [
          { pattern: '404', parameters: {}, templates: { $default: '{"gone":true}' } },
          { parameters: {}, templates: { $default: '$input.json("$.pet")' } },
        ],
      },
    );
    const stageVariables = { origin: endpoint.url };
    await using gateway = await startGateway(
      {},
      { api: { routes: [twoWay('$default', integration)], stageVariables } },
    );
    const client = await gateway.connect();
    client.send({ pet: { id: 'a b' } });
    expect(await client.nextJson()).toEqual({ name: 'Rex' });
    expect(endpoint.requests).toEqual([
      {
        ...{ method: 'PUT', url: '/pets/a%20b?by=me', header: client.connectionId },
        body: '{"pet":{"id":"a b"}}',
      },
    ]);
  });

  it('sends binary payloads that are base64 in the message, and returns them as base64', async () => {
    await using endpoint = await startEndpoint();
    const integration = mapped(
      { type: 'http', method: 'POST', url: `${endpoint.url}/binary` },
      {
        contentHandling: 'CONVERT_TO_BINARY',
        responses: [{ parameters: {}, templates: {}, contentHandling: 'CONVERT_TO_TEXT' }],
      },
    );
    const api = { routes: [twoWay('$default', integration)] };
    await using gateway = await startGateway({}, { api });
    const client = await gateway.connect();
    client.send(Buffer.from([255, 1]).toString('base64'));
    expect(Buffer.from(await client.next(), 'base64')).toEqual(Buffer.from([255, 254]));
    expect(endpoint.requests.map(({ body }) => body)).toEqual(['\u00ff\u0001']);
  });

  it('passes the message and the response unchanged, as a proxy', async () => {
    await using endpoint = await startEndpoint();
    const integration = mapped(
      { type: 'http', method: 'POST', url: `${endpoint.url}/missing` },
      { isProxy: true, templates: { $default: 'never' } },
    );
    const api = { routes: [twoWay('$default', integration)] };
    await using gateway = await startGateway({}, { api });
    const client = await gateway.connect();
    client.send('as it is');
    expect(await client.next()).toBe('{"pet":{"name":"Rex"}}');
    expect(endpoint.requests.map(({ body }) => body)).toEqual(['as it is']);
  });

  it('fails if no server listens, and the connection stays open', async () => {
    const integration = mapped({ type: 'http', method: 'POST', url: 'http://127.0.0.1:1/' });
    const api = {
      routes: [
        twoWay('$default', integration),
        twoWay(
          'mock',
          mapped(
            { type: 'mock' },
            {
              responses: [{ parameters: {}, templates: { $default: 'still here' } }],
            },
          ),
        ),
      ],
    };
    await using gateway = await startGateway({}, { api });
    const client = await gateway.connect();
    client.send('x');
    expect(await client.nextJson()).toMatchObject({ message: 'Internal server error' });
    client.send({ action: 'mock' });
    expect(await client.next()).toBe('still here');
  });
});

describe('a MOCK integration of a WebSocket API', () => {
  it('has the status that its request template gives', async () => {
    const integration = mapped(
      { type: 'mock' },
      { templates: { '403': '{"statusCode": 403}' }, templateSelection: '403' },
    );
    const api = { routes: [route('$connect', { integration })] };
    await using gateway = await startGateway({}, { api });
    expect((await gateway.refused()).statusCode).toBe(403);
  });
});

describe('a route with models', () => {
  const model = {
    ...{ type: 'object', required: ['age'] },
    properties: { age: { type: 'integer', minimum: 0, exclusiveMinimum: true } },
  };

  it('refuses a message that is not as its model says, and calls nothing', async () => {
    const integration = mapped(
      { type: 'mock' },
      { responses: [{ parameters: {}, templates: { $default: 'fine' } }] },
    );
    const validation = { models: { pet: model }, modelSelection: '${request.body.kind}' };
    const api = { routes: [twoWay('$default', integration, { validation })] };
    await using gateway = await startGateway({}, { api });
    const client = await gateway.connect();
    client.send({ kind: 'pet', age: 0 });
    expect(await client.nextJson()).toMatchObject({ message: 'Bad request body' });
    client.send({ kind: 'pet', age: 1 });
    expect(await client.next()).toBe('fine');
    client.send({ kind: 'car', age: 1 });
    expect(await client.nextJson()).toMatchObject({ message: 'Bad request body' });
  });

  it('checks messages for a proxy of a function too', async () => {
    const validation = { models: { $default: model }, modelSelection: '$request.body.kind' };
    const routes = [route('$default', { validation, hasRouteResponse: true })];
    await using gateway = await startGateway(
      { default: () => ({ statusCode: 200, body: 'fine' }) },
      { api: { routes } },
    );
    const client = await gateway.connect();
    client.send('no JSON');
    expect(await client.nextJson()).toMatchObject({ message: 'Bad request body' });
    client.send({ age: 1 });
    expect(await client.next()).toBe('fine');
    expect(gateway.invoker.of('default')).toHaveLength(1);
  });
});
