import type { HttpApi } from '../model.ts';
import { functionTemplate, loadText, problemsOf } from '../testing/load-text.ts';

const authorizerFunction =
  'Check:\n  Type: AWS::Serverless::Function\n  Properties: { CodeUri: check, Handler: a.b, Runtime: nodejs24.x }';

const apisOf = (template: string, files: Record<string, string> = {}): readonly HttpApi[] =>
  loadText(template, { files }).httpApis;

const routes = (api: HttpApi | undefined): string[] =>
  (api?.routes ?? []).map(
    (route) =>
      `${route.method} ${route.path} → ${route.integration.functionLogicalId} ${route.payloadFormatVersion} ${route.authorization.type}`,
  );

describe('HttpApi events', () => {
  it('make routes of the implicit API', () => {
    const events = [
      'Events:',
      '  List: { Type: HttpApi, Properties: { Path: /posts, Method: get } }',
      '  One: { Type: HttpApi, Properties: { Path: "/posts/{postId}/", Method: DELETE, TimeoutInMillis: 5000 } }',
      '  Files: { Type: HttpApi, Properties: { Path: "/files/{path+}", Method: any, PayloadFormatVersion: 1.0 } }',
      '  Rest: { Type: HttpApi }',
    ].join('\n');
    const stack = loadText(
      functionTemplate(
        events,
        '',
        'Outputs: { Url: { Value: !Sub "https://${ServerlessHttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}" }, Stage: { Value: !Ref ServerlessHttpApiApiGatewayDefaultStage } }',
      ),
    );
    const [api] = stack.httpApis;
    expect(routes(api)).toEqual([
      'GET /posts → Greet 2.0 none',
      'DELETE /posts/{postId} → Greet 2.0 none',
      'ANY /files/{path+} → Greet 1.0 none',
      'ANY $default → Greet 2.0 none',
    ]);
    expect(api).toMatchObject({ logicalId: 'ServerlessHttpApi', stageName: '$default' });
    expect(api?.routes.map((route) => route.integration.timeoutMs)).toEqual([
      30_000, 5000, 30_000, 30_000,
    ]);
    expect(stack.outputs).toEqual({
      Url: `https://${api?.apiId}.execute-api.ap-northeast-1.amazonaws.com`,
      Stage: '$default',
    });
    expect(stack.warnings).toEqual([]);
  });

  it('make routes of the API that they name, with its authorizers', () => {
    const events = [
      'Events:',
      '  Default: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /a, Method: get } }',
      '  Scoped: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /b, Method: get, Auth: { Authorizer: Tokens, AuthorizationScopes: [write] } } }',
      '  Lambda: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /c, Method: get, Auth: { Authorizer: Custom } } }',
      '  Iam: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /d, Method: get, Auth: { Authorizer: AWS_IAM } } }',
      '  Open: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /e, Method: get, Auth: { Authorizer: NONE } } }',
    ].join('\n');
    const api = `
Api:
  Type: AWS::Serverless::HttpApi
  Properties:
    StageName: v1
    StageVariables: { Colour: green }
    CorsConfiguration: { AllowOrigins: ["https://example.com"], AllowMethods: [GET], AllowCredentials: true }
    Auth:
      EnableIamAuthorizer: true
      DefaultAuthorizer: Tokens
      Authorizers:
        Tokens:
          IdentitySource: $request.header.Authorization
          AuthorizationScopes: [read]
          JwtConfiguration: { issuer: "https://issuer.example.com", audience: [blog] }
        Custom:
          FunctionArn: !GetAtt Check.Arn
          AuthorizerPayloadFormatVersion: 2.0
          EnableSimpleResponses: true
          Identity: { Headers: [Authorization], QueryStrings: [token], ReauthorizeEvery: 30 }
${authorizerFunction}`.trim();
    const [made, ...others] = apisOf(functionTemplate(events, api));
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      stageName: 'v1',
      stageVariables: { Colour: 'green' },
      cors: {
        allowOrigins: ['https://example.com'],
        allowMethods: ['GET'],
        allowCredentials: true,
      },
    });
    const jwt = {
      type: 'jwt',
      name: 'Tokens',
      identitySource: '$request.header.Authorization',
      issuer: 'https://issuer.example.com',
      audience: ['blog'],
    };
    expect(made?.routes.map((route) => route.authorization)).toEqual([
      { ...jwt, scopes: ['read'] },
      { ...jwt, scopes: ['write'] },
      {
        type: 'lambda',
        authorizer: {
          name: 'Custom',
          authorizerId: expect.stringMatching(/^[a-z0-9]{6}$/),
          functionLogicalId: 'Check',
          identitySources: ['$request.header.Authorization', '$request.querystring.token'],
          payloadFormatVersion: '2.0',
          enableSimpleResponses: true,
          resultTtlMs: 30_000,
        },
      },
      { type: 'iam' },
      { type: 'none' },
    ]);
  });

  it.each([
    ['Auth: { Authorizer: AWS_IAM }', 'AWS_IAM needs EnableIamAuthorizer: true'],
    ['Auth: { Authorizer: Tokns }', 'Api has no authorizer `Tokns`; did you mean `Tokens`?'],
  ])('are rejected with %s', (auth, message) => {
    const template = functionTemplate(
      `Events: { In: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /, Method: get, ${auth} } } }`,
      'Api:\n  Type: AWS::Serverless::HttpApi\n  Properties: { Auth: { Authorizers: { Tokens: { IdentitySource: a, JwtConfiguration: { issuer: b, audience: [c] } } } } }',
    );
    expect(problemsOf(template).join('\n')).toContain(message);
  });

  it('are rejected if two functions have the same route', () => {
    const event = 'Events: { In: { Type: HttpApi, Properties: { Path: /a, Method: get } } }';
    const other = `Other:\n  Type: AWS::Serverless::Function\n  Properties: { CodeUri: a, Handler: a.b, Runtime: nodejs24.x, ${event} }`;
    expect(problemsOf(functionTemplate(event, other)).join('\n')).toContain(
      'the route GET /a is defined twice: for Greet and Other',
    );
  });

  it('lead to a warning if AWS would find a circular dependency', () => {
    const { warnings } = loadText(
      functionTemplate(
        'Events: { In: { Type: HttpApi } }\nEnvironment: { Variables: { API: !Ref ServerlessHttpApi } }',
      ),
    );
    expect(warnings).toMatchObject([
      { message: expect.stringContaining('Greet → ServerlessHttpApi → Greet') },
    ]);
  });
});

