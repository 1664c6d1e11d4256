import { createLogger, isDebugSampled } from './logging.ts';
import { asError } from './errors.ts';
import { CapturedOutput, lambdaContext, type Line } from './testing/index.ts';

let output: CapturedOutput;

beforeEach(() => {
  output = new CapturedOutput();
});

afterEach(() => {
  output.restore();
});

const logger = () =>
  createLogger('api', { ENVIRONMENT: 'development', LOG_LEVEL: 'INFO', LOG_DEBUG_RATE: 0 });

/** The field `error` of the line that is logged for a thrown value. */
function logged(thrown: unknown): Line {
  logger().error('failed', asError(thrown));
  const [line] = output.logs();
  return line?.error as Line;
}

describe('an error', () => {
  test('is logged with its stack, its cause and the stack of the cause', () => {
    const cause = new RangeError('the table is gone');
    expect(logged(new Error('no comment', { cause }))).toMatchObject({
      name: 'Error',
      message: 'no comment',
      stack: expect.stringContaining('logging.spec'),
      cause: {
        name: 'RangeError',
        message: 'the table is gone',
        stack: expect.stringContaining('logging.spec'),
      },
    });
  });

  test.each([
    ['a text', 'no such table', 'no such table'],
    ['nothing', undefined, 'undefined'],
    ['an object', { code: 7 }, '{"code":7}'],
    ['an object without a text', Object.create(null), '{}'],
    ['an object that refers to itself', selfReferring(), expect.stringContaining('no text')],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
  ])('may be %s', (_, thrown, message) => {
    expect(logged(thrown)).toMatchObject({ name: 'Error', message });
  });

  test('may be its own cause, or the cause of its cause', () => {
    const one = new Error('one');
    one.cause = one;
    expect(logged(one)).toMatchObject({ message: 'one', cause: '(the error above)' });
    output.text.length = 0;
    const two = new Error('two', { cause: one });
    one.cause = two;
    expect(logged(one)).toMatchObject({ cause: { message: 'two', cause: '(the error above)' } });
  });

  test('may have a chain of a thousand causes', () => {
    let error = new Error('first');
    for (let turn = 0; turn < 1_000; turn += 1) error = new Error(`${turn}`, { cause: error });
    expect(JSON.stringify(logged(error))).toContain('(more causes)');
  });

  test('may have no stack, and properties that throw', () => {
    const error = new Error('bare');
    delete error.stack;
    Object.defineProperty(error, 'code', {
      get: () => {
        throw new Error('no code');
      },
    });
    const line = logged(error);
    expect(line).toMatchObject({ message: 'bare' });
    expect(line).not.toHaveProperty('stack');
  });

  test('is cut when it would fill the log', () => {
    expect(String(logged(new Error('x'.repeat(300_000))).message).length).toBeLessThan(10_000);
    expect(output.text.join('').length).toBeLessThan(30_000);
  });

  test('keeps the errors of an AggregateError, and the SDK’s metadata of a request', () => {
    const failure = Object.assign(new Error('throttled'), { $metadata: { requestId: 'r1' } });
    expect(logged(new AggregateError([failure], 'all failed'))).toMatchObject({
      errors: [{ message: 'throttled', $metadata: { requestId: 'r1' } }],
    });
  });

  test('is logged without other properties, which may hold an item or a header', () => {
    const error = Object.assign(new Error('not written'), { Item: { body: { S: 'my secret' } } });
    logged(error);
    expect(output.text.join('')).not.toContain('my secret');
  });
});

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl';

test.each([
  ['a token', TOKEN, '(token)'],
  ['a token of a header', `authorization: Bearer ${TOKEN}`, 'authorization: (token)'],
  ['the protocol that carries a token', `blogapp, bearer.${TOKEN}`, 'blogapp, (token)'],
  ['an opaque token', 'Bearer abc123', '(token)'],
  ['an e-mail address', 'no user alice.b+c@mail.example.org here', 'no user (e-mail address) here'],
])('%s never gets into a line', (_, secret, shown) => {
  logger().info(secret, { deep: [{ secret }] });
  logger().info('plain', { secret });
  const withKey = logger();
  withKey.appendKeys({ secret });
  withKey.info('plain');
  logger().error('failed', new Error(`could not read ${secret}`, { cause: new Error(secret) }));
  expect(output.logs()[0]).toMatchObject({ message: shown, deep: [{ secret: shown }] });
  expect(output.text.join('')).not.toMatch(/c2lnbmF0|abc123|alice/);
});

