import { EventTooLargeError, InvalidEventError } from '@blogapp/broadcast';
import type { Broadcaster } from '@blogapp/broadcast';
import { MAX_MESSAGE_BYTES } from '@blogapp/shared-types';
import { PROBLEM_TYPE_BASE, PROBLEM_TYPES, problemSchema } from '@blogapp/shared-types/rest';
import type { Problem, ProblemName } from '@blogapp/shared-types/rest';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DELIVERY_MARGIN_MS } from '../delivery-budget.ts';
import { httpEvent } from '../testing/events.ts';
import { invoke } from '../testing/invoke.ts';
import { createBroadcast, failedResponse } from './broadcast.ts';

type Publish = Broadcaster['publish'];

const result = {
  eventId: '01JDAAAAAAAAAAAAAAAAAAAAAA',
  recipients: 3,
  delivered: 2,
  stale: 1,
  retried: 0,
  queued: 0,
};
const request = { channel: 'all', type: 'announcement', data: { text: 'hello' } };
const publish = jest.fn<ReturnType<Publish>, Parameters<Publish>>();
const broadcast = createBroadcast({ broadcaster: { publish } });

beforeEach(() => {
  publish.mockReset().mockResolvedValue(result);
});

/** Returns the problem document of the response, checked with the REST API's schema. */
async function problemOf(event: APIGatewayProxyEventV2): Promise<Problem> {
  const { result } = await invoke(broadcast, event);
  expect(result?.headers).toMatchObject({ 'content-type': 'application/problem+json' });
  const problem = problemSchema.parse(JSON.parse(result?.body ?? ''));
  expect(problem).toMatchObject({
    status: result?.statusCode,
    instance: '/broadcast/comments',
    correlationId: 'gateway-id',
  });
  const name = problem.type.slice(PROBLEM_TYPE_BASE.length) as ProblemName;
  expect({ status: problem.status, title: problem.title }).toEqual(PROBLEM_TYPES[name]);
  expect(publish).not.toHaveBeenCalled();
  return problem;
}

test('publishes the event and responds with the figures of its delivery', async () => {
  const { result: response } = await invoke(broadcast, httpEvent(request));
  expect(publish).toHaveBeenCalledWith(
    { type: 'announcement', data: { text: 'hello' } },
    'all',
    expect.objectContaining({ correlationId: 'gateway-id' }),
  );
  expect(response).toMatchObject({
    statusCode: 202,
    headers: { 'content-type': 'application/json', 'x-correlation-id': 'gateway-id' },
  });
  expect(JSON.parse(response?.body ?? '')).toEqual(result);
});

test("passes the caller's correlation id on", async () => {
  const headers = { 'content-type': 'application/json', 'x-correlation-id': 'order-7' };
  const { result } = await invoke(broadcast, httpEvent(request, { headers }));
  expect(publish.mock.lastCall?.[2].correlationId).toBe('order-7');
  expect(result?.headers).toMatchObject({ 'x-correlation-id': 'order-7' });
});

test.each([
  [10_000, 10_000 - DELIVERY_MARGIN_MS],
  [200, 0],
])('with %i ms left, delivers for %i ms', async (remainingMs, budgetMs) => {
  await invoke(broadcast, httpEvent(request), { remainingMs });
  expect(publish.mock.lastCall?.[2].budget.remainingMs()).toBe(budgetMs);
});

test.each(['application/json; charset=utf-8', 'Application/JSON'])('takes %s', async (type) => {
  const { result } = await invoke(
    broadcast,
    httpEvent(request, { headers: { 'content-type': type } }),
  );
  expect(result?.statusCode).toBe(202);
});

test('reads a body that API Gateway has encoded', async () => {
  const body = Buffer.from(JSON.stringify({ ...request, data: { text: 'héllo' } }));
  await invoke(broadcast, httpEvent(body.toString('base64'), { isBase64Encoded: true }));
  expect(publish.mock.lastCall?.[0]).toMatchObject({ data: { text: 'héllo' } });
});

test.each([
  ['another media type', httpEvent(request, { headers: { 'content-type': 'text/plain' } }), 415],
  ['no media type', httpEvent(request, { headers: {} }), 415],
  [
    'another charset',
    httpEvent(request, { headers: { 'content-type': 'application/json; charset=utf-16' } }),
    415,
  ],
  [
    'a compressed body',
    httpEvent(request, {
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    }),
    415,
  ],
  ['half of a JSON text', httpEvent('{"channel":'), 400],
  ['no body', httpEvent(''), 400],
  [
    'a body over 128 KB',
    httpEvent({ ...request, data: { x: 'x'.repeat(MAX_MESSAGE_BYTES) } }),
    413,
  ],
])('refuses %s', async (_case, event, status) => {
  expect(await problemOf(event)).toMatchObject({ status });
});