describe('Api events', () => {
  it('make routes of a REST API', () => {
    const stack = loadText(
      functionTemplate(
        'Events: { In: { Type: Api, Properties: { Path: "/hello/{proxy+}", Method: any } } }',
        '',
        'Outputs: { Url: { Value: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/${ServerlessRestApi.Stage}/" } }',
      ),
    );
    const [api] = stack.httpApis;
    expect(routes(api)).toEqual(['ANY /hello/{proxy+} → Greet 1.0 none']);
    expect(api).toMatchObject({ logicalId: 'ServerlessRestApi', stageName: 'Prod' });
    expect(stack.outputs.Url).toBe(
      `https://${api?.apiId}.execute-api.ap-northeast-1.amazonaws.com/Prod/`,
    );
    expect(api?.rest).toMatchObject({ binaryMediaTypes: [], gatewayResponses: {} });
    expect(stack.warnings).toEqual([]);
  });

  it('have the CORS settings of their API, whose strings contain quotation marks', () => {
    const api = `
Api:
  Type: AWS::Serverless::Api
  Properties:
    StageName: dev
    Cors: { AllowOrigin: "'*'", AllowMethods: "'GET,POST'", AllowHeaders: "'content-type'", MaxAge: "'600'" }`;
    const [made] = apisOf(
      functionTemplate(
        'Events: { In: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /, Method: post } } }',
        api.trim(),
      ),
    );
    expect(made).toMatchObject({
      stageName: 'dev',
      mappedRoutes: [
        {
          ...{ method: 'OPTIONS', path: '/', authorization: { type: 'none' } },
          integration: {
            target: { type: 'mock' },
            responses: [
              {
                ...{ statusCode: 200, templates: { 'application/json': '{}\n' } },
                parameters: {
                  'method.response.header.Access-Control-Allow-Origin': "'*'",
                  'method.response.header.Access-Control-Allow-Headers': "'content-type'",
                  'method.response.header.Access-Control-Allow-Methods': "'GET,POST'",
                  'method.response.header.Access-Control-Max-Age': "'600'",
                },
              },
            ],
          },
        },
      ],
    });
  });
});

