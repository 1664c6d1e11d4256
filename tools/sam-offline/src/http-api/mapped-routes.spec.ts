import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recordEvents } from '../events/testing/record-events.ts';
import { loadText } from '../template/testing/load-text.ts';
import { closedAtEnd } from '../testing/end-of-test.ts';
import {
  closeServers,
  exchange,
  HandlerError,
  startServer,
  type TestHandler,
} from './testing/harness.ts';

afterEach(closeServers);

/** Starts an endpoint that returns the request that it got, with the status in the path. */
async function startEndpoint() {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method, url, headers } = request;
      const statusCode = Number(/\/status\/(\d+)/.exec(url ?? '')?.[1] ?? 200);
      response.writeHead(statusCode, {
        'Content-Type': 'application/json',
        'X-Own': 'yes',
        'Set-Cookie': ['a=1', 'b=2'],
      });
      response.end(JSON.stringify({ method, url, by: headers['x-by'], body }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: closedAtEnd(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }),
  };
}

async function start(template: string, handler?: TestHandler) {
  const stack = loadText(template);
  const events = recordEvents();
  const { url, invoker } = await startServer(handler, { apis: stack.httpApis, events: events.bus });
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  };
  return { ask, url, stack, events, invoker };
}

const HTTP_API = (route: string, integration: string): string => `
Resources:
  Handler: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs24.x, Handler: index.handler, Role: r, Code: { ZipFile: '' } } }
  Http: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: h, ProtocolType: HTTP } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Http, StageName: $default, StageVariables: { color: red } } }
  Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Http, RouteKey: '${route}', Target: !Sub 'integrations/\${I}' } }
  I:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Http, PayloadFormatVersion: '1.0', ${integration} }
`;

describe('an HTTP_PROXY of an HTTP API', () => {
  it('passes the request and the response on without changes', async () => {
    await using endpoint = await startEndpoint();
    const { ask } = await start(
      HTTP_API(
        'ANY /{proxy+}',
        `IntegrationType: HTTP_PROXY, IntegrationMethod: ANY, IntegrationUri: '${endpoint.url}/{proxy}'`,
      ),
    );
    const { status, headers, text } = await ask('/status/418/x?a=1&a=2', {
      ...{ method: 'PUT', body: 'text', headers: { 'x-by': 'me' } },
    });
    expect([status, headers.get('x-own'), headers.getSetCookie()]).toEqual([
      418,
      'yes',
      ['a=1', 'b=2'],
    ]);
    expect(JSON.parse(text)).toEqual({
      method: 'PUT',
      url: '/status/418/x?a=1&a=2',
      by: 'me',
      body: 'text',
    });
  });

  it('responds with 500 if no server listens', async () => {
    const { ask, events } = await start(
      HTTP_API(
        'GET /a',
        "IntegrationType: HTTP_PROXY, IntegrationMethod: GET, IntegrationUri: 'http://127.0.0.1:1/'",
      ),
    );
    expect((await ask('/a')).status).toBe(500);
    const [fact] = events.of('http.request');
    expect(fact?.integration?.error).toMatch(/cannot be reached/);
  });
});

describe('the parameter mapping of an HTTP API', () => {
  it('changes the request to an endpoint, and its response depending on the status', async () => {
    await using endpoint = await startEndpoint();
    const { ask } = await start(
      HTTP_API(
        'GET /pets/{id}',
        `IntegrationType: HTTP_PROXY, IntegrationMethod: GET, IntegrationUri: '${endpoint.url}/other',
      RequestParameters: { 'append:querystring.id': $request.path.id, 'overwrite:header.X-By': '\${stageVariables.color}!', 'remove:querystring.secret': "''", 'overwrite:path': '/status/404/\${request.path.id}' },
      ResponseParameters: { '404': { ResponseParameters: [{ Destination: 'overwrite:statuscode', Source: '203' }, { Destination: 'append:header.X-Url', Source: $response.body.url }, { Destination: 'remove:header.X-Own', Source: "''" }] } }`,
      ),
    );
    const { status, headers, text } = await ask('/pets/7?secret=1&a=b', {
      headers: { 'x-by': 'me' },
    });
    expect([status, headers.get('x-url'), headers.get('x-own')]).toEqual([
      203,
      '/status/404/7?a=b&id=7',
      null,
    ]);
    expect(JSON.parse(text)).toMatchObject({ by: 'red!' });
  });

  it('changes the event of a function', async () => {
    const { ask, invoker } = await start(
      HTTP_API(
        'GET /pets/{id}',
        "IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Handler.Arn, RequestParameters: { 'overwrite:header.X-Pet': $request.path.id }",
      ),
    );
    await ask('/pets/7');
    expect(invoker.lastEvent).toMatchObject({ headers: { 'X-Pet': '7' } });
  });
});

