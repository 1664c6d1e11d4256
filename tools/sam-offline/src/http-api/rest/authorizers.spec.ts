import type { HttpApi, LambdaAuthorizer } from '../../template/index.ts';
import { loadText } from '../../template/testing/load-text.ts';
import {
  closeServers,
  HandlerError,
  httpApi,
  route,
  startServer,
  type TestHandler,
} from '../testing/harness.ts';
import { closeIssuers, startIssuer, token } from '../testing/issuer.ts';

afterEach(async () => {
  await closeServers();
  await closeIssuers();
});

const rest = {
  binaryMediaTypes: [],
  gatewayResponses: {},
  apiKeySource: 'HEADER' as const,
  usagePlans: [],
};

const policy = (effect: string, resource = '*', context: object = {}) => ({
  principalId: 'me',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: 'execute-api:Invoke', Resource: resource }],
  },
  context,
});

const REQUEST: Partial<LambdaAuthorizer> = {};
const TOKEN: Partial<LambdaAuthorizer> = { token: { validation: /^(?:Bearer .+)$/ } };

async function start(authorize: TestHandler, change: Partial<LambdaAuthorizer> = REQUEST) {
  const authorizer: LambdaAuthorizer = {
    ...{ name: 'Mine', authorizerId: 'auth01', functionLogicalId: 'Authorizer' },
    ...{ identitySources: ['$request.header.Authorization'], payloadFormatVersion: '1.0' },
    ...{ enableSimpleResponses: false, resultTtlMs: 0 },
    ...change,
  };
  const routes = [route('GET /x', { authorization: { type: 'lambda', authorizer } })];
  return serve({ routes }, { Authorizer: authorize, Handler: () => ({ statusCode: 200 }) });
}

