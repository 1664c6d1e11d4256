import { loadText } from '../../template/testing/load-text.ts';
import {
  closeServers,
  exchange,
  HandlerError,
  operator,
  RawPayload,
  startServer,
  type TestHandler,
} from '../testing/harness.ts';
import { sign } from '../testing/sign.ts';

afterEach(closeServers);

const FUNCTION = `
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Handler: index.handler, Runtime: nodejs24.x } }
Resources:
  Handler:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: exports.handler = () => 1
      Events:
        Hello: { Type: Api, Properties: { RestApiId: !Ref Api, Method: get, Path: /hello } }
        Item: { Type: Api, Properties: { RestApiId: !Ref Api, Method: any, Path: '/items/{id}' } }
        Files: { Type: Api, Properties: { RestApiId: !Ref Api, Method: get, Path: '/files/{proxy+}' } }
        Signed: { Type: Api, Properties: { RestApiId: !Ref Api, Method: get, Path: /signed, Auth: { Authorizer: AWS_IAM } } }
`;

async function start(
  handlers: TestHandler | Record<string, TestHandler> = () => ({ statusCode: 200 }),
  properties = '',
  more = '',
) {
  const template = `${FUNCTION}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      Variables: { color: red }
${properties}
${more}`;
  const { httpApis } = loadText(template);
  const server = await startServer(handlers, { apis: httpApis });
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${server.url}${path}`, init);
    return {
      status: response.status,
      body: await response.text(),
      headers: Object.fromEntries(response.headers),
    };
  };
  return { ...server, ask };
}

/** Gives the last event in the form of a REST API. */
const eventOf = ({ invoker }: { readonly invoker: { readonly lastEvent: unknown } }) =>
  invoker.lastEvent as Readonly<Record<string, unknown>> & {
    readonly requestContext: Readonly<Record<string, unknown>>;
    readonly headers: Readonly<Record<string, string>>;
  };

describe('the event of a REST API', () => {
  it('has all members of AWS’s event, and no others', async () => {
    const server = await start();
    await server.ask('/items/a%2Bb?n=1&n=2&s=two+words', {
      method: 'PUT',
      headers: { 'X-Mine': 'a', 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    const event = eventOf(server);
    expect(Object.keys(event).sort()).toEqual([
      ...['body', 'headers', 'httpMethod', 'isBase64Encoded', 'multiValueHeaders'],
      ...['multiValueQueryStringParameters', 'path', 'pathParameters', 'queryStringParameters'],
      ...['requestContext', 'resource', 'stageVariables'],
    ]);
    expect(event).toMatchObject({
      ...{ resource: '/items/{id}', path: '/items/a%2Bb', httpMethod: 'PUT' },
      pathParameters: { id: 'a%2Bb' },
      queryStringParameters: { n: '2', s: 'two words' },
      multiValueQueryStringParameters: { n: ['1', '2'], s: ['two words'] },
      ...{ stageVariables: { color: 'red' }, body: '{"a":1}', isBase64Encoded: false },
    });
    expect(Object.keys(event.headers).map((name) => name.toLowerCase())).not.toContain(
      'content-length',
    );
    expect(Object.keys(event.requestContext).sort()).toEqual([
      ...['accountId', 'apiId', 'deploymentId', 'domainName', 'domainPrefix', 'extendedRequestId'],
      ...['httpMethod', 'identity', 'path', 'protocol', 'requestId', 'requestTime'],
      ...['requestTimeEpoch', 'resourceId', 'resourcePath', 'stage'],
    ]);
    expect(event.requestContext).toMatchObject({
      ...{ resourcePath: '/items/{id}', path: '/live/items/a%2Bb', stage: 'live' },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
    });
  });

  it('has nulls for members that the request does not have', async () => {
    const server = await start();
    await server.ask('/hello');
    expect(eventOf(server)).toMatchObject({
      ...{ pathParameters: null, queryStringParameters: null, body: null },
      ...{ multiValueQueryStringParameters: null },
    });
  });

  it.each([
    ['/hello/', '/hello', '/hello/', null],
    ['/files/a/b/', '/files/{proxy+}', '/files/a/b/', { proxy: 'a/b' }],
    ['/items/1/', '/items/{id}', '/items/1/', { id: '1' }],
  ])('keeps the slash at the end of %s only in its path', async (path, resource, own, params) => {
    const server = await start();
    expect((await server.ask(path)).status).toBe(200);
    expect(eventOf(server)).toMatchObject({ resource, path: own, pathParameters: params });
  });
});

describe('the body of a request to a REST API', () => {
  const send = async (type: string, properties?: string) => {
    const server = await start(undefined, properties);
    const headers = { 'content-type': type };
    await server.ask('/items/1', { method: 'POST', headers, body: Buffer.from('a=ü') });
    const { body, isBase64Encoded } = eventOf(server);
    return [isBase64Encoded, body];
  };
  const base64 = Buffer.from('a=ü').toString('base64');

  it.each(['application/x-www-form-urlencoded', 'image/png', 'application/vnd.shop+json'])(
    'of type %s is text',
    async (type) => {
      expect(await send(type)).toEqual([false, 'a=ü']);
    },
  );

  it.each([
    ['image/png', 'image~1png', true],
    ['image/png; a=b', 'image/png', true],
    ['image/png', '*/*', true],
    ['image/jpeg', 'image/png', false],
  ])('of type %s is base64 if BinaryMediaTypes has %s: %s', async (type, binary, isBinary) => {
    expect(await send(type, `      BinaryMediaTypes: ['${binary}']`)).toEqual(
      isBinary ? [true, base64] : [false, 'a=ü'],
    );
  });
});

describe('the response of a REST API', () => {
  it('has status, headers and body of the function, and the ids of the request', async () => {
    const { ask } = await start(() => ({
      ...{ statusCode: 201, body: 'made', headers: { 'X-One': 1, 'x-two': 'a' } },
      multiValueHeaders: { 'x-two': ['a', 'b'] },
    }));
    const { status, body, headers } = await ask('/hello');
    expect([status, body]).toEqual([201, 'made']);
    expect(headers).toMatchObject({
      ...{ 'x-one': '1', 'x-two': 'a, b', 'content-type': 'application/json' },
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-amz-apigw-id': expect.stringMatching(/=$/),
    });
    expect(headers).not.toHaveProperty('apigw-requestid');
  });

  it('does not decode base64 unless the client accepts a binary type', async () => {
    const result = { statusCode: 200, body: 'aGk=', isBase64Encoded: true };
    const binary = `      BinaryMediaTypes: ['image/png']`;
    const { ask } = await start(() => result, binary);
    expect((await ask('/hello')).body).toBe('aGk=');
    expect((await ask('/hello', { headers: { accept: 'image/png' } })).body).toBe('hi');
  });
});

describe('errors of a REST API', () => {
  const internal = '{"message":"Internal server error"}';
  const throws: TestHandler = () => {
    throw new HandlerError('on purpose');
  };

  it.each<[string, TestHandler, number, string]>([
    ['a function that throws', throws, 502, internal],
    ['a body that is not a string', () => ({ statusCode: 200, body: { a: 1 } }), 502, internal],
    ['no status', () => ({}), 502, internal],
    ['an unknown member', () => ({ statusCode: 200, response: 1 }), 502, internal],
    [
      'a result that is not JSON',
      () => {
        throw new RawPayload('x');
      },
      502,
      internal,
    ],
  ])('are those of AWS for %s', async (_what, handler, status, body) => {
    const { ask } = await start(handler);
    const response = await ask('/hello');
    expect([response.status, response.body]).toEqual([status, body]);
    expect(response.headers['x-amzn-errortype']).toBe('InternalServerErrorException');
  });

  it.each([
    ['GET', '/nowhere'],
    ['POST', '/hello'],
    ['GET', '/signed'],
    ['GET', '/files'],
  ])('are Missing Authentication Token for %s %s', async (method, path) => {
    const { ask } = await start();
    const response = await ask(path, { method });
    expect([response.status, response.body]).toEqual([
      403,
      '{"message":"Missing Authentication Token"}',
    ]);
    expect(response.headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
  });

  it('report what is wrong with a signature, and allow a valid one', async () => {
    const { ask, url } = await start();
    const request = { method: 'GET', url: `${url}/signed`, service: 'execute-api' };
    const wrong = { ...operator, secretAccessKey: 'wrong' };
    const refused = await ask('/signed', {
      headers: await sign({ ...request, principal: wrong }),
    });
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('signature we calculated does not match');
    expect(refused.headers['x-amzn-errortype']).toBe('InvalidSignatureException');
    const headers = await sign({ ...request, principal: operator });
    expect((await ask('/signed', { headers })).status).toBe(200);
  });
});

describe('gateway responses', () => {
  const RESOURCE = `
  NotFound:
    Type: AWS::ApiGateway::GatewayResponse
    Properties:
      RestApiId: !Ref Api
      ResponseType: MISSING_AUTHENTICATION_TOKEN
      StatusCode: '404'
      ResponseParameters: { gatewayresponse.header.Access-Control-Allow-Origin: "'*'" }
      ResponseTemplates: { application/json: '{"error":$context.error.messageString,"type":"$context.error.responseType"}' }
`;
  const PROPERTY = `      GatewayResponses:
        DEFAULT_4XX:
          ResponseParameters: { Headers: { X-From: method.request.header.X-Mine, X-Stage: context.stage } }
`;

  it('replace status, headers and body of their type', async () => {
    const { ask } = await start(undefined, '', RESOURCE);
    const { status, body, headers } = await ask('/nowhere');
    expect(status).toBe(404);
    expect(JSON.parse(body)).toEqual({
      error: 'Missing Authentication Token',
      type: 'MISSING_AUTHENTICATION_TOKEN',
    });
    expect(headers['access-control-allow-origin']).toBe('*');
  });

  it('of DEFAULT_4XX apply to every such error without its own gateway response', async () => {
    const { ask } = await start(undefined, PROPERTY);
    const { status, body, headers } = await ask('/nowhere', { headers: { 'x-mine': 'me' } });
    expect([status, body]).toEqual([403, '{"message":"Missing Authentication Token"}']);
    expect(headers).toMatchObject({ 'x-from': 'me', 'x-stage': 'live' });
  });
});

describe('Cors of a REST API', () => {
  const CORS = `      Cors: { AllowOrigin: "'https://a.example'", AllowHeaders: "'content-type'", MaxAge: "'600'" }`;

  it('makes an OPTIONS method for each path, with the methods of the path', async () => {
    const { ask, invoker } = await start(undefined, CORS);
    const { status, headers, body } = await ask('/hello', { method: 'OPTIONS' });
    expect([status, body]).toEqual([200, '{}\n']);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-headers': 'content-type',
      'access-control-allow-methods': 'GET,OPTIONS',
      'access-control-max-age': '600',
    });
    expect(invoker.invocations).toEqual([]);
  });

  it('does not change the responses of functions', async () => {
    const { ask } = await start(undefined, CORS);
    const { headers } = await ask('/hello', { headers: { origin: 'https://a.example' } });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});

it('serves the mock integrations of the definition', async () => {
  const { ask } = await start(
    undefined,
    `      DefinitionBody:
        openapi: 3.0.1
        paths:
          /mocked:
            get:
              x-amazon-apigateway-integration:
                type: mock
                requestTemplates: { application/json: '{"statusCode": 202}' }
                responses:
                  default: { statusCode: 200 }
                  '202':
                    statusCode: 202
                    responseParameters: { method.response.header.X-Mock: "'yes'" }
                    responseTemplates: { application/json: '{"ok":true}' }
`,
  );
  const { status, body, headers } = await ask('/mocked');
  expect([status, body, headers['x-mock']]).toEqual([202, '{"ok":true}', 'yes']);
});

it('responds with Missing Authentication Token to requests without a stage', async () => {
  const { url } = await start();
  const response = await exchange(
    url,
    'GET /other/hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  );
  expect(response).toContain('Missing Authentication Token');
});