it('emits the fact and the log line of a request whose path cannot be decoded', async () => {
  const { url, events, stack } = await start(`
Resources:
  Log: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /access } }
  Handler: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs24.x, Handler: index.handler, Role: r, Code: { ZipFile: '' } } }
  Http: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: h, ProtocolType: HTTP, Target: !GetAtt Handler.Arn } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Http, StageName: $default, AccessLogSettings: { DestinationArn: !GetAtt Log.Arn, Format: '$context.requestId $context.status $context.path' } } }
`);
  for (const path of ['/%zz', '/%25zz']) {
    expect(
      await exchange(url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    ).toMatch(/^HTTP\/1.1 400 /);
  }
  const apiId = stack.httpApis[0]?.apiId;
  expect(events.of('http.request')).toMatchObject([
    { statusCode: 400, apiId, path: '/%zz' },
    { statusCode: 400, apiId, path: '/%zz' },
  ]);
  await closeServers();
  expect(events.of('log').map(({ text }) => text.replace(/^\S+ /, ''))).toEqual([
    '400 /%zz',
    '400 /%zz',
  ]);
});

describe('DisableExecuteApiEndpoint', () => {
  const http = (more: string): string => `
Resources:
  Handler: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs24.x, Handler: index.handler, Role: r, Code: { ZipFile: '' } } }
  Http: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: h, ProtocolType: HTTP, Target: !GetAtt Handler.Arn, DisableExecuteApiEndpoint: true } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Http, StageName: $default } }
${more}`;

  it('refuses all requests if the API has no domain name, and reports it', async () => {
    const { ask, stack } = await start(http(''));
    expect(await ask('/')).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    expect(stack.warnings).toMatchObject([{ property: 'DisableExecuteApiEndpoint' }]);
  });

  it("refuses only AWS's host if the API has a domain name, which this machine replaces", async () => {
    const { ask, url, stack } = await start(
      http(
        '  Mapping: { Type: AWS::ApiGatewayV2::ApiMapping, Properties: { ApiId: !Ref Http, DomainName: a.example, Stage: $default } }',
      ),
    );
    expect((await ask('/')).status).toBe(200);
    const host = `${stack.httpApis[0]?.apiId ?? ''}.execute-api.ap-northeast-1.amazonaws.com`;
    expect(
      await exchange(url, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    ).toMatch(/^HTTP\/1.1 404 /);
  });
});

describe('a REST API of native resources', () => {
  const rest = (methods: string, more = ''): string => `
Resources:
  Handler: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs24.x, Handler: index.handler, Role: r, Code: { ZipFile: '' } } }
  Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: !Ref Handler, Action: lambda:InvokeFunction, Principal: apigateway.amazonaws.com } }
  Rest: { Type: AWS::ApiGateway::RestApi, Properties: { Name: r } }
  Pets: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Rest, ParentId: !GetAtt Rest.RootResourceId, PathPart: pets } }
  Pet: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Rest, ParentId: !Ref Pets, PathPart: '{id}' } }
  Deployment: { Type: AWS::ApiGateway::Deployment, Properties: { RestApiId: !Ref Rest } }
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: !Ref Rest
      DeploymentId: !Ref Deployment
      StageName: live
      Variables: { color: red }
      MethodSettings: [{ HttpMethod: PATCH, ResourcePath: '/pets~1{id}', ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 1 }]
${methods}${more}`;

  const method = (verb: string, integration: string, more = ''): string => `
  ${verb}: { Type: AWS::ApiGateway::Method, Properties: { RestApiId: !Ref Rest, ResourceId: !Ref Pet, HttpMethod: ${verb}, AuthorizationType: NONE, ${more} Integration: ${integration} } }
`;

  const URI =
    "!Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Handler.Arn}/invocations'";

  it('invokes a function with AWS_PROXY and the path of the resources', async () => {
    const { ask, invoker } = await start(
      rest(method('GET', `{ Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: ${URI} }`)),
      () => ({ statusCode: 200, body: 'pet' }),
    );
    expect(await ask('/pets/7')).toMatchObject({ status: 200, text: 'pet' });
    expect(invoker.lastEvent).toMatchObject({
      ...{ resource: '/pets/{id}', pathParameters: { id: '7' }, stageVariables: { color: 'red' } },
    });
    expect((await ask('/nothing')).status).toBe(403);
  });

  it('chooses the response by a function’s error, and maps its headers', async () => {
    const { ask, invoker } = await start(
      rest(
        method(
          'GET',
          `{ Type: AWS, IntegrationHttpMethod: POST, Uri: ${URI}, RequestTemplates: { application/json: '{"pet":"$input.params(''id'')","method":"$context.httpMethod"}' },
        IntegrationResponses: [{ StatusCode: 200, ResponseParameters: { method.response.header.X-Pet: integration.response.body.name, method.response.header.X-Color: stageVariables.color } }, { StatusCode: 404, SelectionPattern: '.*gone.*', ResponseTemplates: { application/json: '{"why":$input.json("$.errorMessage")}' } }] }`,
        ),
      ),
      (event) => {
        if ((event as { readonly pet?: unknown }).pet === '8') throw new HandlerError('it is gone');
        return { name: 'Rex' };
      },
    );
    const found = await ask('/pets/7');
    expect([
      found.status,
      found.text,
      found.headers.get('x-pet'),
      found.headers.get('x-color'),
    ]).toEqual([200, '{"name":"Rex"}', 'Rex', 'red']);
    expect(invoker.lastEvent).toEqual({ pet: '7', method: 'GET' });
    expect(await ask('/pets/8')).toMatchObject({ status: 404, text: '{"why":"it is gone"}' });
  });

  it('maps requests to an endpoint, and rejects media types that may not be passed through', async () => {
    await using endpoint = await startEndpoint();
    const { ask } = await start(
      rest(
        method(
          'POST',
          `{ Type: HTTP, IntegrationHttpMethod: PUT, Uri: '${endpoint.url}/{pet}', PassthroughBehavior: NEVER,
        RequestParameters: { integration.request.path.pet: method.request.path.id, integration.request.querystring.q: method.request.querystring.q, integration.request.header.X-By: "'gateway'" },
        RequestTemplates: { application/json: '{"name":$input.json("$.n")}' }, IntegrationResponses: [{ StatusCode: 201 }] }`,
        ),
      ),
    );
    const json = { 'content-type': 'application/json' };
    const made = await ask('/pets/7?q=x%20y', {
      method: 'POST',
      body: '{"n":"Rex"}',
      headers: json,
    });
    expect([made.status, JSON.parse(made.text)]).toEqual([
      201,
      { method: 'PUT', url: '/7?q=x+y', by: 'gateway', body: '{"name":"Rex"}' },
    ]);
    expect((await ask('/pets/7', { method: 'POST', body: 'x' })).status).toBe(415);
  });

  it('validates parameters and bodies before it calls the integration', async () => {
    const { ask, invoker } = await start(
      rest(
        method(
          'POST',
          `{ Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: ${URI} }`,
          'RequestValidatorId: !Ref Validator, RequestParameters: { method.request.querystring.q: true, method.request.header.X-By: true, method.request.querystring.free: false }, RequestModels: { application/json: PetModel },',
        ),
        `
  Validator: { Type: AWS::ApiGateway::RequestValidator, Properties: { RestApiId: !Ref Rest, ValidateRequestBody: true, ValidateRequestParameters: true } }
  Model: { Type: AWS::ApiGateway::Model, Properties: { RestApiId: !Ref Rest, Name: PetModel, ContentType: application/json, Schema: { type: object, required: [name], properties: { name: { type: string } } } } }`,
      ),
      () => ({ statusCode: 200 }),
    );
    const post = (path: string, body: string) =>
      ask(path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'x-by': 'me' },
      });
    expect(await post('/pets/7', '{"name":"Rex"}')).toMatchObject({
      ...{ status: 400, text: '{"message":"Missing required request parameters: [q]"}' },
    });
    for (const body of ['{"name":7}', 'no JSON', '']) {
      expect(await post('/pets/7?q=1', body)).toMatchObject({
        ...{ status: 400, text: '{"message":"Invalid request body"}' },
      });
    }
    expect(invoker.invocations).toEqual([]);
    expect((await post('/pets/7?q=1', '{"name":"Rex"}')).status).toBe(200);
  });

  it('throttles a method by MethodSettings', async () => {
    const { ask } = await start(
      rest(
        method(
          'PATCH',
          `{ Type: MOCK, RequestTemplates: { application/json: '{"statusCode": 202}' }, IntegrationResponses: [{ StatusCode: 202 }] }`,
        ),
      ),
    );
    const patch = () => ask('/pets/7', { method: 'PATCH' });
    expect([(await patch()).status, await patch()]).toMatchObject([
      202,
      { status: 429, text: '{"message":"Too Many Requests"}' },
    ]);
  });

  it('responds with 500 if no integration response matches, and with 504 if no server listens', async () => {
    await using endpoint = await startEndpoint();
    const { ask } = await start(
      rest(
        method(
          'GET',
          `{ Type: HTTP, IntegrationHttpMethod: GET, Uri: '${endpoint.url}/', IntegrationResponses: [{ StatusCode: 200, SelectionPattern: '5..' }] }`,
        ) +
          method(
            'PUT',
            "{ Type: HTTP_PROXY, IntegrationHttpMethod: PUT, Uri: 'http://127.0.0.1:1/' }",
          ),
      ),
    );
    expect((await ask('/pets/7')).status).toBe(500);
    expect((await ask('/pets/7', { method: 'PUT' })).status).toBe(504);
  });
});

