import { recordEvents, type RecordedEvents } from '../events/testing/record-events.ts';
import {
  closeServers,
  HandlerError,
  startServer,
  type TestHandler,
} from '../http-api/testing/harness.ts';
import { TemplateError } from '../template/index.ts';
import { loadText } from '../template/testing/load-text.ts';
import { startGateway } from '../websocket-api/testing/gateway-builder.ts';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Log: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /access/api } }
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: exports.handler = () => 1
      Handler: index.handler
      Runtime: nodejs24.x
      Events:
        Read: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: GET, Path: '/posts/{id}' } }
        Rest: { Type: Api, Properties: { RestApiId: !Ref Rest, Method: GET, Path: '/posts/{id}' } }
        Guarded:
          Type: HttpApi
          Properties:
            ApiId: !Ref Api
            Method: GET
            Path: /guarded
            Auth: { Authorizer: Guard }
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      AccessLogSettings: { DestinationArn: !GetAtt Log.Arn, Format: 'HTTP_FORMAT' }
      Auth:
        Authorizers:
          Guard:
            FunctionArn: !GetAtt Reader.Arn
            AuthorizerPayloadFormatVersion: 2.0
            EnableSimpleResponses: true
            Identity: { Headers: [authorization] }
  Rest:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      AccessLogSetting: { DestinationArn: !GetAtt Log.Arn, Format: 'HTTP_FORMAT' }
  Chat:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      RouteSelectionExpression: $request.body.action
      StageName: live
      AccessLogSettings: { DestinationArn: !GetAtt Log.Arn, Format: 'CHAT_FORMAT' }
      Routes:
        $connect: { FunctionArn: !GetAtt Reader.Arn }
        $disconnect: { FunctionArn: !GetAtt Reader.Arn }
        greet: { FunctionArn: !GetAtt Reader.Arn }
        fail: { FunctionArn: !GetAtt Reader.Arn }
