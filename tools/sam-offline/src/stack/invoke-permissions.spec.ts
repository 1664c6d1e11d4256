import { once } from 'node:events';
import { recordEvents } from '../events/testing/record-events.ts';
import { closeServers, startServer } from '../http-api/testing/harness.ts';
import type { EnforcementMode } from '../iam/index.ts';
import { loadText } from '../template/testing/load-text.ts';
import { startGateway } from '../websocket-api/testing/gateway-builder.ts';
import { enforcePermissions } from './permissions.ts';

const NATIVE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Reader:
    Type: AWS::Serverless::Function
    Properties: { InlineCode: exports.handler = () => 1, Handler: index.handler, Runtime: nodejs24.x }
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: posts, ProtocolType: HTTP } }
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: { ApiId: !Ref Api, StageName: $default, AutoDeploy: true }
  Posts:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Api, RouteKey: 'ANY /posts/{id}', Target: !Sub 'integrations/\${Integration}' }
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      { ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Reader.Arn, PayloadFormatVersion: '2.0' }
`;

/** The permission of a route's function. Properties replace those that let the route invoke it. */
const permission = (changes: Readonly<Record<string, string>> = {}): string => {
  const properties = {
    Action: 'lambda:InvokeFunction',
    FunctionName: '!Ref Reader',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: source('*/*/posts/*'),
    ...changes,
  };
  const lines = Object.entries(properties).map(([name, value]) => `      ${name}: ${value}\n`);
  return `  Permission:\n    Type: AWS::Lambda::Permission\n    Properties:\n${lines.join('')}`;
};

function source(route: string): string {
  return `!Sub 'arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/${route}'`;
}

const succeeding = () => ({ statusCode: 200, body: 'hello' });

/** The response to a request to the first HTTP API of a template, and the warnings about it. */
async function ask(template: string, mode: EnforcementMode, method = 'GET', path = '/posts/1') {
  const events = recordEvents();
  const { bus } = events;
  const stack = loadText(template);
  const permissions = enforcePermissions(stack, mode, bus);
  const { url, invoker } = await startServer(
    { Reader: succeeding },
    { apis: stack.httpApis, permissions, events: bus },
  );
  const response = await fetch(`${url}${path}`, { method });
  return {
    ...{ status: response.status, body: await response.text(), url },
    ...{ denied: events.of('permission.denied'), invocations: invoker.invocations.length },
    ...{ requests: events.of('http.request'), stack, events },
  };
}

afterEach(closeServers);

describe('a route that is a resource of its own', () => {
  it('invokes no function that has no permission, and says which would let it', async () => {
    const { status, body, denied, invocations, requests, stack } = await ask(NATIVE, 'enforce');
    expect({ status, body }).toEqual({
      status: 500,
      body: '{"message":"Internal Server Error"}',
    });
    expect(invocations).toBe(0);
    const functionArn = stack.functions[0]?.arn ?? '';
    const sourceArn = `arn:aws:execute-api:ap-northeast-1:123456789012:${stack.httpApis[0]?.apiId}/$default/GET/posts/{id}`;
    expect(denied).toEqual([
      expect.objectContaining({ caller: 'apigateway.amazonaws.com', resource: functionArn }),
    ]);
    expect(JSON.parse(denied[0]?.suggestion ?? '')).toEqual({
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: functionArn,
        Principal: 'apigateway.amazonaws.com',
        SourceArn: sourceArn,
      },
    });
    expect(requests[0]?.integration?.error).toMatch(/^Invalid permissions on Lambda function/);
  });

  it('invokes the function and emits the denial, under report; emits none when off', async () => {
    const reported = await ask(NATIVE, 'report');
    expect([reported.status, reported.denied.length]).toEqual([200, 1]);
    expect(reported.denied[0]?.enforced).toBe(false);
    const off = await ask(NATIVE, 'off');
    expect([off.status, off.denied.length]).toEqual([200, 0]);
  });

  it('emits a denial once', async () => {
    const { url, events } = await ask(NATIVE, 'enforce');
    expect((await fetch(`${url}/posts/2`)).status).toBe(500);
    expect(events.of('permission.denied')).toHaveLength(1);
  });

  it.each([
    ['its API, stage and path', {}, 200],
    ['whatever invokes it', { SourceArn: "!Sub 'arn:${AWS::Partition}:execute-api:*:*:*'" }, 200],
    ['the path as the route has it', { SourceArn: source('$default/GET/posts/{id}') }, 200],
    ['every Lambda action', { Action: 'lambda:*' }, 200],
    ['everybody', { Principal: "'*'" }, 200],
    ['its account', { SourceAccount: '!Ref AWS::AccountId' }, 200],
    ['the function by its ARN', { FunctionName: '!GetAtt Reader.Arn' }, 200],
    ['another method', { SourceArn: source('*/POST/posts/*') }, 500],
    ['another stage', { SourceArn: source('prod/*') }, 500],
    ['another path', { SourceArn: source('*/*/comments/*') }, 500],
    ['another service', { Principal: 's3.amazonaws.com' }, 500],
    ['another action', { Action: 'lambda:GetFunction' }, 500],
    ['another account', { SourceAccount: "'999999999999'" }, 500],
    ['an alias that the route does not invoke', { FunctionName: "!Sub '${Reader}:live'" }, 500],
    ['its URL', { FunctionUrlAuthType: 'NONE', Principal: "'*'" }, 500],
  ])('with a permission for %s', async (_name, changes, status) => {
    const { status: responded } = await ask(NATIVE + permission(changes), 'enforce');
    expect(responded).toBe(status);
  });

  it('passes where the SourceArn is imported, with a warning', async () => {
    const template = NATIVE + permission({ SourceArn: '!ImportValue api-arn' });
    const { status, stack } = await ask(template, 'enforce');
    expect(status).toBe(200);
    expect(stack.warnings.map(({ message }) => message)).toContain(
      'the SourceArn is imported, so every source is allowed here',
    );
  });

  it('passes where the integration has a role, with a warning', async () => {
    const role = "{ CredentialsArn: 'arn:aws:iam::123456789012:role/gateway', ApiId: ";
    const [before, after] = NATIVE.split('Integration:\n');
    const template = `${before}Integration:\n${after?.replace('{ ApiId: ', role)}`;
    const { status, stack } = await ask(template, 'enforce');
    expect(status).toBe(200);
    expect(stack.warnings.map(({ message }) => message)).toContain(
      'whether this role may invoke the function is not checked',
    );
  });
});

describe('the permissions that SAM makes', () => {
  const template = (type: string, more: string, properties = '') => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: exports.handler = () => 1
      Handler: index.handler
      Runtime: nodejs24.x
      ${properties}
      Events:
        Get: { Type: ${type}, Properties: { ${more} } }
`;

  it.each([
    ['a path with a parameter', 'HttpApi', 'Method: get, Path: "/posts/{id}"', '/posts/1'],
    ['a path that ends in a slash', 'HttpApi', 'Method: get, Path: /posts/', '/posts'],
    ['every path below', 'HttpApi', 'Method: any, Path: "/files/{path+}"', '/files/a/b'],
    ['every other route', 'HttpApi', '', '/whatever'],
    ['a REST API', 'Api', 'Method: get, Path: "/posts/{id}"', '/posts/1'],
  ])('let %s pass', async (_name, type, properties, path) => {
    const { status, denied } = await ask(template(type, properties), 'enforce', 'GET', path);
    expect([status, denied]).toEqual([200, []]);
  });

  it('are for the alias of a function that has one', async () => {
    const aliased = template('HttpApi', 'Method: get, Path: /', 'AutoPublishAlias: live');
    const { status, stack } = await ask(aliased, 'enforce', 'GET', '/');
    expect(status).toBe(200);
    expect([...stack.resourcePolicies.keys()]).toEqual([`${stack.functions[0]?.arn}:live`]);
  });

  it('let the routes of a WebSocket API pass', async () => {
    const { gateway, events } = await openSocketApi(`
  Chat:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      RouteSelectionExpression: $request.body.action
      StageName: live
      Routes:
        $connect: { FunctionArn: !GetAtt Reader.Arn }
        $default: { FunctionArn: !GetAtt Reader.Arn }
`);
    await using _closed = gateway;
    const client = await gateway.connect('/live');
    client.send('hello');
    await gateway.invoker.nth('Reader', 2);
    expect(events.of('permission.denied')).toEqual([]);
  });
});

