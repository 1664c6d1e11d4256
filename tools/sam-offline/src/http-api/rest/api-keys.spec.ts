import { loadText } from '../../template/testing/load-text.ts';
import { closeServers, startServer, type TestHandler } from '../testing/harness.ts';
import { PlanUsage } from './api-keys.ts';

afterEach(closeServers);

const HEAD = `
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Handler: index.handler, Runtime: nodejs24.x } }
Resources:
`;

/** Makes a SAM API with events and an `Auth`. */
const samApi = (auth: string, events: string, more = ''): string => `${HEAD}
  Handler:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: ''
      Events:
${events.replaceAll(/^/gm, '        ')}
  Api:
    Type: AWS::Serverless::Api
    Properties: { StageName: live, Cors: "'*'", Auth: ${auth} }
${more}`;

const EVENTS = `
Closed: { Type: Api, Properties: { RestApiId: !Ref Api, Method: get, Path: /closed } }
Open: { Type: Api, Properties: { RestApiId: !Ref Api, Method: get, Path: /open, Auth: { ApiKeyRequired: false } } }
`;

async function start(template: string, handler: TestHandler = () => ({ statusCode: 200 })) {
  const { httpApis, warnings } = loadText(template);
  const server = await startServer(
    Object.fromEntries(['Handler', 'Decide'].map((name) => [name, handler])),
    { apis: httpApis },
  );
  const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await fetch(`${server.url}${path}`, { method, headers });
    const { status } = response;
    return { status, body: await response.text(), type: response.headers.get('x-amzn-errortype') };
  };
  const plans = httpApis.flatMap(({ rest }) => rest?.usagePlans ?? []);
  const second = httpApis.find(({ stageName }) => stageName === 'other');
  return {
    ...{ ...server, ask, warnings, plans, key: plans[0]?.keys[0]?.value ?? '' },
    other: `${new URL(server.url).origin}/${second?.apiId ?? ''}/other/closed`,
  };
}

describe('a method that requires an API key', () => {
  const template = samApi(
    '{ ApiKeyRequired: true, UsagePlan: { CreateUsagePlan: PER_API } }',
    EVENTS,
  );
  const FORBIDDEN = { status: 403, body: '{"message":"Forbidden"}', type: 'ForbiddenException' };

  it('accepts requests with a key of a usage plan, and no others', async () => {
    const { ask, key, invoker, plans } = await start(template);
    expect(key).toMatch(/^\w{40}$/);
    expect(await ask('/closed')).toEqual(FORBIDDEN);
    expect(await ask('/closed', { 'x-api-key': `${key}x` })).toEqual(FORBIDDEN);
    expect(invoker.invocations).toEqual([]);
    expect(await ask('/closed', { 'X-API-Key': key })).toMatchObject({ status: 200 });
    expect(invoker.lastEvent.requestContext).toMatchObject({
      identity: { apiKey: key, apiKeyId: plans[0]?.keys[0]?.keyId },
    });
  });

  it('does not require one if the event says so', async () => {
    const { ask, invoker } = await start(template);
    expect(await ask('/open')).toMatchObject({ status: 200 });
    expect(invoker.lastEvent.requestContext).not.toHaveProperty('identity.apiKey');
  });

  it('can be the preflight that SAM makes', async () => {
    const closed = await start(template);
    expect(await closed.ask('/closed', {}, 'OPTIONS')).toEqual(FORBIDDEN);
    const open = await start(
      samApi('{ ApiKeyRequired: true, AddApiKeyRequiredToCorsPreflight: false }', EVENTS),
    );
    expect(await open.ask('/closed', {}, 'OPTIONS')).toMatchObject({ status: 200 });
  });

  it('is reported at the start if the template has no key for it', async () => {
    const { warnings } = await start(samApi('{ ApiKeyRequired: true }', EVENTS));
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('respond with 403: add an AWS::ApiGateway::UsagePlan'),
    ]);
  });

  it('can be in an OpenAPI definition, and in an API that is not a SAM resource', async () => {
    const { ask, plans } = await start(`${HEAD}
  Handler: { Type: AWS::Serverless::Function, Properties: { InlineCode: '' } }
  Permission:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Handler, Action: lambda:InvokeFunction, Principal: apigateway.amazonaws.com }
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        openapi: 3.0.1
        paths:
          /defined:
            get:
              security: [{ api_key: [] }]
              x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: !GetAtt Handler.Arn }
        components: { securitySchemes: { api_key: { type: apiKey, name: x-api-key, in: header } } }
  Closed: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: closed } }
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      { RestApiId: !Ref Api, ResourceId: !Ref Closed, HttpMethod: GET, ApiKeyRequired: true,
        Integration: { Type: AWS_PROXY, Uri: !GetAtt Handler.Arn } }
  Stage: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, StageName: live, DeploymentId: !Ref Deployment } }
  Deployment: { Type: AWS::ApiGateway::Deployment, Properties: { RestApiId: !Ref Api } }
  Plan: { Type: AWS::ApiGateway::UsagePlan, Properties: { ApiStages: [{ ApiId: !Ref Api, Stage: !Ref Stage }] } }
  Key: { Type: AWS::ApiGateway::ApiKey, Properties: { Enabled: true, Value: a-key-of-twenty-or-more } }
  Off: { Type: AWS::ApiGateway::ApiKey, Properties: { Value: one-that-nobody-enabled } }
  KeyOfPlan: { Type: AWS::ApiGateway::UsagePlanKey, Properties: { KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan } }
  OffOfPlan: { Type: AWS::ApiGateway::UsagePlanKey, Properties: { KeyId: !Ref Off, KeyType: API_KEY, UsagePlanId: !Ref Plan } }
`);
    for (const path of ['/defined', '/closed']) {
      expect(await ask(path)).toEqual(FORBIDDEN);
      expect(await ask(path, { 'x-api-key': 'one-that-nobody-enabled' })).toEqual(FORBIDDEN);
      const sent = { 'x-api-key': 'a-key-of-twenty-or-more' };
      expect(await ask(path, sent)).toMatchObject({ status: 200 });
    }
    expect(plans[0]?.keys.map(({ logicalId }) => logicalId)).toEqual(['Key']);
  });

  it('uses the key from the authorizer’s response if the API is configured so', async () => {
    const template = samApi(
      `{ ApiKeyRequired: true, UsagePlan: { CreateUsagePlan: PER_API }, DefaultAuthorizer: Ours,
        Authorizers: { Ours: { FunctionArn: !GetAtt Decide.Arn, Identity: { Header: who, ReauthorizeEvery: 0 } } } }`,
      EVENTS,
      "  Decide: { Type: AWS::Serverless::Function, Properties: { InlineCode: '' } }\n",
    ).replace('StageName: live,', 'StageName: live, ApiKeySourceType: AUTHORIZER,');
    let key = '';
    const server = await start(template, (event) =>
      'methodArn' in event
        ? {
            principalId: 'me',
            usageIdentifierKey: key,
            policyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
            },
          }
        : { statusCode: 200 },
    );
    const sent = { who: 'me', 'x-api-key': server.key };
    expect(await server.ask('/closed', { 'x-api-key': server.key })).toMatchObject({ status: 401 });
    expect(await server.ask('/closed', sent)).toEqual(FORBIDDEN);
    key = server.key;
    expect(await server.ask('/closed', sent)).toMatchObject({ status: 200 });
  });
});