`;

/** A JSON format with each variable under its own name. */
function formatOf(...names: string[]): string {
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, `$context.${name}`])));
}

function load(formats: { readonly http?: string; readonly chat?: string }) {
  const { http = '$context.requestId', chat = '$context.requestId' } = formats;
  return loadText(TEMPLATE.replaceAll('HTTP_FORMAT', http).replace('CHAT_FORMAT', chat));
}

type Line = Readonly<Record<string, string>>;

/** The lines of the log group, read after a gateway has closed. */
function linesIn(events: RecordedEvents): Line[] {
  return events
    .of('log')
    .filter(({ logGroup }) => logGroup === '/access/api')
    .map(({ text }) => JSON.parse(text) as Line);
}

afterEach(closeServers);

async function logged(
  format: string,
  paths: readonly string[],
  handler: TestHandler = () => ({ statusCode: 200, body: 'hello' }),
  headers: Readonly<Record<string, string>> = {},
): Promise<Line[]> {
  const events = recordEvents();
  const { httpApis } = load({ http: format });
  const server = await startServer({ Reader: handler }, { apis: httpApis, events: events.bus });
  for (const path of paths) await fetch(`${server.url}${path}`, { headers });
  await server.close();
  return linesIn(events);
}

describe('the access log of an HTTP API', () => {
  it('has a line for each request, with the values of its variables', async () => {
    const format = formatOf(
      ...['requestId', 'routeKey', 'path', 'httpMethod', 'status', 'responseLength'],
      ...['integration.status', 'integrationStatus', 'integrationErrorMessage', 'stage'],
      ...['identity.userAgent', 'identity.sourceIp', 'error.message', 'protocol', 'domainPrefix'],
      'awsEndpointRequestId',
    );
    const handler: TestHandler = () => ({ statusCode: 401, body: 'hello' });
    const [line, ...others] = await logged(format, ['/posts/1?x=1'], handler, {
      'user-agent': 'a "test"',
    });
    expect(others).toEqual([]);
    expect(line).toEqual({
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
      ...{ routeKey: 'GET /posts/{id}', path: '/posts/1', httpMethod: 'GET' },
      ...{ status: '401', responseLength: '5', 'integration.status': '401' },
      ...{ integrationStatus: '200', integrationErrorMessage: '-', stage: '$default' },
      ...{ 'identity.userAgent': 'a "test"', 'identity.sourceIp': '127.0.0.1' },
      ...{ 'error.message': '-', protocol: 'HTTP/1.1', domainPrefix: '127' },
      awsEndpointRequestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
    });
  });

  it('names what went wrong, in the words of AWS', async () => {
    const format = formatOf(
      ...['requestId', 'routeKey', 'status', 'error.message', 'error.responseType'],
      ...['integrationErrorMessage', 'integration.status', 'integrationLatency'],
    );
    const lines = await logged(format, ['/nothing', '/posts/1'], () => {
      throw new HandlerError('no such post');
    });
    expect(lines).toMatchObject([
      {
        ...{ routeKey: '-', status: '404', 'error.message': 'Not Found' },
        ...{ integrationErrorMessage: '-', integrationLatency: '-' },
      },
      {
        ...{ routeKey: 'GET /posts/{id}', status: '500', 'integration.status': '-' },
        ...{
          'error.message': 'Internal Server Error',
          'error.responseType': 'INTEGRATION_FAILURE',
        },
        integrationErrorMessage:
          'The Lambda function returned the following error: no such post. Check your Lambda function code and try again.',
        integrationLatency: expect.stringMatching(/^\d+$/),
      },
    ]);
  });

  it('has what an authorizer found out, and why it refused', async () => {
    const format = formatOf(
      ...['requestId', 'status', 'authorizer.tenant', 'authorizer.level', 'authorizer.error'],
      ...['authorizer.status', 'error.responseType'],
    );
    const guard: TestHandler = (event) =>
      'routeArn' in event
        ? {
            isAuthorized: event.headers.authorization === 'yes',
            context: { tenant: 'acme', level: 3 },
          }
        : { statusCode: 200 };
    const [denied] = await logged(format, ['/guarded'], guard, { authorization: 'no' });
    expect(denied).toMatchObject({
      ...{ status: '403', 'authorizer.tenant': '-', 'authorizer.error': 'Forbidden' },
      ...{ 'authorizer.status': '403', 'error.responseType': 'ACCESS_DENIED' },
    });
    const [allowed] = await logged(format, ['/guarded'], guard, { authorization: 'yes' });
    expect(allowed).toMatchObject({
      ...{ status: '200', 'authorizer.tenant': 'acme', 'authorizer.level': '3' },
      ...{ 'authorizer.error': '-', 'authorizer.status': '200', 'error.responseType': '-' },
    });
  });

  it('counts the time of a request in seconds; that of a REST API, in milliseconds', async () => {
    const format = formatOf('requestId', 'requestTimeEpoch', 'resourcePath', 'routeKey');
    const { httpApis } = load({});
    const rest = httpApis.find(({ rest: settings }) => settings !== undefined);
    const lines = await logged(format, ['/posts/1', `/${rest?.apiId ?? ''}/live/posts/1`]);
    expect(lines).toMatchObject([
      { requestTimeEpoch: expect.stringMatching(/^\d{10}$/), resourcePath: '-' },
      { requestTimeEpoch: expect.stringMatching(/^\d{13}$/), resourcePath: '/posts/{id}' },
    ]);
  });
});

describe('the access log of a WebSocket API', () => {
  it('has a line for the connection, each message, and the end', async () => {
    const events = recordEvents();
    const format = formatOf(
      ...['requestId', 'eventType', 'routeKey', 'status', 'connectionId', 'messageId', 'stage'],
      ...['integrationErrorMessage', 'error.message', 'connectedAt', 'integrationLatency'],
    );
    const { webSocketApis } = load({ chat: format });
    const gateway = await startGateway(
      {
        Reader: ({ body }) => {
          if (typeof body === 'string' && body.includes('fail')) throw new Error('out of luck');
          return { statusCode: 200 };
        },
      },
      { apis: webSocketApis, events: events.bus },
    );
    const { connectionId, socket, ...client } = await gateway.connect('/live');
    socket.send('{"action":"greet"}');
    socket.send('{"action":"fail"}');
    socket.send('{"action":"unknown"}');
    await gateway.invoker.nth('Reader', 3);
    socket.close();
    await client.closed;
    await gateway.invoker.nth('Reader', 4);
    await gateway[Symbol.asyncDispose]();

    const lines = linesIn(events);
    const byRoute = new Map(lines.map((line) => [line.routeKey, line]));
    expect([...byRoute.keys()].sort()).toEqual([
      '$connect',
      '$disconnect',
      'fail',
      'greet',
      'unknown',
    ]);
    const common = { connectionId, stage: 'live', connectedAt: expect.stringMatching(/^\d{13}$/) };
    for (const line of lines) expect(line).toMatchObject(common);
    const fine = { status: '200', integrationErrorMessage: '-', 'error.message': '-' };
    const id = expect.stringMatching(/^[\w-]{15}=$/) as unknown;
    expect(byRoute.get('$connect')).toMatchObject({
      ...fine,
      eventType: 'CONNECT',
      messageId: '-',
    });
    expect(byRoute.get('greet')).toMatchObject({ ...fine, eventType: 'MESSAGE', messageId: id });
    expect(byRoute.get('fail')).toMatchObject({
      ...{ eventType: 'MESSAGE', status: '500', 'error.message': 'Internal server error' },
      integrationErrorMessage: expect.stringContaining('out of luck'),
    });
    expect(byRoute.get('unknown')).toMatchObject({
      ...{ eventType: 'MESSAGE', status: '403', 'error.message': 'Forbidden' },
      integrationLatency: '-',
    });
    expect(byRoute.get('$disconnect')).toMatchObject({ ...fine, eventType: 'DISCONNECT' });
  });

  it('has a line for a handshake that the integration refuses', async () => {
    const events = recordEvents();
    const { webSocketApis } = load({ chat: formatOf('requestId', 'status', 'eventType') });
    const gateway = await startGateway(
      { Reader: () => ({ statusCode: 401 }) },
      { apis: webSocketApis, events: events.bus },
    );
    expect((await gateway.refused('/live')).statusCode).toBe(401);
    await gateway[Symbol.asyncDispose]();
    expect(linesIn(events)).toMatchObject([{ status: '401', eventType: 'CONNECT' }]);
  });
});

describe('a template with an access log that AWS would refuse', () => {
  it('names a format without the id of the request', () => {
    expect(() => load({ http: '$context.status' })).toThrow(TemplateError);
    expect(() => load({ http: '$context.status' })).toThrow(/\$context\.requestId/);
  });
});
