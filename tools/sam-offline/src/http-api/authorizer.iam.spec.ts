import { request } from 'undici';
import type { ToSign } from './testing/sign.ts';
import { sign } from './testing/sign.ts';
import {
  accountId,
  broadcaster,
  closeServers,
  httpApi,
  operator,
  route,
  startServer,
} from './testing/harness.ts';

afterEach(closeServers);

const authorization = { type: 'iam' } as const;
const routes = [route('POST /broadcast/{name}', { authorization })];

describe('a route with the IAM authorizer', () => {
  it('gives the function the identity of the signer', async () => {
    const server = await startServer(undefined, { apis: [httpApi({ routes })] });
    const url = `${server.url}/broadcast/a%20b?x=1&y=two`;
    const body = '{"text":"ü"}';
    const headers = await sign({
      url,
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
      principal: operator,
    });
    const { statusCode } = await request(url, { method: 'POST', headers, body });
    expect(statusCode).toBe(200);
    expect(server.invoker.lastEvent).toMatchObject({ pathParameters: { name: 'a b' }, body });
    expect(server.invoker.lastEvent.requestContext.authorizer).toEqual({
      iam: {
        accessKey: 'local',
        accountId,
        callerId: expect.stringMatching(/^AIDA[A-Z0-9]{17}$/) as unknown,
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: operator.arn,
        userId: expect.stringMatching(/^AIDA[A-Z0-9]{17}$/) as unknown,
      },
    });
  });

  it('gives a signing function’s role and session', async () => {
    const server = await startServer(undefined, { apis: [httpApi({ routes })] });
    const url = `${server.url}/broadcast/x`;
    const headers = await sign({ url, method: 'POST', principal: broadcaster });
    await request(url, { method: 'POST', headers });
    expect(server.invoker.lastEvent.requestContext.authorizer).toMatchObject({
      iam: {
        userArn: broadcaster.arn,
        userId: expect.stringMatching(/^AROA[A-Z0-9]{17}:BroadcastFunction/) as unknown,
      },
    });
  });

  it('has the identity in payload format 1.0', async () => {
    const server = await startServer(undefined, {
      apis: [
        httpApi({ routes: [route('$default', { authorization, payloadFormatVersion: '1.0' })] }),
      ],
    });
    const url = `${server.url}/`;
    await request(url, { headers: await sign({ url, principal: operator }) });
    expect(server.invoker.lastEvent.requestContext).toMatchObject({
      identity: { accessKey: 'local', accountId, userArn: operator.arn },
    });
  });

  it('accepts a signature of the path that the client uses, with its prefix', async () => {
    const second = httpApi({ logicalId: 'Second', apiId: 'second1234', routes });
    const server = await startServer(undefined, { apis: [httpApi(), second] });
    const url = `${server.urls.Second ?? ''}/broadcast/x`;
    const headers = await sign({ url, method: 'POST', principal: operator });
    expect((await request(url, { method: 'POST', headers })).statusCode).toBe(200);
  });

  const wrong: [string, Partial<ToSign>, string][] = [
    ['another secret', { principal: { ...operator, secretAccessKey: 'wrong' } }, 'does not match'],
    [
      'an unknown access key',
      { principal: { ...operator, accessKeyId: 'x' } },
      'UnrecognizedClientException',
    ],
    ['another service', { service: 'lambda' }, "correct service: 'execute-api'"],
    ['another region', { signingRegion: 'us-east-1' }, "valid region, not 'us-east-1'"],
    ['another body', { body: 'other' }, 'does not match'],
    ['an old date', { signingDate: new Date(Date.now() - 600_000) }, 'Signature expired'],
  ];
  it.each(wrong)(
    'responds with 403 to %s, and logs the reason',
    async (_what, overrides, reason) => {
      const server = await startServer(undefined, { apis: [httpApi({ routes })] });
      const url = `${server.url}/broadcast/x`;
      const headers = await sign({
        url,
        method: 'POST',
        body: 'b',
        principal: operator,
        ...overrides,
      });
      const { statusCode, body } = await request(url, { method: 'POST', headers, body: 'b' });
      expect(statusCode).toBe(403);
      expect(await body.text()).toBe('{"message":"Forbidden"}');
      expect(server.lines.join()).toContain(reason);
      expect(server.invoker.invocations).toEqual([]);
    },
  );

  it('responds with 403 to a request without a signature', async () => {
    const server = await startServer(undefined, { apis: [httpApi({ routes })] });
    const { statusCode, body } = await request(`${server.url}/broadcast/x`, { method: 'POST' });
    expect(statusCode).toBe(403);
    expect(await body.text()).toBe('{"message":"Forbidden"}');
    expect(server.lines.join()).toContain('MissingAuthenticationTokenException');
  });
});