test('names every field that is wrong', async () => {
  const problem = await problemOf(httpEvent({ channel: 'nobody', type: 'comment.created', x: 1 }));
  expect(problem).toMatchObject({ status: 422, detail: 'The body has 4 faults' });
  expect(problem.errors).toEqual(
    expect.arrayContaining([
      { pointer: '#/channel', detail: expect.any(String) },
      { pointer: '#/type', detail: expect.any(String) },
      { pointer: '#/data', detail: expect.any(String) },
      { pointer: '#/x', detail: 'is not known' },
    ]),
  );
});

test.each(['null', '[]', '"text"', '7'])('refuses %s as a request', async (body) => {
  expect(await problemOf(httpEvent(body))).toMatchObject({ status: 422 });
});

test('an event that grows over the limit with its envelope is 413 too', async () => {
  publish.mockRejectedValue(new EventTooLargeError(131_100, MAX_MESSAGE_BYTES));
  const { result, logs } = await invoke(broadcast, httpEvent(request));
  expect(result?.statusCode).toBe(413);
  expect(logs.filter(({ level }) => level === 'ERROR')).toEqual([]);
});

test('data that can not be written as JSON is 422', async () => {
  const errors = [{ path: '', message: 'can not be written as JSON' }];
  publish.mockRejectedValue(new InvalidEventError(errors));
  const { result } = await invoke(broadcast, httpEvent(request));
  expect(result?.statusCode).toBe(422);
  expect(JSON.parse(result?.body ?? '')).toMatchObject({
    status: 422,
    detail: expect.stringContaining('can not be written as JSON'),
  });
});

test('any other failure is thrown, logged and counted', async () => {
  publish.mockRejectedValue(new Error('no credentials'));
  const { error, logs, metrics } = await invoke(broadcast, httpEvent(request));
  expect(error).toEqual(new Error('no credentials'));
  expect(logs.filter(({ level }) => level === 'ERROR')).toHaveLength(1);
  expect(metrics('Errors')).toHaveLength(1);
});

test.each([
  ['a byte that is not UTF-8', Buffer.from([0xff]), true],
  ['half of a surrogate pair', Buffer.from([0xed, 0xa0, 0x80]), true],
  ['the U+FFFD that a gateway put in place of such bytes', Buffer.from('\ufffd'), false],
])('refuses %s', async (_case, bytes, isBase64Encoded) => {
  const body = Buffer.concat([
    Buffer.from('{"channel":"all","type":"announcement","data":{"text":"'),
    bytes,
    Buffer.from('"}}'),
  ]).toString(isBase64Encoded ? 'base64' : 'utf8');
  const problem = await problemOf(httpEvent(body, { isBase64Encoded }));
  expect(problem).toMatchObject({ status: 400, detail: expect.stringContaining('not UTF-8') });
});

test.each(['1e400', '-1e999', '1e-400', '9007199254740993'])(
  'refuses the number %s, which subscribers would not get',
  async (number) => {
    const body = `{"channel":"all","type":"announcement","data":{"a":[${number}]}}`;
    const problem = await problemOf(httpEvent(body));
    expect(problem).toMatchObject({ status: 422, detail: expect.stringContaining(number) });
  },
);

test('refuses query parameters', async () => {
  const problem = await problemOf(httpEvent(request, { rawQueryString: 'dryRun=true' }));
  expect(problem).toMatchObject({
    status: 400,
    errors: [{ parameter: 'dryRun', detail: 'is not known' }],
  });
});

test('the response to a failure is a problem without details', () => {
  const { statusCode, headers, body } = failedResponse(
    { correlationId: 'abc' },
    httpEvent(request),
  );
  expect([statusCode, headers?.['content-type']]).toEqual([500, 'application/problem+json']);
  expect(JSON.parse(body ?? '')).toEqual({
    type: `${PROBLEM_TYPE_BASE}internal-error`,
    ...PROBLEM_TYPES['internal-error'],
    detail: 'It is logged under abc',
    instance: '/broadcast/comments',
    correlationId: 'abc',
  });
});

test.each([
  ['a broadcast', httpEvent(request), 202],
  ['a body that is not JSON', httpEvent('{'), 400],
  ['a body that is not a request', httpEvent({}), 422],
])('logs one line for %s', async (_case, event, status) => {
  const { logs } = await invoke(broadcast, event);
  expect(logs).toEqual([
    expect.objectContaining({
      message: 'responded',
      method: 'POST',
      route: '/broadcast/comments',
      status,
      durationMs: expect.any(Number),
      correlation_id: 'gateway-id',
    }),
  ]);
});

test('logs the response to a failure', async () => {
  publish.mockRejectedValue(new Error('no credentials'));
  const { logs } = await invoke(broadcast, httpEvent(request));
  expect(logs).toContainEqual(expect.objectContaining({ message: 'responded', status: 500 }));
});
