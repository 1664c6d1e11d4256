import { request } from 'undici';
import { TooManyRequestsError } from '../lambda/index.ts';
import type { LambdaAuthorizer } from '../template/index.ts';
import type { TestHandler } from './testing/harness.ts';
import {
  closeServers,
  HandlerError,
  httpApi,
  RawPayload,
  route,
  startServer,
} from './testing/harness.ts';

afterEach(closeServers);

const ARN = 'arn:aws:execute-api:ap-northeast-1:123456789012:a1b2c3d4e5/$default';

async function start(
  authorize: TestHandler,
  overrides: Partial<LambdaAuthorizer> = {},
  format: '1.0' | '2.0' = '2.0',
) {
  const authorizer: LambdaAuthorizer = {
    name: 'MyAuthorizer',
    authorizerId: 'auth01',
    functionLogicalId: 'Authorizer',
    identitySources: ['$request.header.Authorization'],
    payloadFormatVersion: '2.0',
    enableSimpleResponses: true,
    resultTtlMs: 0,
    ...overrides,
  };
  const own = {
    authorization: { type: 'lambda', authorizer },
    payloadFormatVersion: format,
  } as const;
  const server = await startServer(
    { Authorizer: authorize, Handler: () => ({ statusCode: 200 }) },
    {
      apis: [
        httpApi({
          stageVariables: { tenant: 'acme' },
          routes: [route('GET /posts/{id}', own), route('PUT /posts/{id}', own)],
        }),
      ],
    },
  );
  const call = async (
    path = '/posts/1',
    token: string | undefined = 'secret',
    method: 'GET' | 'PUT' = 'GET',
  ) => {
    const { statusCode, body } = await request(`${server.url}${path}`, {
      method,
      headers: token === '' ? {} : { authorization: token },
    });
    return { statusCode, body: await body.text() };
  };
  return { ...server, call, invoker: server.invoker };
}

const forbidden = { statusCode: 403, body: '{"message":"Forbidden"}' };
const unauthorized = { statusCode: 401, body: '{"message":"Unauthorized"}' };
const internalServerError = { statusCode: 500, body: '{"message":"Internal Server Error"}' };

describe('a Lambda authorizer with simple responses', () => {
  it('gets the request without its body, and passes its context to the function', async () => {
    const context = { user: 'u1', level: 3, tags: ['a'], nested: { b: true } };
    const { call, invoker } = await start(() => ({ isAuthorized: true, context }));
    expect(await call('/posts/1?x=y')).toMatchObject({ statusCode: 200 });
    const [asked, invoked] = invoker.invocations;
    expect(asked?.functionLogicalId).toBe('Authorizer');
    expect(asked?.event).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: `${ARN}/GET/posts/1`,
      identitySource: ['secret'],
      routeKey: 'GET /posts/{id}',
      rawPath: '/posts/1',
      rawQueryString: 'x=y',
      headers: { authorization: 'secret' },
      queryStringParameters: { x: 'y' },
      pathParameters: { id: '1' },
      stageVariables: { tenant: 'acme' },
      requestContext: { http: { method: 'GET', path: '/posts/1' }, stage: '$default' },
    });
    expect(asked?.event).not.toHaveProperty('body');
    expect(asked?.event.requestContext).not.toHaveProperty('authorizer');
    expect(invoked?.event.requestContext.authorizer).toEqual({ lambda: context });
  });

  it('refuses with 403', async () => {
    const { call, invoker } = await start(() => ({ isAuthorized: false }));
    expect(await call()).toEqual(forbidden);
    expect(invoker.invocations).toHaveLength(1);
  });

  it.each([
    ['$request.header.Authorization', '/posts/1', ''],
    ['$request.querystring.token', '/posts/1', 'secret'],
    ['$request.querystring.token', '/posts/1?token=', 'secret'],
    ['$stageVariables.none', '/posts/1', 'secret'],
    ['$context.none', '/posts/1', 'secret'],
  ])('is not invoked if %s is missing, and the response is 401', async (source, path, token) => {
    const { call, invoker } = await start(() => ({ isAuthorized: true }), {
      identitySources: [source],
    });
    expect(await call(path, token)).toEqual(unauthorized);
    expect(invoker.invocations).toEqual([]);
  });

  it('reads every kind of identity source', async () => {
    const { call, invoker } = await start(() => ({ isAuthorized: true }), {
      identitySources: [
        '$request.header.AUTHORIZATION',
        '$request.querystring.token',
        '$context.routeKey',
        '$context.httpMethod',
        '$context.identity.sourceIp',
        '$stageVariables.tenant',
      ],
    });
    expect(await call('/posts/1?token=t')).toMatchObject({ statusCode: 200 });
    expect(invoker.invocations[0]?.event).toMatchObject({
      identitySource: ['secret', 't', 'GET /posts/{id}', 'GET', '127.0.0.1', 'acme'],
    });
  });

  it('is always invoked if it has no identity source', async () => {
    const { call, invoker } = await start(() => ({ isAuthorized: true }), {
      identitySources: [],
      resultTtlMs: 300_000,
    });
    await call();
    await call();
    expect(
      invoker.invocations.filter((one) => one.functionLogicalId === 'Authorizer'),
    ).toHaveLength(2);
    expect(invoker.invocations[0]?.event).toMatchObject({ identitySource: null });
  });

  const failures: [string, TestHandler, string][] = [
    [
      'throws',
      () => {
        throw new HandlerError('Unauthorized');
      },
      'Unauthorized',
    ],
    [
      'is throttled',
      () => {
        throw new TooManyRequestsError('ConcurrentInvocationLimitExceeded');
      },
      'throttled',
    ],
    ['returns a value that is not an object', () => 'yes', 'not an object'],
    [
      'returns text that is not JSON',
      () => {
        throw new RawPayload('{');
      },
      'not JSON',
    ],
    ['returns no isAuthorized', () => ({ context: {} }), 'isAuthorized must be true or false'],
    [
      'returns a string for isAuthorized',
      () => ({ isAuthorized: 'true' }),
      'isAuthorized must be true or false',
    ],
  ];
  it.each(failures)('leads to 500 and a log line if it %s', async (_what, authorize, reason) => {
    const { call, lines, invoker } = await start(authorize);
    expect(await call()).toEqual(internalServerError);
    expect(lines.join()).toContain(reason);
    expect(invoker.invocations).toHaveLength(1);
  });
});