it('validates the requests of SAM events, and of integrations in a definition', async () => {
  await using endpoint = await startEndpoint();
  const { ask } = await start(
    `
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      Models: { Pet: { type: object, required: [name], properties: { name: { $ref: '#/definitions/Name' } } }, Name: { type: string, minLength: 2 } }
      DefinitionBody:
        openapi: 3.0.1
        x-amazon-apigateway-request-validators: { all: { validateRequestBody: true, validateRequestParameters: true } }
        components: { schemas: { Pet: { type: object, required: [name] } } }
        paths:
          /mapped/{id}:
            post:
              x-amazon-apigateway-request-validator: all
              parameters: [{ in: query, name: q, required: true }]
              requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
              x-amazon-apigateway-integration:
                type: http
                httpMethod: POST
                uri: ${endpoint.url}/status/500
                requestTemplates: { application/json: '{"id":"$input.params(''id'')"}' }
                responses:
                  '5\\d{2}': { statusCode: '502', responseTemplates: { application/json: '#set($context.responseOverride.header.X-Why = "server")$input.json("$.body")' } }
                  default: { statusCode: '200' }
  Handler:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs24.x
      InlineCode: exports.handler = () => 1
      Events:
        In:
          Type: Api
          Properties:
            RestApiId: !Ref Api
            Method: post
            Path: /event
            RequestModel: { Model: Pet, ValidateBody: true, ValidateParameters: true }
            RequestParameters: [method.request.header.X-Free, { method.request.header.X-By: { Required: true } }]
`,
    () => ({ statusCode: 200 }),
  );
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const by = { 'x-by': 'me' };
  const statuses = [
    await post('/event', '{"name":"Rex"}', by),
    await post('/event', '{"name":"Rex"}'),
    await post('/event', '{"name":"R"}', by),
    await post('/mapped/7', '{"name":"Rex"}'),
    await post('/mapped/7?q=1', '{}'),
  ].map(({ status }) => status);
  expect(statuses).toEqual([200, 400, 400, 400, 400]);
  const mapped = await post('/mapped/7?q=1', '{"name":"Rex"}');
  expect([mapped.status, mapped.headers.get('x-why')]).toEqual([502, 'server']);
  expect(JSON.parse(mapped.text)).toBe('{"id":"7"}');
});
