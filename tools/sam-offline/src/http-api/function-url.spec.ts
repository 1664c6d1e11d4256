import { request } from 'undici';
import { TooManyRequestsError } from '../lambda/index.ts';
import type { FunctionUrl } from '../template/index.ts';
import type { TestHandler } from './testing/harness.ts';
import {
  accountId,
  closeServers,
  cors,
  exchange,
  functionWithUrl,
  HandlerError,
  operator,
  RawPayload,
  startServer,
} from './testing/harness.ts';
import { sign } from './testing/sign.ts';

afterEach(closeServers);

function start(handler?: TestHandler, url: Partial<FunctionUrl> = {}) {
  return startServer(handler, { apis: [], functions: [functionWithUrl(url)] });
}

async function responseTo(handler: TestHandler, url: Partial<FunctionUrl> = {}) {
  const { functionUrl, lines } = await start(handler, url);
  const { statusCode, headers, body } = await request(functionUrl);
  return { statusCode, headers, body: await body.text(), lines };
}

describe('a Function URL', () => {
  it('makes the event with all members of AWS’s event, and no others', async () => {
    const { functionUrl, invoker } = await start();
    const { headers } = await request(
      `${functionUrl}capture/space%20value?repeat=one&repeat=two&plus=a+b`,
      {
        method: 'POST',
        headers: {
          Cookie: 'session=abc; theme=dark',
          'Content-Type': 'application/json',
          'User-Agent': 'jest',
          'X-Probe': ['first', 'second'],
        },
        body: '{}',
      },
    );
    const event = invoker.lastEvent;
    const { host } = new URL(functionUrl);
    const { requestId, timeEpoch } = event.requestContext;
    expect(event).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/capture/space%20value',
      rawQueryString: 'repeat=one&repeat=two&plus=a+b',
      cookies: ['session=abc', 'theme=dark'],
      headers: {
        'content-length': '2',
        'content-type': 'application/json',
        cookie: 'session=abc; theme=dark',
        host,
        'user-agent': 'jest',
        'x-amzn-trace-id': headers['x-amzn-trace-id'],
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': new URL(functionUrl).port,
        'x-forwarded-proto': 'http',
        'x-probe': 'first,second',
      },
      queryStringParameters: { repeat: 'one,two', plus: 'a b' },
      requestContext: {
        accountId: 'anonymous',
        apiId: 'u'.repeat(32),
        domainName: host,
        domainPrefix: 'u'.repeat(32),
        http: {
          method: 'POST',
          path: '/capture/space value',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'jest',
        },
        requestId,
        routeKey: '$default',
        stage: '$default',
        time: expect.stringMatching(/ \+0000$/) as unknown,
        timeEpoch,
      },
      body: '{}',
      isBase64Encoded: false,
    });
    expect(requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(headers['x-amzn-requestid']).toBe(requestId);
    expect(headers).not.toHaveProperty('apigw-requestid');
  });

  it.each([
    ['a string with its quotation marks', 'Hello', '"Hello"'],
    ['an object', { message: 'hi' }, '{"message":"hi"}'],
    ['a number', 1, '1'],
    ['nothing', undefined, 'null'],
  ])('responds with 200 and JSON with %s', async (_what, returned, body) => {
    const response = await responseTo(() => returned);
    expect(response).toMatchObject({ statusCode: 200, body });
    expect(response.headers['content-type']).toBe('application/json');
  });

  it('responds with status, headers, cookies and body', async () => {
    const response = await responseTo(() => ({
      statusCode: 418,
      headers: { 'x-a': '1' },
      cookies: ['a=1', 'b=2'],
      body: 'aGk=',
      isBase64Encoded: true,
    }));
    expect(response).toMatchObject({ statusCode: 418, body: 'hi' });
    expect(response.headers).toMatchObject({
      'x-a': '1',
      'set-cookie': ['a=1', 'b=2'],
      'content-type': 'application/json',
    });
  });

  const failures: [string, TestHandler, object][] = [
    [
      '502 when the handler throws',
      () => {
        throw new HandlerError('boom');
      },
      { statusCode: 502, body: 'Internal Server Error' },
    ],
    [
      '502 when the response is malformed',
      () => ({ statusCode: 200, body: {} }),
      { statusCode: 502, body: 'Internal Server Error' },
    ],
    [
      '500 when the invoker fails',
      () => {
        throw new Error('no such function');
      },
      { statusCode: 500, body: 'Internal Server Error' },
    ],
    [
      '429 when the function is throttled',
      () => {
        throw new TooManyRequestsError('ReservedFunctionConcurrentInvocationLimitExceeded');
      },
      {
        statusCode: 429,
        body: '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}',
      },
    ],
  ];
  it.each(failures)('responds with %s', async (_what, handler, expected) => {
    expect(await responseTo(handler)).toMatchObject(expected);
  });

  it('responds with 413 to an event of more than 6 MB', async () => {
    const { functionUrl, invoker } = await start();
    for (const bytes of [6 * 1024 * 1024, 6 * 1024 * 1024 + 1]) {
      const { statusCode, body } = await request(functionUrl, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: Buffer.alloc(bytes, 'a'),
      });
      expect(statusCode).toBe(413);
      expect(await body.text()).toContain('smaller than 6291456 bytes');
    }
    expect(invoker.invocations).toEqual([]);
  });

  it('joins repeated cookie headers', async () => {
    const { functionUrl, invoker } = await start();
    await exchange(
      functionUrl,
      'GET / HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n',
    );
    expect(invoker.lastEvent.headers.cookie).toBe('a=1; b=2');
    expect(invoker.lastEvent.cookies).toEqual(['a=1', 'b=2']);
  });

  it('responds with 400 to a path that is not percent-encoded UTF-8', async () => {
    const { functionUrl } = await start();
    const response = await exchange(
      functionUrl,
      'GET /%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(response).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('a Function URL with AWS_IAM', () => {
  it('gives the function the identity of the signer for the service lambda', async () => {
    const { functionUrl, invoker } = await start(undefined, { authType: 'AWS_IAM' });
    const url = `${functionUrl}a%20b?x=1`;
    const headers = await sign({ url, service: 'lambda', principal: operator });
    expect((await request(url, { headers })).statusCode).toBe(200);
    expect(invoker.lastEvent.requestContext).toMatchObject({
      accountId,
      authentication: null,
      authorizer: { iam: { accessKey: 'local', accountId, userArn: operator.arn } },
    });
  });

  it.each([
    ['no signature', undefined],
    ['a signature for another service', 'execute-api'],
  ])('responds with 403 to %s', async (_what, service) => {
    const { functionUrl, invoker } = await start(undefined, { authType: 'AWS_IAM' });
    const headers =
      service === undefined ? {} : await sign({ url: functionUrl, service, principal: operator });
    const response = await request(functionUrl, { headers });
    expect(response.statusCode).toBe(403);
    expect(response.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    expect(await response.body.text()).toBe('{"Message":"Forbidden"}');
    expect(invoker.invocations).toEqual([]);
  });

  it('responds to a preflight, which browsers do not sign', async () => {
    const { functionUrl } = await start(undefined, { authType: 'AWS_IAM', cors: cors() });
    const { statusCode, headers } = await request(functionUrl, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' },
    });
    expect(statusCode).toBe(200);
    expect(headers['access-control-allow-methods']).toBe('GET,POST');
  });
});

describe('a Function URL’s CORS configuration', () => {
  it('replaces the function’s CORS headers, and no others', async () => {
    const { functionUrl } = await start(
      () => ({
        statusCode: 200,
        headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'etag' },
      }),
      { cors: cors() },
    );
    const { headers } = await request(functionUrl, {
      headers: { origin: 'http://localhost:3000' },
    });
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-expose-headers': 'etag',
    });
  });
});