test('a line without a secret stays as it is', () => {
  const text = 'GET /posts?limit=20 of 127.0.0.1, 50 % at 12:00';
  logger().info(text);
  expect(output.logs()).toMatchObject([{ message: text }]);
});

test.each(['info', 'warn', 'debug'] as const)(
  'a line of %s has all fields that are not empty',
  (level) => {
    const all = createLogger('api', {
      ENVIRONMENT: 'development',
      LOG_LEVEL: 'DEBUG',
      LOG_DEBUG_RATE: 0,
    });
    all[level]('responded', { status: 200, ok: true, route: 'GET /', path: undefined });
    all[level]('responded', { status: 0, ok: false, text: '', of: 'a "quote"\n' });
    all[level]('responded', { big: 7n, list: [1, { two: 2 }] });
    const [one, two, three] = output.logs();
    const line = {
      level: level.toUpperCase(),
      message: 'responded',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'api',
      environment: 'development',
    };
    expect(one).toEqual({ ...line, status: 200, ok: true, route: 'GET /' });
    expect(two).toEqual({ ...line, status: 0, ok: false, of: 'a "quote"\n' });
    expect(three).toEqual({ ...line, big: '7', list: [1, { two: 2 }] });
  },
);

test('lines of all levels have the fields of their invocation, and none of an earlier one', () => {
  const all = logger();
  const invocation = (requestId: string, correlationId: string, log: () => void): void => {
    all.addContext(lambdaContext({ awsRequestId: requestId }));
    all.appendKeys({ handler: 'connect', correlation_id: correlationId });
    log();
    all.resetKeys();
  };
  // Only the first invocation is a cold start, although the first warning comes with the third.
  invocation('r1', 'c1', () => undefined);
  invocation('r2', 'c2', () => {
    all.info('plain');
  });
  invocation('r3', 'c3', () => {
    all.info('plain');
    all.warn('warned');
    all.info('with a list', { list: [1] });
  });
  invocation('r4', 'c4', () => {
    all.error('failed');
  });
  const [plain, ...third] = output.logs();
  const fourth = third.pop();
  const said = {
    cold_start: false,
    handler: 'connect',
    function_name: 'blogapp-development-test',
    service: 'api',
  };
  expect(plain).toMatchObject({ ...said, function_request_id: 'r2', correlation_id: 'c2' });
  expect(third).toHaveLength(3);
  for (const line of third) {
    expect(line).toMatchObject({ ...said, function_request_id: 'r3', correlation_id: 'c3' });
  }
  expect(fourth).toMatchObject({ ...said, function_request_id: 'r4', correlation_id: 'c4' });
});

test.each(['info', 'warn'] as const)(
  'the first line of %s says that it is a cold start',
  (level) => {
    process.env.AWS_LAMBDA_INITIALIZATION_TYPE = 'on-demand';
    const all = logger();
    delete process.env.AWS_LAMBDA_INITIALIZATION_TYPE;
    all.addContext(lambdaContext());
    all[level]('first');
    all.addContext(lambdaContext());
    all[level]('second');
    expect(output.logs()).toMatchObject([{ cold_start: true }, { cold_start: false }]);
  },
);

describe('debug lines', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => `request-${index}`);

  test.each([0.01, 0.25])('are logged for a share of %d of the correlation ids', (rate) => {
    const sampled = ids.filter((id) => isDebugSampled(id, rate)).length;
    expect(sampled / ids.length / rate).toBeCloseTo(1, 0);
  });

  test('are logged for all or no ids at 1 and 0, and always or never for one id', () => {
    expect(ids.every((id) => isDebugSampled(id, 1))).toBe(true);
    expect(ids.some((id) => isDebugSampled(id, 0))).toBe(false);
    const [id = ''] = ids.filter((one) => isDebugSampled(one, 0.1));
    expect(isDebugSampled(id, 0.1)).toBe(true);
  });
});

function selfReferring(): object {
  const value: { self?: object } = {};
  value.self = value;
  return value;
}
