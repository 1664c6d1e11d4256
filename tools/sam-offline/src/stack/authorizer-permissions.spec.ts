import { recordEvents } from '../events/testing/record-events.ts';
import { closeServers, startServer } from '../http-api/testing/harness.ts';
import { loadText } from '../template/testing/load-text.ts';
import { startGateway } from '../websocket-api/testing/gateway-builder.ts';
import { enforcePermissions } from './permissions.ts';

const FUNCTIONS = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Guard:
    Type: AWS::Serverless::Function
    Properties: { InlineCode: exports.handler = () => 1, Handler: index.handler, Runtime: nodejs24.x }
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: exports.handler = () => 1
      Handler: index.handler
      Runtime: nodejs24.x
`;

const handlers = {
  Reader: () => ({ statusCode: 200 }),
  Guard: () => ({
    principalId: 'me',
    isAuthorized: true,
    policyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  }),
};

const httpEvent = (type: 'Api' | 'HttpApi'): string => `      Events:
        Read:
          Type: ${type}
          Properties: { ${type === 'Api' ? 'RestApiId' : 'ApiId'}: !Ref Api, Method: GET, Path: /posts, Auth: { Authorizer: Mine } }
`;

const httpApi = (settings: string): string => `${FUNCTIONS}${httpEvent('HttpApi')}
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        Authorizers:
          Mine:
            FunctionArn: !GetAtt Guard.Arn
            AuthorizerPayloadFormatVersion: 2.0
            EnableSimpleResponses: true
${settings}`;

const restApi = (settings: string): string => `${FUNCTIONS}${httpEvent('Api')}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      Auth:
        Authorizers:
          Mine:
            FunctionArn: !GetAtt Guard.Arn
            FunctionPayloadType: REQUEST
            Identity: { Headers: [accept] }
${settings}`;

const PERMISSION = `  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref Guard
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub 'arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/SOURCE'
`;

const roleOfAuthorizer = `            FunctionInvokeRole: arn:aws:iam::123456789012:role/invoker\n`;

async function statusOf(template: string, path = '/posts'): Promise<number> {
  const events = recordEvents();
  const stack = loadText(template);
  const permissions = enforcePermissions(stack, 'enforce', events.bus);
  const { url } = await startServer(handlers, {
    ...{ apis: stack.httpApis, permissions, events: events.bus },
  });
  const { status } = await fetch(`${new URL(url).origin}${path}`);
  return status;
}

afterEach(closeServers);

describe('the function of an authorizer of an HTTP API', () => {
  it.each([
    [
      'with one that SAM makes',
      httpApi('            EnableFunctionDefaultPermissions: true\n'),
      200,
    ],
    ['with a role', httpApi(roleOfAuthorizer), 200],
    ['with one of its own', httpApi(PERMISSION.replace('SOURCE', 'authorizers/*')), 200],
    ['with one for routes only', httpApi(PERMISSION.replace('SOURCE', '*/GET/*')), 500],
  ])('%s', async (_how, template, status) => {
    expect(await statusOf(template)).toBe(status);
  });
});

it('of an HTTP API is asked without any permission, and a warning says what AWS would do', async () => {
  expect(await statusOf(httpApi(''))).toBe(200);
  expect(loadText(httpApi('')).warnings).toMatchObject([
    { message: expect.stringContaining('EnableFunctionDefaultPermissions') },
  ]);
});

describe('the function of an authorizer of a REST API', () => {
  it.each([
    ['has the permission that SAM makes', restApi(''), 200],
    [
      'has none where it is disabled',
      restApi('            DisableFunctionDefaultPermissions: true\n'),
      500,
    ],
  ])('%s', async (_how, template, status) => {
    expect(await statusOf(template, '/live/posts')).toBe(status);
  });
});

describe('the function of an authorizer of a WebSocket API', () => {
  const native = `${FUNCTIONS}
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: c, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Api, StageName: live } }
  Connect:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Api, RouteKey: $connect, AuthorizationType: CUSTOM, AuthorizerId: !Ref Mine, Target: !Sub 'integrations/\${Integration}' }
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Reader.Arn }
  ReaderPermission:
    Type: AWS::Lambda::Permission
    Properties: { Action: lambda:InvokeFunction, FunctionName: !Ref Reader, Principal: apigateway.amazonaws.com }
  Mine:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties: { ApiId: !Ref Api, AuthorizerType: REQUEST, Name: mine, AuthorizerUri: !GetAtt Guard.Arn }