describe('a Lambda authorizer with policies', () => {
  const fromAddress = (range: string) => ({
    policyDocument: {
      Statement: [
        {
          ...{ Effect: 'Allow', Action: '*', Resource: '*' },
          Condition: { IpAddress: { 'aws:SourceIp': range } },
        },
      ],
    },
  });
  const policy = (effect: string, resource: unknown, action: unknown = 'execute-api:Invoke') => ({
    principalId: 'user1',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: effect, Action: action, Resource: resource }],
    },
    context: { tenant: 'acme' },
  });
  const own = { enableSimpleResponses: false };

  it.each([
    ['the route itself', policy('Allow', `${ARN}/GET/posts/1`), 200],
    ['everything', policy('Allow', '*', '*'), 200],
    ['every method of a path', policy('Allow', `${ARN}/*/posts/*`), 200],
    [
      'a list that has it',
      policy(
        'Allow',
        ['arn:aws:s3:::other', `${ARN}/GET/posts/?`],
        ['s3:GetObject', 'execute-api:*'],
      ),
      200,
    ],
    ['another path', policy('Allow', `${ARN}/GET/other`), 403],
    ['another method', policy('Allow', `${ARN}/PUT/*`), 403],
    ['another action', policy('Allow', '*', 's3:*'), 403],
    ['nothing, because it denies', policy('Deny', '*'), 403],
    ['a path that looks like a pattern but is none', policy('Allow', `${ARN}/GET/posts.1`), 403],
    [
      'more than it denies',
      {
        principalId: 'u',
        policyDocument: {
          Statement: [
            { Effect: 'Allow', Action: '*', Resource: '*' },
            { Effect: 'Deny', Action: 'execute-api:invoke', Resource: `${ARN}/GET/*` },
          ],
        },
      },
      403,
    ],
    ['from the client’s address', fromAddress('127.0.0.0/8'), 200],
    ['from an address that is not the client’s', fromAddress('10.0.0.0/8'), 403],
    [
      'with a condition that has an unknown operator',
      {
        policyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: '*',
              Resource: '*',
              Condition: { Is: { 'aws:SourceIp': '' } },
            },
          ],
        },
      },
      500,
    ],
    ['with no policy', { principalId: 'u' }, 500],
    [
      'with a statement that is not valid',
      { policyDocument: { Statement: [{ Effect: 'allow' }] } },
      500,
    ],
  ])('allowing %s leads to %s', async (_what, response, statusCode) => {
    const { call } = await start(() => response, own);
    expect(await call()).toMatchObject({ statusCode });
  });

  it('passes its context on in both payload formats', async () => {
    const two = await start(() => policy('Allow', '*'), own);
    await two.call();
    expect(two.invoker.lastEvent.requestContext.authorizer).toEqual({ lambda: { tenant: 'acme' } });
    const one = await start(() => policy('Allow', '*'), own, '1.0');
    await one.call();
    expect(one.invoker.lastEvent.requestContext.authorizer).toEqual({
      tenant: 'acme',
      principalId: 'user1',
    });
  });

  it('gets payload format 1.0 if it is configured', async () => {
    const { call, invoker } = await start(() => policy('Allow', '*'), {
      payloadFormatVersion: '1.0',
    });
    expect(await call('/posts/1?a=b')).toMatchObject({ statusCode: 200 });
    expect(invoker.invocations[0]?.event).toMatchObject({
      version: '1.0',
      type: 'REQUEST',
      methodArn: `${ARN}/GET/posts/1`,
      identitySource: 'secret',
      authorizationToken: 'secret',
      resource: '/posts/{id}',
      path: '/posts/1',
      httpMethod: 'GET',
      queryStringParameters: { a: 'b' },
      pathParameters: { id: '1' },
      requestContext: { resourcePath: '/posts/{id}', httpMethod: 'GET', apiId: 'a1b2c3d4e5' },
    });
  });

  it('has its policy cached and applied to each route', async () => {
    const { call, invoker } = await start(() => policy('Allow', `${ARN}/GET/*`), {
      ...own,
      resultTtlMs: 300_000,
    });
    expect(await call()).toMatchObject({ statusCode: 200 });
    expect(await call('/posts/1', 'secret', 'PUT')).toEqual(forbidden);
    expect(invoker.invocations.map((one) => one.functionLogicalId)).toEqual([
      'Authorizer',
      'Handler',
    ]);
  });
});