describe('a usage plan', () => {
  const plan = (limits: string): string =>
    samApi(
      `{ ApiKeyRequired: true, UsagePlan: { CreateUsagePlan: SHARED, ${limits} } }`,
      EVENTS,
      `  Second:
    Type: AWS::Serverless::Api
    Properties:
      StageName: other
      Auth: { ApiKeyRequired: true, UsagePlan: { CreateUsagePlan: SHARED, ${limits} } }
      DefinitionBody:
        swagger: '2.0'
        paths:
          /closed: { get: { x-amazon-apigateway-integration: { type: mock, requestTemplates: { application/json: '{"statusCode":200}' }, responses: { default: { statusCode: '200' } } } } }
`,
    );

  it.each([
    ['Quota: { Limit: 2, Period: MONTH }', 'Limit Exceeded', 'LimitExceededException'],
    [
      'Throttle: { BurstLimit: 2, RateLimit: 0.001 }',
      'Too Many Requests',
      'TooManyRequestsException',
    ],
  ])('limits a key for all its stages: %s', async (limits, message, type) => {
    const { ask, key, other } = await start(plan(limits));
    const sent = { 'x-api-key': key };
    expect(await ask('/closed', sent)).toMatchObject({ status: 200 });
    expect(await ask('/closed')).toMatchObject({ status: 403 });
    const second = await fetch(other, { headers: sent });
    expect([second.status, await second.text()]).toEqual([200, '']);
    expect(await ask('/closed', sent)).toEqual({
      ...{ status: 429, type, body: JSON.stringify({ message }) },
    });
  });

  it.each([
    ['DAY', 0, '2026-11-30T23:59:59Z', '2026-12-01T00:00:00Z'],
    // These times are on a Saturday and on the following Sunday.
    ['WEEK', 0, '2026-11-28T23:59:59Z', '2026-11-29T00:00:00Z'],
    ['WEEK', 1, '2026-11-29T23:59:59Z', '2026-11-30T00:00:00Z'],
    ['MONTH', 0, '2026-11-30T23:59:59Z', '2026-12-01T00:00:00Z'],
    ['MONTH', 4, '2026-12-04T23:59:59Z', '2026-12-05T00:00:00Z'],
  ] as const)('begins a new period: %s, %i days later', (period, offsetDays, last, first) => {
    const usage = new PlanUsage();
    const quota = { limit: 1, period, offsetDays };
    const at = (time: string): boolean => usage.isWithin('key', quota, Date.parse(time));
    expect([at(last), at(last), at(first), at(first)]).toEqual([true, false, true, false]);
  });
});