describe('AWS::ApiGatewayV2::Api of protocol HTTP', () => {
  const plain = (route: string, more = ''): string =>
    functionTemplate(
      '',
      `
Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: blog, ProtocolType: HTTP } }
Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Api, StageName: $default, AutoDeploy: true } }
Integration:
  Type: AWS::ApiGatewayV2::Integration
  Properties:
    ApiId: !Ref Api
    IntegrationType: AWS_PROXY
    IntegrationUri: !Sub arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Greet.Arn}/invocations
    PayloadFormatVersion: "2.0"
Route:
  Type: AWS::ApiGatewayV2::Route
  Properties: { ApiId: !Ref Api, Target: !Sub "integrations/\${Integration}", ${route} }
${more}`.trim(),
    );

  it('has the routes that are resources', () => {
    const [api] = apisOf(plain('RouteKey: GET /posts, AuthorizationType: AWS_IAM'));
    expect(api).toMatchObject({ name: 'blog', stageName: '$default' });
    expect(routes(api)).toEqual(['GET /posts → Greet 2.0 iam']);
  });

  it('has a JWT authorizer', () => {
    const authorizer =
      'Tokens:\n  Type: AWS::ApiGatewayV2::Authorizer\n  Properties: { ApiId: !Ref Api, Name: tokens, AuthorizerType: JWT, IdentitySource: [$request.header.Authorization], JwtConfiguration: { Audience: [blog], Issuer: "https://issuer.example.com" } }';
    const route =
      'RouteKey: $default, AuthorizationType: JWT, AuthorizerId: !Ref Tokens, AuthorizationScopes: [a]';
    const [api] = apisOf(plain(route, authorizer));
    expect(api?.routes[0]).toMatchObject({
      method: 'ANY',
      path: '$default',
      authorization: { type: 'jwt', name: 'tokens', audience: ['blog'], scopes: ['a'] },
    });
  });

  it('has a Lambda authorizer, cached for five minutes by default', () => {
    const authorizer = `Custom:\n  Type: AWS::ApiGatewayV2::Authorizer\n  Properties: { ApiId: !Ref Api, Name: custom, AuthorizerType: REQUEST, AuthorizerUri: !GetAtt Check.Arn, AuthorizerPayloadFormatVersion: "2.0", IdentitySource: [$request.header.Authorization] }\n${authorizerFunction}`;
    const route = 'RouteKey: ANY /, AuthorizationType: CUSTOM, AuthorizerId: !Ref Custom';
    expect(apisOf(plain(route, authorizer))[0]?.routes[0]?.authorization).toMatchObject({
      type: 'lambda',
      authorizer: { functionLogicalId: 'Check', resultTtlMs: 300_000 },
    });
  });

  it('can be created with a Target', () => {
    const [api] = apisOf(
      functionTemplate(
        '',
        'Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: quick, ProtocolType: HTTP, Target: !GetAtt Greet.Arn } }',
      ),
    );
    expect(routes(api)).toEqual(['ANY $default → Greet 2.0 none']);
  });

  it('rejects a malformed route key and an unknown target', () => {
    expect(problemsOf(plain('RouteKey: /posts')).join('\n')).toContain(
      'expected a route key such as "GET /posts/{postId}" or $default, got "/posts"',
    );
    const template = plain('RouteKey: GET /').replace(
      'integrations/${Integration}',
      'integrations/x',
    );
    expect(problemsOf(template).join('\n')).toContain(
      'Route.Properties.Target: expected integrations/ and the id of an integration',
    );
  });

  it('leaves out integrations that HTTP APIs do not have, with a warning', () => {
    const template = plain('RouteKey: GET /').replace('AWS_PROXY', 'AWS');
    const { httpApis, warnings } = loadText(template);
    expect(httpApis[0]?.routes).toEqual([]);
    expect(warnings).toMatchObject([{ resource: 'Route' }]);
  });
});

describe('OpenAPI definitions', () => {
  const definition = `
openapi: 3.0.1
paths:
  /posts:
    get:
      x-amazon-apigateway-integration: { type: aws_proxy, uri: !Sub "arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Greet.Arn}/invocations", payloadFormatVersion: "2.0", timeoutInMillis: 1000 }
      security: [{ tokens: [read] }]
    x-amazon-apigateway-any-method:
      x-amazon-apigateway-integration: { $ref: "#/components/x-amazon-apigateway-integrations/greet" }
  /events:
    post: {}
components:
  securitySchemes:
    tokens:
      type: oauth2
      x-amazon-apigateway-authorizer: { type: jwt, identitySource: $request.header.Authorization, jwtConfiguration: { issuer: "https://issuer.example.com", audience: [blog] } }
  x-amazon-apigateway-integrations:
    greet: { type: AWS_PROXY, uri: !GetAtt Greet.Arn }
x-amazon-apigateway-cors: { allowOrigins: ["*"] }
`.trim();
  const indented = definition.replaceAll(/^/gm, '      ');
  const api = (body: string): string =>
    functionTemplate('', `Api:\n  Type: AWS::Serverless::HttpApi\n  Properties:\n    ${body}`);

  it('are read from DefinitionBody', () => {
    const [made] = apisOf(api(`DefinitionBody:\n${indented}`));
    expect(routes(made)).toEqual(['GET /posts → Greet 2.0 jwt', 'ANY /posts → Greet 1.0 none']);
    expect(made?.routes[0]).toMatchObject({
      integration: { timeoutMs: 1000 },
      authorization: { issuer: 'https://issuer.example.com', scopes: ['read'] },
    });
    expect(made?.cors?.allowOrigins).toEqual(['*']);
  });

  it.each([
    ['DefinitionUri: api.yaml'],
    [
      'DefinitionBody: { Fn::Transform: { Name: AWS::Include, Parameters: { Location: api.yaml } } }',
    ],
  ])('are read from a file: %s', (body) => {
    expect(routes(apisOf(api(body), { 'api.yaml': definition })[0])).toHaveLength(2);
  });

  it('are reported if they are missing', () => {
    expect(problemsOf(api('DefinitionUri: missing.yaml')).join('\n')).toContain(
      'Api.Properties.DefinitionUri: missing.yaml: cannot read the template: no such file',
    );
  });
});