describe('a cached result', () => {
  const asked = (invoker: { invocations: readonly { functionLogicalId: string }[] }) =>
    invoker.invocations.filter((one) => one.functionLogicalId === 'Authorizer').length;

  it('is used for requests with the same identity, also if it refuses', async () => {
    const { call, invoker } = await start(
      (event) => ({ isAuthorized: event.headers.authorization === 'good' }),
      { resultTtlMs: 300_000 },
    );
    for (const [token, statusCode] of [
      ['good', 200],
      ['good', 200],
      ['bad', 403],
      ['bad', 403],
    ] as const) {
      expect(await call('/posts/1', token)).toMatchObject({ statusCode });
    }
    expect(asked(invoker)).toBe(2);
  });

  it('does not exist with a TTL of zero', async () => {
    const { call, invoker } = await start(() => ({ isAuthorized: true }));
    await call();
    await call();
    expect(asked(invoker)).toBe(2);
  });

  it('expires after its TTL', async () => {
    const now = jest.spyOn(Date, 'now');
    try {
      const { call, invoker } = await start(() => ({ isAuthorized: true }), {
        resultTtlMs: 60_000,
      });
      const start0 = 1_800_000_000_000;
      now.mockReturnValue(start0);
      await call();
      now.mockReturnValue(start0 + 59_999);
      await call();
      expect(asked(invoker)).toBe(1);
      now.mockReturnValue(start0 + 60_000);
      await call();
      expect(asked(invoker)).toBe(2);
    } finally {
      now.mockRestore();
    }
  });

  it('is not made from a failure', async () => {
    let calls = 0;
    const { call } = await start(
      () => {
        calls += 1;
        if (calls === 1) throw new HandlerError('cold');
        return { isAuthorized: true };
      },
      { resultTtlMs: 300_000 },
    );
    expect(await call()).toMatchObject({ statusCode: 500 });
    expect(await call()).toMatchObject({ statusCode: 200 });
  });

  it('is separate for each route if the route key is an identity source', async () => {
    const { call, invoker } = await start(() => ({ isAuthorized: true }), {
      resultTtlMs: 300_000,
      identitySources: ['$request.header.Authorization', '$context.routeKey'],
    });
    await call('/posts/1');
    await call('/posts/2');
    await call('/posts/1', 'secret', 'PUT');
    expect(asked(invoker)).toBe(2);
  });
});