`;
  const serverless = `${FUNCTIONS}
  Api:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      StageName: live
      RouteSelectionExpression: $request.body.action
      Auth: { AuthType: CUSTOM, AuthArn: !GetAtt Guard.Arn }
      Routes: { $connect: { FunctionArn: !GetAtt Reader.Arn } }
`;

  async function start(template: string) {
    const events = recordEvents();
    const stack = loadText(template);
    const permissions = enforcePermissions(stack, 'enforce', events.bus);
    return startGateway(handlers, {
      ...{ apis: stack.webSocketApis, permissions, events: events.bus },
    });
  }

  it('refuses every handshake without a permission', async () => {
    await using gateway = await start(native);
    expect((await gateway.refused('/live')).statusCode).toBe(500);
    expect(gateway.invoker.of('Guard')).toEqual([]);
  });

  it.each([
    ['with a permission of its own', native + PERMISSION.replace('SOURCE', 'authorizers/${Mine}')],
    ['with the one that SAM makes', serverless],
  ])('is asked %s', async (_how, template) => {
    await using gateway = await start(template);
    await gateway.connect('/live');
    expect(gateway.invoker.of('Guard')).toHaveLength(1);
  });
});

describe('a Function URL without signatures', () => {
  const native = `${FUNCTIONS}
  Url: { Type: AWS::Lambda::Url, Properties: { AuthType: NONE, TargetFunctionArn: !GetAtt Reader.Arn } }
`;
  const permission = (name: string, more: string): string => `  ${name}:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Reader, Principal: '*', ${more} }
`;
  const useUrl = permission('Use', 'Action: lambda:InvokeFunctionUrl, FunctionUrlAuthType: NONE');
  const invoke = permission('Invoke', 'Action: lambda:InvokeFunction, InvokedViaFunctionUrl: true');

  async function ask(template: string) {
    const events = recordEvents();
    const stack = loadText(template);
    const permissions = enforcePermissions(stack, 'enforce', events.bus);
    const { functionUrls } = await startServer(handlers, {
      ...{ apis: [], functions: stack.functions, permissions, events: events.bus },
    });
    const response = await fetch(functionUrls.Reader ?? '');
    return {
      ...{ status: response.status, body: await response.text() },
      errorType: response.headers.get('x-amzn-errortype'),
      denied: events.of('permission.denied'),
    };
  }

  it('is refused without permissions, and a warning has those that would allow it', async () => {
    const { denied, ...response } = await ask(native);
    expect(response).toEqual({
      ...{ status: 403, body: '{"Message":"Forbidden"}', errorType: 'AccessDeniedException' },
    });
    expect(JSON.parse(denied[0]?.suggestion ?? '')).toEqual({
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunctionUrl',
        FunctionName: denied[0]?.resource,
        Principal: '*',
        FunctionUrlAuthType: 'NONE',
      },
    });
  });

  it.each([
    ['both permissions', native + useUrl + invoke, 200],
    ['only that to use the URL', native + useUrl, 403],
    ['one for signed requests', native + useUrl.replace('NONE', 'AWS_IAM') + invoke, 403],
    ['those that SAM makes', `${FUNCTIONS}      FunctionUrlConfig: { AuthType: NONE }\n`, 200],
    [
      'those that SAM makes for an alias',
      `${FUNCTIONS}      FunctionUrlConfig: { AuthType: NONE }\n      AutoPublishAlias: live\n`,
      200,
    ],
  ])('with %s', async (_which, template, status) => {
    expect((await ask(template)).status).toBe(status);
  });
});