describe('a Function URL with RESPONSE_STREAM', () => {
  const streamed = (metadata: object | string, body: string) => () => {
    const prelude = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
    throw new RawPayload(Buffer.concat([Buffer.from(prelude), Buffer.alloc(8), Buffer.from(body)]));
  };
  const url = { invokeMode: 'RESPONSE_STREAM' } as const;

  it('responds with the metadata and the body of the stream', async () => {
    const metadata = {
      statusCode: 201,
      headers: { 'Content-Type': 'text/html' },
      cookies: ['a=1'],
    };
    const response = await responseTo(streamed(metadata, '<p>ü</p>'), url);
    expect(response).toMatchObject({ statusCode: 201, body: '<p>ü</p>' });
    expect(response.headers).toMatchObject({ 'content-type': 'text/html', 'set-cookie': 'a=1' });
  });

  it('responds with 200 if the metadata have no status', async () => {
    const response = await responseTo(streamed({}, 'x'), url);
    expect(response).toMatchObject({ statusCode: 200, body: 'x' });
    expect(response.headers['content-type']).toBe('application/octet-stream');
  });

  it('responds like a buffered URL if the function did not stream', async () => {
    expect(await responseTo(() => ({ statusCode: 202, body: 'x' }), url)).toMatchObject({
      statusCode: 202,
      body: 'x',
    });
  });

  it('does not read zero bytes as the end of metadata if it is buffered', async () => {
    expect(await responseTo(streamed({ statusCode: 201 }, 'x'))).toMatchObject({ statusCode: 200 });
  });
});
