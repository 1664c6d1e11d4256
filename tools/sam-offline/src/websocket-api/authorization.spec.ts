import { Hash } from '@smithy/core/serde';
import { permissionsOf } from '../iam/testing/permissions-of.ts';
import { SignatureV4 } from '@smithy/signature-v4';
import { operatorCredentials } from '../signature/index.ts';
import type { LambdaAuthorizer } from '../template/index.ts';
import { operator, REGION, route, startGateway } from './testing/gateway-builder.ts';
import type { Handler } from './testing/gateway-builder.ts';

/** The SHA-256 constructor that the AWS SDK's signer needs. */
const Sha256 = Hash.bind(undefined, 'sha256');

const ARN = `arn:aws:execute-api:${REGION}:123456789012:a1b2c3d4e5/dev/$connect`;

function fromAddress(range: string) {
  const [statement] = policy('Allow').Statement;
  return { Statement: [{ ...statement, Condition: { IpAddress: { 'aws:SourceIp': range } } }] };
}

function policy(Effect: string, Resource: string | string[] = ARN, Action = 'execute-api:Invoke') {
  return { Version: '2012-10-17', Statement: [{ Effect, Action, Resource }] };
}

/** Starts a gateway whose $connect route asks an authorizer. */
function startAuthorized(
  authorizer: Handler,
  change: Partial<LambdaAuthorizer> = {},
  stageVariables: Record<string, string> = {},
) {
  const connect = route('$connect', {
    authorization: {
      type: 'lambda',
      authorizer: {
        name: 'Auth',
        authorizerId: 'auth01',
        functionLogicalId: 'authorizer',
        identitySources: ['route.request.querystring.token'],
        payloadFormatVersion: '1.0',
        enableSimpleResponses: false,
        resultTtlMs: 300_000,
        ...change,
      },
    },
  });
  const routes = [connect, route('$default'), route('$disconnect')];
  return startGateway({ authorizer }, { api: { routes, stageVariables } });
}

