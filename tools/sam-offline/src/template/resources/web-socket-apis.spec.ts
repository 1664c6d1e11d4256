import { functionTemplate, loadText, problemsOf } from '../testing/load-text.ts';

const check =
  'Check:\n  Type: AWS::Serverless::Function\n  Properties: { CodeUri: check, Handler: a.b, Runtime: nodejs24.x }';

describe('AWS::ApiGatewayV2::Api of protocol WEBSOCKET', () => {
  const plain = (route = 'RouteKey: $connect', more = '', integration = 'AWS_PROXY'): string =>
    functionTemplate(
      '',
      `
Chat: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: chat, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action } }
Stage:
  Type: AWS::ApiGatewayV2::Stage
  Properties:
    ApiId: !Ref Chat
    StageName: prod
    StageVariables: { Colour: green }
    DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 50 }
Integration:
  Type: AWS::ApiGatewayV2::Integration
  Properties: { ApiId: !Ref Chat, IntegrationType: ${integration}, IntegrationUri: !Sub "arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Greet.Arn}/invocations", TimeoutInMillis: 5000 }
Route:
  Type: AWS::ApiGatewayV2::Route
  Properties: { ApiId: !Ref Chat, Target: !Join ["/", [integrations, !Ref Integration]], ${route} }
${more}`.trim(),
      'Outputs: { Url: { Value: !Sub "${Chat.ApiEndpoint}/${Stage}" } }',
    );

  it('is read from its resources', () => {
    const { functions, webSocketApis, outputs, warnings } = loadText(plain());
    const [api] = webSocketApis;
    expect(api).toEqual({
      logicalId: 'Chat',
      apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
      name: 'chat',
      stageName: 'prod',
      stageVariables: { Colour: 'green' },
      routeSelectionExpression: '$request.body.action',
      throttle: { rateLimit: 100, burstLimit: 50 },
      routes: [
        {
          routeKey: '$connect',
          integration: {
            type: 'lambda',
            functionLogicalId: 'Greet',
            functionArn: functions[0]?.arn,
            timeoutMs: 5000,
          },
          hasRouteResponse: false,
          authorization: { type: 'none' },
        },
      ],
    });
    expect(outputs).toEqual({
      Url: `wss://${api?.apiId}.execute-api.ap-northeast-1.amazonaws.com/prod`,
    });
    expect(warnings).toEqual([]);
  });

  const response =
    'Response:\n  Type: AWS::ApiGatewayV2::RouteResponse\n  Properties: { ApiId: !Ref Chat, RouteId: !Ref Route, RouteResponseKey: $default }';

  it('responds to the client if it has a route response', () => {
    const expression = 'RouteKey: ping, RouteResponseSelectionExpression: $default';
    const responds = (template: string) => {
      const { webSocketApis, warnings } = loadText(template);
      return [webSocketApis[0]?.routes[0]?.hasRouteResponse, warnings.length];
    };
    expect(responds(plain(expression, response))).toEqual([true, 0]);
    expect(responds(plain(expression))).toEqual([false, 1]);
    expect(responds(plain('RouteKey: ping', response))).toEqual([true, 0]);
  });

  it('can have a mock integration', () => {
    expect(loadText(plain(undefined, '', 'MOCK')).webSocketApis[0]?.routes).toMatchObject([
      { integration: { type: 'mapped', target: { type: 'mock' } } },
    ]);
  });

  it('has authorizers on $connect', () => {
    const authorizer = `Authorizer:\n  Type: AWS::ApiGatewayV2::Authorizer\n  Properties: { ApiId: !Ref Chat, Name: tokens, AuthorizerType: REQUEST, AuthorizerUri: !Sub "arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Check.Arn}/invocations", IdentitySource: [route.request.querystring.token] }\n${check}`;
    const route = 'RouteKey: $connect, AuthorizationType: CUSTOM, AuthorizerId: !Ref Authorizer';
    expect(loadText(plain(route, authorizer)).webSocketApis[0]?.routes[0]?.authorization).toEqual({
      type: 'lambda',
      authorizer: {
        name: 'tokens',
        authorizerId: expect.stringMatching(/^[a-z0-9]{7}$/),
        functionArn: expect.stringMatching(/:function:demo-Check-[A-Z0-9]{12}$/),
        functionLogicalId: 'Check',
        identitySources: ['route.request.querystring.token'],
        payloadFormatVersion: '1.0',
        enableSimpleResponses: false,
        resultTtlMs: 0,
      },
    });
    const iam = plain('RouteKey: $connect, AuthorizationType: AWS_IAM');
    expect(loadText(iam).webSocketApis[0]?.routes[0]?.authorization).toEqual({ type: 'iam' });
  });

  it.each([
    ['RouteKey: ping, AuthorizationType: AWS_IAM', 'only $connect is authorized'],
    ['RouteKey: ping, AuthorizationType: JWT', 'expected one of NONE, AWS_IAM, CUSTOM'],
    ['RouteKye: ping', 'unknown property `RouteKye`; did you mean `RouteKey`?'],
    ['AuthorizationType: NONE', 'RouteKey: expected a route key, but it is missing'],
  ])('rejects a route with %s', (route, message) => {
    expect(problemsOf(plain(route)).join('\n')).toContain(message);
  });

  it('rejects a repeated route key', () => {
    const again =
      'Again:\n  Type: AWS::ApiGatewayV2::Route\n  Properties: { ApiId: !Ref Chat, RouteKey: $connect, Target: !Sub "integrations/${Integration}" }';
    expect(problemsOf(plain(undefined, again)).join('\n')).toContain(
      'expected a key that no other route of the API has, got "$connect"',
    );
  });
});

