import { request } from 'undici';
import { closeServers, exchange, httpApi, route, startServer } from './testing/harness.ts';

afterEach(closeServers);

const posts = route('POST /posts/{postId}');

describe('payload format 2.0', () => {
  it('has all members of AWS’s event, and no others', async () => {
    const { url, port, invoker } = await startServer(undefined, {
      apis: [httpApi({ routes: [posts], stageVariables: { table: 'posts' } })],
    });
    const before = Date.now();
    const { headers } = await request(`${url}/posts/1?tag=a&tag=b&q=two+words%21&empty=`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Cookie: 'session=abc; theme=dark',
        'User-Agent': 'jest',
        'X-Custom': ['first', 'second'],
        'X-Forwarded-For': '203.0.113.7',
      },
      body: '{"text":"λ"}',
    });
    const event = invoker.lastEvent;
    const { requestId, timeEpoch } = event.requestContext;
    const traceId = event.headers['x-amzn-trace-id'];
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /posts/{postId}',
      rawPath: '/posts/1',
      rawQueryString: 'tag=a&tag=b&q=two+words%21&empty=',
      cookies: ['session=abc', 'theme=dark'],
      headers: {
        'content-length': '13',
        'content-type': 'application/json',
        host: `127.0.0.1:${port ?? 0}`,
        'user-agent': 'jest',
        'x-amzn-trace-id': traceId,
        'x-custom': 'first,second',
        'x-forwarded-for': '203.0.113.7, 127.0.0.1',
        'x-forwarded-port': String(port),
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { tag: 'a,b', q: 'two words!', empty: '' },
      pathParameters: { postId: '1' },
      stageVariables: { table: 'posts' },
      requestContext: {
        accountId: '123456789012',
        apiId: 'a1b2c3d4e5',
        domainName: `127.0.0.1:${port ?? 0}`,
        domainPrefix: 'a1b2c3d4e5',
        http: {
          method: 'POST',
          path: '/posts/1',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'jest',
        },
        requestId,
        routeKey: 'POST /posts/{postId}',
        stage: '$default',
        time: expect.stringMatching(
          /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/,
        ) as unknown,
        timeEpoch,
      },
      body: '{"text":"λ"}',
      isBase64Encoded: false,
    });
    expect(requestId).toMatch(/^[\w-]{15}=$/);
    expect(headers['apigw-requestid']).toBe(requestId);
    expect(traceId).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(invoker.invocations[0]?.traceId).toBe(traceId);
    expect(timeEpoch).toBeGreaterThanOrEqual(before);
  });

  it('leaves out members that the request does not have', async () => {
    const { url, invoker } = await startServer();
    await request(`${url}/`);
    expect(Object.keys(invoker.lastEvent).sort()).toEqual([
      'headers',
      'isBase64Encoded',
      'rawPath',
      'rawQueryString',
      'requestContext',
      'routeKey',
      'version',
    ]);
    expect(invoker.lastEvent).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
    expect(invoker.lastEvent.headers['content-length']).toBe('0');
    expect(invoker.lastEvent.requestContext).not.toHaveProperty('authorizer');
  });

  it.each([
    ['text/plain', false],
    ['text/csv; charset=utf-8', false],
    ['application/json', false],
    ['Application/JSON; charset=utf-8', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/vnd.api+json', true],
    ['application/octet-stream', true],
    ['image/png', true],
    ['multipart/form-data; boundary=x', true],
    [undefined, true],
  ])(
    'passes on a body of content type %s with isBase64Encoded %s',
    async (contentType, isBase64) => {
      const { url, invoker } = await startServer();
      const body = 'a=1&b=ü';
      await request(url, {
        method: 'POST',
        body,
        ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
      });
      expect(invoker.lastEvent.isBase64Encoded).toBe(isBase64);
      expect(invoker.lastEvent.body).toBe(isBase64 ? Buffer.from(body).toString('base64') : body);
    },
  );

  it.each([
    ['/posts/a%20b%2Bc%C3%BC', '/posts/a b+cü', 'a b+cü'],
    ['/posts/a+b', '/posts/a+b', 'a+b'],
    ['/posts/a;v=1', '/posts/a;v=1', 'a;v=1'],
    ['/posts/%e2%98%95', '/posts/☕', '☕'],
    ['/posts/a%2525b', '/posts/a%b', 'a%b'],
    ['/posts/%252e%252e', '/posts/..', '..'],
  ])('decodes the path %s', async (path, rawPath, postId) => {
    const { url, invoker } = await startServer(undefined, { apis: [httpApi({ routes: [posts] })] });
    await exchange(url, `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const { lastEvent } = invoker;
    expect(lastEvent).toMatchObject({ rawPath, pathParameters: { postId } });
    expect(lastEvent.requestContext.http.path).toBe(rawPath);
  });

  it('rejects a path that cannot be decoded twice', async () => {
    const { url, invoker } = await startServer();
    for (const path of ['half%25done', '%', '%25ff']) {
      expect((await request(`${url}/${path}`)).statusCode).toBe(400);
    }
    expect(invoker.invocations).toEqual([]);
  });

  it.each(['%2F', '%252F'])(
    'decodes the path before it chooses the route, so %s is a slash',
    async (slash) => {
      const { url, invoker } = await startServer(undefined, {
        apis: [httpApi({ routes: [posts, route('POST /{proxy+}')] })],
      });
      await request(`${url}/posts/a${slash}b`, { method: 'POST' });
      expect(invoker.lastEvent).toMatchObject({
        routeKey: 'POST /{proxy+}',
        pathParameters: { proxy: 'posts/a/b' },
      });
    },
  );

  it('cuts rawPath at a decoded question mark', async () => {
    const { url, invoker } = await startServer();
    await request(`${url}/a%3Fb/c?d=e`);
    expect(invoker.lastEvent).toMatchObject({ rawPath: '/a', rawQueryString: 'd=e' });
  });

  it.each([
    ['a=%zz', { a: '%zz' }],
    ['a', { a: '' }],
    ['&&a=1&', { a: '1' }],
    ['a=b=c', { a: 'b=c' }],
    ['%61=1', { a: '1' }],
  ])('reads the query %s', async (query, parameters) => {
    const { url, invoker } = await startServer();
    await exchange(url, `GET /?${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(invoker.lastEvent.queryStringParameters).toEqual(parameters);
    expect(invoker.lastEvent.rawQueryString).toBe(query);
  });

  it('keeps headers and parameters that are called __proto__', async () => {
    const { url, invoker } = await startServer();
    await request(`${url}/?__proto__=1`, { headers: { __proto__x: '2', ['__proto__']: '3' } });
    const { headers, queryStringParameters = {} } = invoker.lastEvent;
    expect(Object.entries(queryStringParameters)).toEqual([['__proto__', '1']]);
    expect(Object.entries(headers)).toContainEqual(['__proto__', '3']);
  });

  it('passes the client’s trace on', async () => {
    const { url, invoker } = await startServer();
    const traceId = 'Root=1-6a5145a9-1bae89e2512ec92d5d9438a0;Parent=53995c3f42cd8ad8;Sampled=1';
    await request(url, { headers: { 'x-amzn-trace-id': traceId } });
    expect(invoker.lastEvent.headers['x-amzn-trace-id']).toBe(traceId);
    expect(invoker.invocations[0]?.traceId).toBe(traceId);
  });

  it('has the stage in the path, but not in the route', async () => {
    const { url, invoker } = await startServer(undefined, {
      apis: [httpApi({ stageName: 'dev', routes: [posts, route('GET /')] })],
    });
    expect(url).toMatch(/\/dev$/);
    await request(`${url}/posts/1`, { method: 'POST' });
    expect(invoker.lastEvent).toMatchObject({
      routeKey: 'POST /posts/{postId}',
      rawPath: '/dev/posts/1',
      requestContext: { stage: 'dev', http: { path: '/dev/posts/1' } },
    });
    await request(url);
    expect(invoker.lastEvent).toMatchObject({ routeKey: 'GET /', rawPath: '/dev' });
  });

  it.each(['/posts/1', '/development/posts/1', '/'])(
    'is not made for %s, which is outside of the stage',
    async (path) => {
      const { url, invoker } = await startServer(undefined, {
        apis: [httpApi({ stageName: 'dev' })],
      });
      const { statusCode } = await request(new URL(path, url), { method: 'POST' });
      expect(statusCode).toBe(404);
      expect(invoker.invocations).toEqual([]);
    },
  );
});

describe('payload format 1.0', () => {
  it('has all members of AWS’s event, and no others', async () => {
    const { url, port, invoker } = await startServer(undefined, {
      apis: [httpApi({ routes: [{ ...posts, payloadFormatVersion: '1.0' }] })],
    });
    await exchange(
      url,
      'POST /posts/a%20b?tag=a&tag=b HTTP/1.1\r\nhost: x\r\nuser-agent: jest\r\nX-Custom: first\r\n' +
        'X-Custom: second\r\nCookie: a=1\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n' +
        'Connection: close\r\n\r\nhi',
    );
    const event = invoker.lastEvent as unknown as Record<string, Record<string, unknown>>;
    const { requestId, requestTime, requestTimeEpoch } = event.requestContext ?? {};
    const single = {
      'Content-Length': '2',
      Host: 'x',
      'User-Agent': 'jest',
      'X-Custom': 'second',
      Cookie: 'a=1',
      'Content-Type': 'text/plain',
      'X-Amzn-Trace-Id': event.headers?.['X-Amzn-Trace-Id'],
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': String(port),
      'X-Forwarded-Proto': 'http',
    };
    expect(event).toEqual({
      version: '1.0',
      resource: '/posts/{postId}',
      path: '/posts/a%20b',
      httpMethod: 'POST',
      headers: single,
      multiValueHeaders: {
        ...Object.fromEntries(Object.entries(single).map(([name, value]) => [name, [value]])),
        'X-Custom': ['first', 'second'],
      },
      queryStringParameters: { tag: 'b' },
      multiValueQueryStringParameters: { tag: ['a', 'b'] },
      pathParameters: { postId: 'a b' },
      stageVariables: null,
      requestContext: {
        accountId: '123456789012',
        apiId: 'a1b2c3d4e5',
        authorizer: { claims: null, scopes: null },
        domainName: 'x',
        domainPrefix: 'a1b2c3d4e5',
        extendedRequestId: requestId,
        httpMethod: 'POST',
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: '127.0.0.1',
          user: null,
          userAgent: 'jest',
          userArn: null,
        },
        path: '/posts/a%20b',
        protocol: 'HTTP/1.1',
        requestId,
        requestTime,
        requestTimeEpoch,
        resourceId: null,
        resourcePath: '/posts/{postId}',
        stage: '$default',
      },
      body: 'hi',
      isBase64Encoded: false,
    });
    expect(requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:/);
  });

  it('has nulls for members that the request does not have', async () => {
    const { url, invoker } = await startServer(undefined, {
      apis: [httpApi({ routes: [route('$default', { payloadFormatVersion: '1.0' })] })],
    });
    await request(url);
    expect(invoker.lastEvent).toMatchObject({
      body: null,
      pathParameters: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      stageVariables: null,
    });
  });
});