describe('a Lambda authorizer on $connect', () => {
  it('sees the headers of the handshake itself, which $connect does not', async () => {
    await using gateway = await startAuthorized(() => ({
      principalId: 'me',
      policyDocument: policy('Allow'),
    }));
    // Headers may have the names that every object has, such as `constructor`.
    const headers = { constructor: 'a', ['__proto__']: 'b', toString: 'c' };
    await gateway.connect('/dev?token=t', { headers });
    const own = { Connection: 'upgrade', Upgrade: 'websocket', 'content-length': '0' };
    const authorizer = new Map(Object.entries((await gateway.invoker.nth('authorizer')).headers));
    const connect = new Map(Object.entries((await gateway.invoker.nth('connect')).headers));
    for (const [name, value] of Object.entries(own)) {
      expect([authorizer.get(name), connect.get(name)]).toEqual([value, undefined]);
    }
    for (const seen of [authorizer, connect]) {
      expect([seen.get('constructor'), seen.get('__proto__'), seen.get('toString')]).toEqual([
        ...['a', 'b', 'c'],
      ]);
    }
  });

  it('admits clients that its policy allows, and its context is in every later event, as strings', async () => {
    await using gateway = await startAuthorized(() => ({
      principalId: 'user-1',
      policyDocument: policy('Allow'),
      context: { name: 'Ada', admin: true, age: 36 },
    }));
    const client = await gateway.connect('/dev?token=t');
    client.send('hello');
    await gateway.invoker.nth('default');
    client.socket.close();
    await gateway.invoker.nth('disconnect');
    for (const name of ['connect', 'default', 'disconnect']) {
      expect(gateway.invoker.of(name)[0]?.requestContext.authorizer).toEqual({
        principalId: 'user-1',
        integrationLatency: expect.any(Number),
        name: 'Ada',
        admin: 'true',
        age: '36',
      });
    }
  });

  it('gets the handshake as a REQUEST', async () => {
    await using gateway = await startAuthorized(() => ({
      principalId: 'user-1',
      policyDocument: policy('Allow'),
    }));
    await gateway.connect('/dev?token=t');
    expect(gateway.invoker.of('authorizer')).toEqual([
      {
        type: 'REQUEST',
        methodArn: ARN,
        headers: expect.objectContaining({ Host: `127.0.0.1:${gateway.port}` }),
        multiValueHeaders: expect.objectContaining({ Host: [`127.0.0.1:${gateway.port}`] }),
        queryStringParameters: { token: 't' },
        multiValueQueryStringParameters: { token: ['t'] },
        stageVariables: {},
        requestContext: expect.objectContaining({ routeKey: '$connect', eventType: 'CONNECT' }),
      },
    ]);
  });

  it('is invoked again for each connection, since WebSocket APIs do not cache', async () => {
    await using gateway = await startAuthorized(() => ({
      principalId: 'user-1',
      policyDocument: policy('Allow'),
    }));
    await gateway.connect('/dev?token=t');
    await gateway.connect('/dev?token=t');
    expect(gateway.invoker.of('authorizer')).toHaveLength(2);
  });

  it.each([
    ['everything', policy('Allow', '*', '*'), true],
    ['a wildcard in the ARN', policy('Allow', 'arn:aws:execute-api:*:*:a1b2c3d4e5/*'), true],
    ['a question mark in the ARN', policy('Allow', ARN.replace('/dev/', '/d?v/')), true],
    ['one of several resources', policy('Allow', ['arn:aws:s3:::x', ARN]), true],
    ['any action of the service', policy('Allow', ARN, 'execute-api:*'), true],
    ['another case of the action', policy('Allow', ARN, 'EXECUTE-API:invoke'), true],
    ['another stage', policy('Allow', ARN.replace('/dev/', '/prod/')), false],
    ['another action', policy('Allow', ARN, 'execute-api:ManageConnections'), false],
    ['a deny', policy('Deny'), false],
    [
      'a deny beside an allow',
      { Statement: [...policy('Allow').Statement, ...policy('Deny').Statement] },
      false,
    ],
    ['nothing', { Statement: [] }, false],
    ['a condition that holds', fromAddress('127.0.0.0/8'), true],
    ['a condition that does not hold', fromAddress('10.0.0.0/8'), false],
    [
      'an action that is denied by NotAction',
      {
        Statement: [
          ...policy('Allow').Statement,
          { Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
        ],
      },
      false,
    ],
  ])('whose policy holds %s', async (_, policyDocument, allowed) => {
    await using gateway = await startAuthorized(() => ({ principalId: 'user-1', policyDocument }));
    if (allowed) {
      await gateway.connect('/dev?token=t');
    } else {
      const { statusCode, body } = await gateway.refused('/dev?token=t');
      expect([statusCode, JSON.parse(body).message]).toEqual([403, 'Forbidden']);
      expect(gateway.invoker.of('connect')).toEqual([]);
    }
  });

  it('whose policy is not understood refuses every client with 500', async () => {
    const policyDocument = {
      Statement: [{ ...policy('Allow').Statement[0], Condition: { Is: { 'aws:SourceIp': '' } } }],
    };
    await using gateway = await startAuthorized(() => ({ principalId: 'user-1', policyDocument }));
    expect((await gateway.refused('/dev?token=t')).statusCode).toBe(500);
  });

  it('is not invoked if an identity source is missing or empty; the client gets 401', async () => {
    await using gateway = await startAuthorized(() => undefined);
    for (const path of ['/dev', '/dev?token=', '/dev?other=t']) {
      const { statusCode, body } = await gateway.refused(path);
      expect([statusCode, JSON.parse(body).message]).toEqual([401, 'Unauthorized']);
    }
    expect(gateway.invoker.events).toEqual([]);
  });

  it.each([
    ['route.request.header.X-Token', true],
    ['route.request.header.x-token', true],
    ['$request.header.X-Token', true],
    ['$request.querystring.token', true],
    ['route.request.querystring.token', true],
    ['stageVariables.colour', true],
    ['$context.identity.sourceIp', true],
    ['context.connectionId', true],
    ['route.request.header.X-Other', false],
    ['route.request.querystring.other', false],
    ['stageVariables.other', false],
    ['context.nothing', false],
    ['nonsense', false],
  ])('reads its identity source %s', async (source, found) => {
    await using gateway = await startAuthorized(
      () => ({ principalId: 'user-1', policyDocument: policy('Allow') }),
      { identitySources: [source] },
      { colour: 'blue' },
    );
    const headers = { 'X-Token': 't' };
    if (found) await gateway.connect('/dev?token=t', { headers });
    else expect((await gateway.refused('/dev?token=t', { headers })).statusCode).toBe(401);
  });

  it.each([
    [
      'throws Unauthorized',
      401,
      () => {
        throw new Error('Unauthorized');
      },
    ],
    [
      'throws anything else',
      500,
      () => {
        throw new Error('boom');
      },
    ],
    ['returns nothing', 500, () => undefined],
    ['returns no principal', 500, () => ({ policyDocument: policy('Allow') })],
    ['returns no policy', 500, () => ({ principalId: 'x' })],
    [
      'returns an object in its context',
      500,
      () => ({
        principalId: 'x',
        policyDocument: policy('Allow'),
        context: { nested: {} },
      }),
    ],
  ])('that %s is %s', async (_, expected, authorizer) => {
    await using gateway = await startAuthorized(authorizer);
    expect((await gateway.refused('/dev?token=t')).statusCode).toBe(expected);
    expect(gateway.invoker.of('connect')).toEqual([]);
    expect(gateway.logs).toHaveLength(expected === 500 ? 1 : 0);
  });
});

describe('IAM authorization on $connect', () => {
  const iam = route('$connect', { authorization: { type: 'iam' } });

  function signer(credentials = operator) {
    return new SignatureV4({
      credentials,
      region: REGION,
      service: 'execute-api',
      sha256: Sha256,
    });
  }
  function handshake(port: number) {
    return {
      method: 'GET',
      protocol: 'ws:',
      hostname: '127.0.0.1',
      path: '/dev',
      query: { room: 'a b' },
      headers: { host: `127.0.0.1:${port}` },
    };
  }

  it('takes signed headers and presigned URLs', async () => {
    await using gateway = await startGateway({}, { api: { routes: [iam] } });
    const signed = await signer().sign(handshake(gateway.port));
    await gateway.connect('/dev?room=a%20b', { headers: signed.headers });
    const presigned = await signer().presign(handshake(gateway.port), { expiresIn: 60 });
    const query = new URLSearchParams(presigned.query as Record<string, string>);
    await gateway.connect(`/dev?${query.toString().replaceAll('+', '%20')}`);
    expect(gateway.invoker.of('connect')).toHaveLength(2);
    expect(gateway.invoker.of('connect')[0]?.requestContext.identity).toMatchObject({
      userArn: 'arn:aws:iam::123456789012:user/operator',
      accountId: '123456789012',
      accessKey: 'local',
    });
  });

  it('is 403 without a signature, with a wrong one, and without permission', async () => {
    await using gateway = await startGateway(
      {},
      {
        api: { routes: [iam] },
        permissions: permissionsOf(operator.name, [
          { Effect: 'Allow', Action: 'execute-api:ManageConnections', Resource: '*' },
        ]),
      },
    );
    const nothing = await gateway.refused();
    expect([nothing.statusCode, JSON.parse(nothing.body).message]).toEqual([
      403,
      'Missing Authentication Token',
    ]);
    const guess = await signer(operatorCredentials('1', 'local', 'guess')).sign(
      handshake(gateway.port),
    );
    const wrong = await gateway.refused('/dev?room=a%20b', { headers: guess.headers });
    expect([wrong.statusCode, wrong.headers['x-amzn-errortype']]).toEqual([
      403,
      'InvalidSignatureException',
    ]);
    const right = await signer().sign(handshake(gateway.port));
    const denied = await gateway.refused('/dev?room=a%20b', { headers: right.headers });
    expect(JSON.parse(denied.body).message).toBe(
      `User: ${operator.arn} is not authorized to perform: execute-api:Invoke on resource: ${ARN} because no identity-based policy allows the execute-api:Invoke action`,
    );
  });
});