const FUNCTION = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Reader:
    Type: AWS::Serverless::Function
    Properties: { InlineCode: exports.handler = () => 1, Handler: index.handler, Runtime: nodejs24.x }
`;

async function openSocketApi(api: string) {
  const stack = loadText(FUNCTION + api);
  const events = recordEvents();
  const permissions = enforcePermissions(stack, 'enforce', events.bus);
  const gateway = await startGateway(
    { Reader: succeeding },
    { apis: stack.webSocketApis, permissions, region: stack.region, accountId: stack.accountId },
  );
  return { gateway, events };
}

const socketRoute = (key: string): string => `
  ${key.slice(1)}Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Chat, RouteKey: ${key}, Target: !Sub 'integrations/\${Integration}' }
`;

const SOCKET_API = `
  Chat:
    Type: AWS::ApiGatewayV2::Api
    Properties: { Name: chat, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Chat, StageName: live } }
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Chat, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Reader.Arn }
`;

describe('a WebSocket API whose function has no permission', () => {
  it('refuses the handshake with a 500', async () => {
    const { gateway } = await openSocketApi(SOCKET_API + socketRoute('$connect'));
    await using _closed = gateway;
    const { statusCode, body } = await gateway.refused('/live');
    expect(statusCode).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ message: 'Internal server error' });
    expect(gateway.invoker.events).toEqual([]);
  });

  it('responds to a message with an error', async () => {
    const { gateway } = await openSocketApi(SOCKET_API + socketRoute('$default'));
    await using _closed = gateway;
    const client = await gateway.connect('/live');
    client.send('hello');
    expect(await client.nextJson()).toMatchObject({ message: 'Internal server error' });
    client.socket.close();
    await once(client.socket, 'close');
    expect(gateway.invoker.events).toEqual([]);
  });
});
