import { request } from 'undici';
import { TooManyRequestsError } from '../lambda/index.ts';
import type { TestHandler } from './testing/harness.ts';
import {
  closeServers,
  exchange,
  HandlerError,
  httpApi,
  RawPayload,
  route,
  startServer,
} from './testing/harness.ts';

afterEach(closeServers);

async function responseTo(handler: TestHandler, payloadFormatVersion: '1.0' | '2.0' = '2.0') {
  const server = await startServer(handler, {
    apis: [httpApi({ routes: [route('$default', { payloadFormatVersion })] })],
  });
  const { statusCode, headers, body } = await request(server.url);
  return { statusCode, headers, body: await body.text(), lines: server.lines };
}

const internalServerError = { statusCode: 500, body: '{"message":"Internal Server Error"}' };

describe('the response from a result of payload format 2.0', () => {
  it('has its status, headers, cookies and body', async () => {
    const response = await responseTo(() => ({
      statusCode: 201,
      headers: { 'Content-Type': 'text/html', 'X-Number': 1, 'X-Flag': true },
      cookies: ['a=1; Path=/', 'b=2'],
      body: '<p>ü</p>',
    }));
    expect(response).toMatchObject({ statusCode: 201, body: '<p>ü</p>' });
    expect(response.headers).toMatchObject({
      'content-type': 'text/html',
      'content-length': '9',
      'x-number': '1',
      'x-flag': 'true',
      'set-cookie': ['a=1; Path=/', 'b=2'],
    });
    expect(response.headers.date).toBeDefined();
  });

  it('is plain text if it has no content type', async () => {
    const { headers } = await responseTo(() => ({ statusCode: 200, body: 'hi' }));
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it('has the bytes of a base64 body, and does not change compressed ones', async () => {
    const bytes = Buffer.from([0x1f, 0x8b, 0, 255]);
    const server = await startServer(() => ({
      statusCode: 200,
      headers: { 'content-encoding': 'gzip' },
      isBase64Encoded: true,
      body: bytes.toString('base64'),
    }));
    const { headers, body } = await request(server.url);
    expect(headers['content-encoding']).toBe('gzip');
    expect(Buffer.from(await body.arrayBuffer())).toEqual(bytes);
  });

  it.each([
    ['an object without a statusCode', { message: 'hi' }, '{"message":"hi"}'],
    ['a string', 'Hello', 'Hello'],
    ['an empty string', '', ''],
    ['a number', 42, '42'],
    ['a boolean', true, 'true'],
    ['an array', [1, 2], '[1,2]'],
    ['nothing', undefined, 'null'],
  ])('is 200 and JSON for %s', async (_what, returned, body) => {
    const response = await responseTo(() => returned);
    expect(response).toMatchObject({ statusCode: 200, body });
    expect(response.headers['content-type']).toBe('application/json');
  });

  it('is 200 with the bytes themselves for a payload that is not JSON', async () => {
    const response = await responseTo(() => {
      throw new RawPayload('{"name": "John", "age":');
    });
    expect(response).toMatchObject({ statusCode: 200, body: '{"name": "John", "age":' });
  });

  it.each([
    ['a status code that is not a number', { statusCode: 'ok' }, 'statusCode must be an integer'],
    [
      'a status code that is not an integer',
      { statusCode: 200.5 },
      'statusCode must be an integer',
    ],
    ['a status code out of range', { statusCode: 0 }, 'not 0'],
    ['an informational status code', { statusCode: 101 }, 'not 101'],
    [
      'a body that is an object',
      { statusCode: 200, body: { a: 1 } },
      'body must be a string, not {"a":1}',
    ],
    ['headers that are an array', { statusCode: 200, headers: [] }, 'headers must be an object'],
    [
      'a header that is an object',
      { statusCode: 200, headers: { x: {} } },
      'header x must be a string',
    ],
    [
      'a header with a line break',
      { statusCode: 200, headers: { x: 'a\r\nb: c' } },
      'Invalid character',
    ],
    [
      'a header name with a space',
      { statusCode: 200, headers: { 'x y': '1' } },
      'valid HTTP token',
    ],
    [
      'cookies that are not an array',
      { statusCode: 200, cookies: 'a=1' },
      'cookies must be an array',
    ],
  ])('is 500 for %s, and the reason is logged', async (_what, returned, reason) => {
    const response = await responseTo(() => returned);
    expect(response).toMatchObject(internalServerError);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.lines.join()).toContain(reason);
  });

  it('has the gateway’s framing, not the function’s', async () => {
    const { headers, body } = await responseTo(() => ({
      statusCode: 200,
      headers: { 'Content-Length': '999', 'Transfer-Encoding': 'chunked', Connection: 'upgrade' },
      body: 'four',
    }));
    expect(body).toBe('four');
    expect(headers).toMatchObject({ 'content-length': '4', connection: 'keep-alive' });
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  it.each([204, 304])('has neither a body nor a length with status %d', async (statusCode) => {
    const response = await responseTo(() => ({ statusCode, body: 'ignored' }));
    expect(response).toMatchObject({ statusCode, body: '' });
    expect(response.headers).not.toHaveProperty('content-length');
  });

  it('to HEAD has the length of the body, but no body', async () => {
    const { url } = await startServer(() => ({ statusCode: 200, body: 'four' }));
    const response = await exchange(url, 'HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(response).toMatch(/Content-Length: 4\r\n/);
    expect(response).toMatch(/\r\n\r\n$/);
  });
});

describe('the response from a result of payload format 1.0', () => {
  it('has the values of multiValueHeaders, and those of headers whose names are not in them', async () => {
    const response = await responseTo(
      () => ({
        statusCode: 200,
        headers: { 'X-Both': 'single', 'X-Single': '1' },
        multiValueHeaders: { 'x-both': ['a', 'b'], 'Set-Cookie': ['a=1', 'b=2'] },
        body: 'hi',
      }),
      '1.0',
    );
    expect(response.headers).toMatchObject({
      'x-both': ['a', 'b'],
      'x-single': '1',
      'set-cookie': ['a=1', 'b=2'],
    });
  });

  it.each([{ message: 'hi' }, 'Hello', null])(
    'is 500 for %j, because an object is needed',
    async (returned) => {
      expect(await responseTo(() => returned, '1.0')).toMatchObject(internalServerError);
    },
  );
});

describe('the response if the function has none', () => {
  it('is 500 if the handler throws', async () => {
    const response = await responseTo(() => {
      throw new HandlerError('boom');
    });
    expect(response).toMatchObject(internalServerError);
    expect(response.headers['apigw-requestid']).toMatch(/=$/);
  });

  it('is 503 if the function is throttled', async () => {
    const response = await responseTo(() => {
      throw new TooManyRequestsError('ConcurrentInvocationLimitExceeded');
    });
    expect(response).toMatchObject({ statusCode: 503, body: '{"message":"Service Unavailable"}' });
  });

  it('is 500 if the invoker itself fails, and the cause is logged', async () => {
    const response = await responseTo(() => {
      throw new Error('no such function');
    });
    expect(response).toMatchObject(internalServerError);
    expect(response.lines.join()).toContain('no such function');
  });

  it('is 503 after the integration’s time-out, and the function continues', async () => {
    let finish: (() => void) | undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const server = await startServer(() => finished, {
      apis: [
        httpApi({
          routes: [
            route('$default', {
              integration: { type: 'lambda', functionLogicalId: 'Handler', timeoutMs: 50 },
            }),
          ],
        }),
      ],
    });
    const { statusCode, body } = await request(server.url);
    expect(statusCode).toBe(503);
    expect(await body.json()).toEqual({ message: 'Service Unavailable' });
    expect(server.lines.join()).toContain('no result within 50 ms');
    finish?.();
    await finished;
  });

  it('is 404 if no route matches', async () => {
    const { url, invoker } = await startServer(undefined, {
      apis: [httpApi({ routes: [route('GET /posts')] })],
    });
    const { statusCode, body, headers } = await request(`${url}/nothing`);
    expect(statusCode).toBe(404);
    expect(await body.text()).toBe('{"message":"Not Found"}');
    expect(headers['content-type']).toBe('application/json');
    expect(invoker.invocations).toEqual([]);
  });
});