async function serve(api: Partial<HttpApi>, handlers: Record<string, TestHandler>) {
  const server = await startServer(handlers, {
    apis: [httpApi({ stageName: 'live', rest, ...api })],
  });
  const ask = async (authorization?: string, path = '/x') => {
    const response = await fetch(`${server.url}${path}`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    const errorType = response.headers.get('x-amzn-errortype');
    return { status: response.status, body: await response.text(), errorType };
  };
  const asked = () =>
    server.invoker.invocations
      .filter(({ functionLogicalId }) => functionLogicalId === 'Authorizer')
      .map(({ event }) => event as unknown as Readonly<Record<string, unknown>>);
  return { ...server, ask, asked };
}

const unauthorized = {
  ...{ status: 401, body: '{"message":"Unauthorized"}', errorType: 'UnauthorizedException' },
};

describe.each([
  ['REQUEST', REQUEST],
  ['TOKEN', TOKEN],
])('a %s authorizer of a REST API', (_kind, change) => {
  it('allows a request, and the function gets its context as strings', async () => {
    const allow = () => policy('Allow', '*', { tier: 3, beta: true, name: 'a' });
    const { ask, invoker } = await start(allow, change);
    expect((await ask('Bearer a')).status).toBe(200);
    expect(invoker.lastEvent.requestContext.authorizer).toEqual({
      ...{ principalId: 'me', tier: '3', beta: 'true', name: 'a' },
      integrationLatency: expect.any(Number),
    });
  });

  it('is not invoked without its token', async () => {
    const { ask, asked } = await start(() => policy('Allow'), change);
    expect(await ask()).toEqual(unauthorized);
    expect(asked()).toEqual([]);
  });

  it('refuses by an error that it throws, and by its policy', async () => {
    const deny = 'User is not authorized to access this resource';
    const cases: [TestHandler, object][] = [
      [
        () => {
          throw new HandlerError('Unauthorized');
        },
        unauthorized,
      ],
      [
        () => {
          throw new HandlerError('broken');
        },
        {
          ...{ status: 500, body: '{"message":null}' },
          errorType: 'AuthorizerConfigurationException',
        },
      ],
      [
        () => policy('Deny'),
        {
          ...{ status: 403, errorType: 'AccessDeniedException' },
          body: JSON.stringify({
            Message: `${deny} with an explicit deny in an identity-based policy`,
          }),
        },
      ],
      [
        () => policy('Allow', 'arn:aws:execute-api:*:*:*/other/*'),
        {
          ...{ status: 403, errorType: 'AccessDeniedException' },
          body: JSON.stringify({ Message: deny }),
        },
      ],
    ];
    for (const [authorize, expected] of cases) {
      const { ask } = await start(authorize, change);
      expect(await ask('Bearer a')).toEqual(expected);
    }
  });
});

it('invokes a TOKEN authorizer with the token alone, and only if it matches', async () => {
  const { ask, asked } = await start(() => policy('Allow'), TOKEN);
  expect(await ask('Basic a')).toEqual(unauthorized);
  await ask('Bearer a');
  expect(asked()).toEqual([
    {
      ...{ type: 'TOKEN', authorizationToken: 'Bearer a' },
      methodArn: 'arn:aws:execute-api:ap-northeast-1:123456789012:a1b2c3d4e5/live/GET/x',
    },
  ]);
});

it('invokes a REQUEST authorizer with the whole request', async () => {
  const { ask, asked } = await start(() => policy('Allow'));
  await ask('Bearer a', '/x/?n=1');
  expect(asked()).toMatchObject([
    {
      ...{ type: 'REQUEST', resource: '/x', path: '/x/', httpMethod: 'GET' },
      methodArn: 'arn:aws:execute-api:ap-northeast-1:123456789012:a1b2c3d4e5/live/GET/x/',
      queryStringParameters: { n: '1' },
      requestContext: { path: '/live/x/', resourcePath: '/x' },
    },
  ]);
  expect(asked()[0]).not.toHaveProperty('version');
});

it('caches the result of an authorizer for its time to live', async () => {
  const { ask, asked } = await start(() => policy('Allow'), { ...TOKEN, resultTtlMs: 60_000 });
  await ask('Bearer a');
  await ask('Bearer a');
  await ask('Bearer b');
  expect(asked()).toHaveLength(2);
});

describe('a Cognito authorizer', () => {
  async function startCognito(scopes: readonly string[] = []) {
    const issuer = await startIssuer();
    const authorization = {
      ...({ type: 'cognito', name: 'Pool', scopes, issuers: [issuer.url] } as const),
      identitySource: '$request.header.Authorization',
    };
    const routes = [route('GET /x', { authorization })];
    const server = await serve({ routes }, { Handler: () => ({ statusCode: 200 }) });
    return { ...server, issuer };
  }

  it('allows an identity token, and the function gets its claims as strings', async () => {
    const { ask, invoker, issuer } = await startCognito();
    const exp = Date.UTC(2100, 9, 25, 16, 25, 23) / 1000;
    const claims = { token_use: 'id', exp, 'cognito:groups': ['a', 'b'], email_verified: true };
    expect((await ask(token(issuer, { claims }))).status).toBe(200);
    expect(invoker.lastEvent.requestContext.authorizer).toEqual({
      claims: expect.objectContaining({
        ...{ token_use: 'id', 'cognito:groups': 'a,b', email_verified: 'true', sub: 'u1' },
        exp: 'Mon Oct 25 16:25:23 UTC 2100',
      }),
    });
  });

  it('needs an access token if the method has scopes', async () => {
    const { ask, issuer } = await startCognito(['read']);
    const of = (claims: object) => token(issuer, { claims: { token_use: 'access', ...claims } });
    expect((await ask(`Bearer ${of({ scope: 'read write' })}`)).status).toBe(200);
    expect(await ask(of({ scope: 'write' }))).toEqual(unauthorized);
    expect(await ask(of({ token_use: 'id', scope: 'read' }))).toEqual(unauthorized);
  });

  it('rejects every other token', async () => {
    const { ask, issuer } = await startCognito();
    const other = await startIssuer();
    const claims = { token_use: 'id' };
    expect(await ask()).toEqual(unauthorized);
    expect(await ask('nonsense')).toEqual(unauthorized);
    expect(await ask(token(other, { claims }))).toEqual(unauthorized);
    expect(await ask(token(issuer, { claims: { token_use: 'access' } }))).toEqual(unauthorized);
    const past = Math.floor(Date.now() / 1000) - 10;
    expect(await ask(token(issuer, { claims: { ...claims, exp: past } }))).toEqual({
      ...unauthorized,
      body: '{"message":"The incoming token has expired"}',
    });
  });
});

describe('authorizers in a template', () => {
  const load = (authorizer: string, auth = '') => {
    const { httpApis, warnings } = loadText(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Handler:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: exports.handler = () => 1
      Handler: index.handler
      Runtime: nodejs24.x
      Events: { X: { Type: Api, Properties: { RestApiId: !Ref Api, Method: get, Path: /x } } }
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      Cors: "'*'"
      Auth: { DefaultAuthorizer: Mine, Authorizers: { Mine: ${authorizer} }${auth} }
`);
    return { api: httpApis[0], warnings };
  };

  it('are TOKEN authorizers unless FunctionPayloadType says otherwise', () => {
    const { api, warnings } = load(
      "{ FunctionArn: !GetAtt Handler.Arn, Identity: { Header: X-Token, ValidationExpression: 'a+' } }",
    );
    expect(api?.routes[0]?.authorization).toMatchObject({
      type: 'lambda',
      authorizer: {
        ...{ identitySources: ['$request.header.X-Token'], resultTtlMs: 300_000 },
        token: { validation: /^(?:a+)$/ },
      },
    });
    expect(warnings).toEqual([]);
  });

  it('can be Cognito user pools', () => {
    const { api } = load(
      '{ UserPoolArn: arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbC, AuthorizationScopes: [read] }',
    );
    expect(api?.routes[0]?.authorization).toEqual({
      ...{ type: 'cognito', name: 'Mine', scopes: ['read'] },
      identitySource: '$request.header.Authorization',
      issuers: ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC'],
    });
  });

  it('also check preflights, unless AddDefaultAuthorizerToCorsPreflight is false', () => {
    const kinds = ['', ', AddDefaultAuthorizerToCorsPreflight: false'].map(
      (auth) =>
        load('{ FunctionArn: !GetAtt Handler.Arn }', auth).api?.mappedRoutes?.[0]?.authorization
          .type,
    );
    expect(kinds).toEqual(['lambda', 'none']);
  });
});
