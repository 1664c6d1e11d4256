import { PROBLEM_TYPE_BASE, problemSchema } from '@blogapp/shared-types/rest';
import * as full from 'zod';
import * as mini from 'zod/mini';
import {
  bodyOf,
  failureResponse,
  malformedQuery,
  parseJsonBody,
  ProblemError,
  problemDocument,
  problemResponse,
  SECURITY_HEADERS,
  unknownParameters,
} from './index.ts';

/** The problem that a function throws. */
async function problemOf(work: () => unknown): Promise<ProblemError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('there was no problem');
}

test('a problem document has the type, title and status of its kind', () => {
  const error = new ProblemError('not-found', { detail: 'There is no post 7' });
  expect(problemDocument(error, '/posts/7', 'abc')).toEqual({
    type: `${PROBLEM_TYPE_BASE}not-found`,
    title: 'There is no such resource',
    status: 404,
    detail: 'There is no post 7',
    instance: '/posts/7',
    correlationId: 'abc',
  });
});

test('a response has the headers of its problem, of every response, and the correlation id', () => {
  const headers = { 'retry-after': '1' };
  const response = problemResponse(
    new ProblemError('unavailable', { detail: 'Try again', headers }),
    '/posts',
    'abc',
  );
  expect(response).toMatchObject({
    statusCode: 503,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'retry-after': '1',
      'x-correlation-id': 'abc',
    },
  });
  expect(problemSchema.parse(JSON.parse(response.body))).toMatchObject({ status: 503 });
});

test('the response to a failure says only where it is logged', () => {
  const { statusCode, body } = failureResponse('/posts', 'abc');
  expect(statusCode).toBe(500);
  expect(JSON.parse(body)).toMatchObject({ detail: 'It is logged under abc' });
});

describe('a JSON body', () => {
  const parse = (
    body: string | Uint8Array,
    headers: { contentType?: string; contentEncoding?: string } = {},
    options = {},
  ) =>
    parseJsonBody(
      {
        contentType: headers.contentType ?? 'application/json',
        contentEncoding: headers.contentEncoding,
        read: () => Buffer.from(body),
      },
      { maxBytes: 10, ...options },
    );

  test('is taken as text and as a value, up to its limit', async () => {
    await expect(parse('{"a": "é"}'.replace(' ', ''))).resolves.toMatchObject({
      text: '{"a":"é"}',
      value: { a: 'é' },
    });
  });

  test.each([
    ['of another media type', '{}', { contentType: 'text/plain' }, 415],
    ['without a media type', '{}', { contentType: '' }, 415],
    ['in another charset', '{}', { contentType: 'application/json; charset=latin1' }, 415],
    ['that is a merge patch', '{}', { contentType: 'application/merge-patch+json' }, 415],
    ['that is compressed', '{}', { contentEncoding: 'gzip' }, 415],
    ['that is too large', '[1,2,3,4,5]', {}, 413],
    ['that is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), {}, 400],
    ['that is not JSON', '{"a":', {}, 400],
    ['that is empty', '', {}, 400],
  ])('%s is refused', async (_case, body, headers, status) => {
    expect((await problemOf(() => parse(body, headers))).status).toBe(status);
  });

  test('may be a merge patch where the route takes one', async () => {
    const headers = { contentType: 'Application/Merge-Patch+JSON; charset="UTF-8"' };
    await expect(parse('{}', headers, { mergePatch: true })).resolves.toMatchObject({ value: {} });
  });

  test('is not read when its media type is refused', async () => {
    const read = jest.fn(() => Buffer.from('{}'));
    await problemOf(() =>
      parseJsonBody(
        { contentType: 'text/plain', contentEncoding: undefined, read },
        { maxBytes: 9 },
      ),
    );
    expect(read).not.toHaveBeenCalled();
  });
});

describe('faults', () => {
  test.each([
    ['zod', full.strictObject({ 'a/b~': full.strictObject({ c: full.string() }) })],
    ['zod/mini', mini.strictObject({ 'a/b~': mini.strictObject({ c: mini.string() }) })],
  ])('of a body are named by their JSON pointers, with %s', async (_case, schema) => {
    expect(bodyOf(schema.safeParse({ 'a/b~': { c: 'x' } }))).toEqual({ 'a/b~': { c: 'x' } });
    const problem = await problemOf(() =>
      bodyOf(schema.safeParse({ 'a/b~': { c: 7, 'd e': 1 }, f: 1 })),
    );
    expect(problem).toMatchObject({ status: 422, message: 'The body has 3 faults' });
    expect(problem.errors).toEqual(
      expect.arrayContaining([
        { pointer: '#/a~1b~0/c', detail: expect.any(String) },
        { pointer: '#/a~1b~0/d%20e', detail: 'is not known' },
        { pointer: '#/f', detail: 'is not known' },
      ]),
    );
  });

  test('of a query are its parameters, each once and at most 20', () => {
    const names = ['a', 'a', ...Array.from({ length: 30 }, (_, index) => `p${index}`)];
    const problem = malformedQuery(unknownParameters(names));
    expect(problem).toMatchObject({ status: 400, message: 'The query has 31 faults' });
    expect(problem.errors).toHaveLength(20);
    expect(problem.errors?.[0]).toEqual({ parameter: 'a', detail: 'is not known' });
  });
});