describe('AWS::Serverless::WebSocketApi', () => {
  const api = (properties: string, more = '', sections = ''): string =>
    functionTemplate(
      'Environment: { Variables: { ENDPOINT: !Sub "https://${Live}.execute-api.${AWS::Region}.amazonaws.com/prod" } }',
      `Live:\n  Type: AWS::Serverless::WebSocketApi\n  Properties:\n${properties.replaceAll(/^/gm, '    ')}\n${more}`,
      sections,
    );

  const properties = `
RouteSelectionExpression: $request.body.action
StageName: prod
Routes:
  $connect: { FunctionArn: !GetAtt Greet.Arn }
  $default: { FunctionArn: !GetAtt Greet.Arn, IntegrationTimeout: 1000 }
  ping: { FunctionArn: !GetAtt Greet.Arn, RouteResponseSelectionExpression: $default }`.trim();

  const response =
    'PingResponse:\n  Type: AWS::ApiGatewayV2::RouteResponse\n  Properties: { ApiId: !Ref Live, RouteId: !Ref LivePingRoute, RouteResponseKey: $default }';

  it('is read like the resources that SAM makes from it', () => {
    const { webSocketApis, functions, warnings } = loadText(api(properties, response));
    const [made] = webSocketApis;
    expect(made).toMatchObject({
      logicalId: 'Live',
      name: 'Live',
      stageName: 'prod',
      routeSelectionExpression: '$request.body.action',
    });
    expect(
      made?.routes.map(({ routeKey, hasRouteResponse, integration }) => [
        routeKey,
        hasRouteResponse,
        integration.type === 'lambda' ? integration.timeoutMs : 0,
      ]),
    ).toEqual([
      ['$connect', false, 29_000],
      ['$default', false, 1000],
      ['ping', true, 29_000],
    ]);
    expect(functions[0]?.environment.ENDPOINT).toBe(
      `https://${made?.apiId}.execute-api.ap-northeast-1.amazonaws.com/prod`,
    );
    expect(warnings).toEqual([]);
  });

  it.each([
    ['LiveConnectRoute'],
    ['LiveDefaultRoute'],
    ['LivePingRoute'],
    ['LivePingIntegration'],
    ['LivePingPermission'],
    ['LiveprodStage'],
    ['Live.Stage'],
  ])('generates %s, which the template can refer to', (id) => {
    const outputs = `Outputs: { Id: { Value: !Ref ${id} } }`;
    expect(loadText(api(properties, response, outputs)).outputs.Id).toBeTruthy();
  });

  it('has the stage name `default`, or the one in the template', () => {
    const stage = (text: string, id: string) =>
      loadText(api(text, response, `Outputs: { Stage: { Value: !Ref ${id} } }`)).outputs.Stage;
    expect(stage(properties.replace('StageName: prod\n', ''), 'LiveDefaultStage')).toBe('default');
    expect(
      stage(properties.replace('StageName: prod', 'StageName: !Ref AWS::StackName'), 'LiveStage'),
    ).toBe('demo');
  });

  it('has an authorizer on $connect', () => {
    const authorization = (auth: string) =>
      loadText(
        api(`${properties}\nAuth: ${auth}`, `${response}\n${check}`),
      ).webSocketApis[0]?.routes.map((route) => route.authorization);
    expect(authorization('{ AuthType: AWS_IAM }')).toEqual([
      { type: 'iam' },
      { type: 'none' },
      { type: 'none' },
    ]);
    expect(
      authorization(
        '{ AuthType: CUSTOM, AuthArn: !GetAtt Check.Arn, IdentitySource: [route.request.header.Auth] }',
      )?.[0],
    ).toEqual({
      type: 'lambda',
      authorizer: {
        name: 'LiveConnectAuthorizer',
        authorizerId: expect.stringMatching(/^[a-z0-9]{7}$/),
        functionArn: expect.stringMatching(/:function:demo-Check-[A-Z0-9]{12}$/),
        functionLogicalId: 'Check',
        identitySources: ['route.request.header.Auth'],
        payloadFormatVersion: '1.0',
        enableSimpleResponses: false,
        resultTtlMs: 0,
      },
    });
  });

  it.each([
    ['RouteSelectionExpression: a', 'Live.Properties.Routes: expected at least one route'],
    [
      'RouteSelectionExpression: a\nRoutes: { send-message: { FunctionArn: !GetAtt Greet.Arn } }',
      'Routes.send-message: expected $connect, $disconnect, $default or a route key of letters and digits only',
    ],
    [
      'Routes: { $connect: { FunctionArn: !GetAtt Greet.Arn } }',
      'expected an expression such as $request.body.action, but it is missing',
    ],
    [
      'RouteSelectionExpression: a\nRoutes: { ping: { Function: !GetAtt Greet.Arn } }',
      'unknown property `Function`; did you mean `FunctionArn`?',
    ],
    [
      'RouteSelectionExpression: a\nAuth: { AuthType: AWS_IAM }\nRoutes: { ping: { FunctionArn: !GetAtt Greet.Arn } }',
      'there is authorization only on a $connect route',
    ],
    [`${properties}\nAuth: { AuthType: JWT }`, 'expected NONE, AWS_IAM or CUSTOM, got "JWT"'],
    [`${properties}\nAuth: { AuthType: CUSTOM }`, 'AuthArn is missing'],
    [
      properties.replace('IntegrationTimeout: 1000', 'IntegrationTimeout: 30000'),
      'Routes.$default.IntegrationTimeout: expected a number of milliseconds between 50 and 29000, got 30000',
    ],
    [
      properties.replace('StageName: prod', 'StageName: $default'),
      'a stage of a WebSocket API cannot be named $default',
    ],
  ])('refuses %j', (text, message) => {
    expect(problemsOf(api(text)).join('\n')).toContain(message);
  });
});
