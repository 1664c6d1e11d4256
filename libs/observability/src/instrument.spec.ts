import { broadcastDelivered } from './blog-metrics.ts';
import { instrument, type Invocation } from './instrument.ts';
import { createTelemetry } from './telemetry.ts';
import { CapturedOutput, lambdaContext } from './testing/index.ts';

const event = {
  requestContext: { requestId: 'gateway-id' },
  headers: { 'Sec-WebSocket-Protocol': 'blogapp, eyJhbGciOiJSUzI1NiJ9.t0ken.sig' },
};

let output: CapturedOutput;

beforeEach(() => {
  // Lambda sets this variable, and Powertools' cold start metric reads it.
  process.env.AWS_LAMBDA_INITIALIZATION_TYPE = 'on-demand';
  output = new CapturedOutput();
});

afterEach(() => {
  output.restore();
});

function telemetry(logLevel: 'DEBUG' | 'INFO' = 'INFO', rate = 0) {
  return createTelemetry('ws-handlers', {
    ENVIRONMENT: 'development',
    LOG_LEVEL: logLevel,
    LOG_DEBUG_RATE: rate,
  });
}

test('gives each log line the correlation id, the handler, the function and the request', async () => {
  const handler = instrument(telemetry(), { name: 'connect' }, async (_event, { logger }) => {
    logger.info('hello', { connectionId: 'c1' });
  });
  await handler(event, lambdaContext());

  expect(output.logs()).toEqual([
    expect.objectContaining({
      level: 'INFO',
      message: 'hello',
      service: 'ws-handlers',
      environment: 'development',
      handler: 'connect',
      correlation_id: 'gateway-id',
      function_name: 'blogapp-development-test',
      function_request_id: 'lambda-request',
      connectionId: 'c1',
    }),
  ]);
});

test('does not keep fields that one invocation added for the next', async () => {
  const handler = instrument(telemetry(), { name: 'connect' }, async (_event, { logger }) => {
    logger.info('line');
    logger.appendKeys({ userId: 'u1' });
  });
  await handler(event, lambdaContext());
  await handler({}, lambdaContext({ awsRequestId: 'second' }));

  const [, second] = output.logs();
  expect(second).toMatchObject({ correlation_id: 'second' });
  expect(second).not.toHaveProperty('userId');
});

test('writes the line that says how an invocation ended, and its metrics, at once and in order', async () => {
  const handler = instrument(telemetry(), { name: 'connect' }, async (_event, invocation) => {
    invocation.logger.info('working');
    invocation.metrics.record('ConnectionsOpened', 1);
    invocation.logger.summary('connected', { connectionId: 'c1' });
  });
  await handler(event, lambdaContext());
  output.text.length = 0;
  await handler(event, lambdaContext());

  expect(output.text).toHaveLength(2);
  expect(output.lines()).toEqual([
    expect.objectContaining({ message: 'working' }),
    expect.objectContaining({ message: 'connected', connectionId: 'c1' }),
    expect.objectContaining({ ConnectionsOpened: 1 }),
  ]);
});

test('keeps the order of lines when one comes after the summary', async () => {
  const handler = instrument(telemetry(), { name: 'connect' }, async (_event, { logger }) => {
    logger.summary('connected', {});
    logger.warn('too late');
    logger.summary('again', {});
    logger.info('the end');
  });
  await handler(event, lambdaContext());

  const messages = output.logs().map(({ message }) => message);
  expect(messages).toEqual(['connected', 'too late', 'again', 'the end']);
});

test('loses no summary when the handler fails after it', async () => {
  const handler = instrument(telemetry(), { name: 'connect' }, async (_event, { logger }) => {
    logger.summary('connected', {});
    throw new Error('too late');
  });
  await expect(handler(event, lambdaContext())).rejects.toThrow('too late');

  expect(output.logs()[0]).toMatchObject({ level: 'INFO', message: 'connected' });
});

test('counts one cold start for each execution environment', async () => {
  const handler = instrument(telemetry(), { name: 'connect' }, async () => undefined);
  await handler(event, lambdaContext());
  await handler(event, lambdaContext());

  expect(output.metrics('ColdStart')).toEqual([
    expect.objectContaining({
      ColdStart: 1,
      service: 'ws-handlers',
      environment: 'development',
      function_name: 'blogapp-development-test',
    }),
  ]);
});

test('publishes metrics in the namespace BlogApp, by service and environment', async () => {
  const handler = instrument(telemetry(), { name: 'connect' }, async (_event, { metrics }) => {
    metrics.record('ConnectionsOpened', 1);
  });
  await handler(event, lambdaContext());

  const [blob] = output.metrics('ConnectionsOpened');
  expect(blob).toMatchObject({
    ConnectionsOpened: 1,
    service: 'ws-handlers',
    environment: 'development',
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'BlogApp',
          Dimensions: [['service', 'environment']],
          Metrics: [{ Unit: 'Count' }],
        },
      ],
    },
  });
});

test('does not keep the action of a message for the next invocation, even if it had no metric', async () => {
  const actions = ['ping', 'echo'] as const;
  let turn = 0;
  const handler = instrument(telemetry(), { name: 'default' }, async (_event, { metrics }) => {
    const action = actions[turn];
    turn += 1;
    if (action) metrics.record('Messages', 1, { action });
    else metrics.record('ConnectionsOpened', 1);
  });
  for (const _ of [1, 2, 3]) await handler(event, lambdaContext());

  expect(output.metrics('Messages').map(({ action }) => action)).toEqual(['ping', 'echo']);
  expect(output.metrics('ConnectionsOpened')[0]).not.toHaveProperty('action');
});

test('publishes the metrics of a broadcast in one blob', async () => {
  const handler = instrument(telemetry(), { name: 'broadcast' }, async (_event, { metrics }) => {
    broadcastDelivered(metrics, {
      eventType: 'comment.created',
      recipients: 5,
      delivered: 3,
      stale: 1,
      retried: 2,
      throttled: 1,
      queued: 1,
      deadLettered: 0,
      durationMs: 12.5,
      spreadMs: 40,
      latencies: { values: [80, 120], counts: [1, 2] },
    });
  });
  await handler(event, lambdaContext());

  expect(output.metrics('BroadcastRecipients')).toEqual([
    expect.objectContaining({
      BroadcastRecipients: 5,
      BroadcastDelivered: 3,
      BroadcastStale: 1,
      BroadcastRetried: 2,
      BroadcastThrottled: 1,
      BroadcastQueued: 1,
      BroadcastDeadLettered: 0,
      BroadcastDuration: 12.5,
      BroadcastSpread: 40,
    }),
  ]);
  expect(output.metrics('DeliveryLatency')).toMatchObject([
    { DeliveryLatency: { Values: [80, 120], Counts: [1, 2], Count: 3, Sum: 320 } },
  ]);
});

describe('when the handler fails', () => {
  const failing = () => Promise.reject(new TypeError('no such table'));

  test('logs the error once with its stack, counts it, and throws it again', async () => {
    const handler = instrument(telemetry(), { name: 'connect' }, failing);
    await expect(handler(event, lambdaContext())).rejects.toThrow('no such table');

    expect(output.logs()).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'handler failed',
        correlation_id: 'gateway-id',
        error: expect.objectContaining({
          name: 'TypeError',
          message: 'no such table',
          stack: expect.stringContaining('instrument.spec'),
        }),
      }),
    ]);
    expect(output.metrics('Errors')).toHaveLength(1);
  });

  test('responds to the caller when `respondToError` is given', async () => {
    const handler = instrument<object, { id: string; of: object }>(
      telemetry(),
      {
        name: 'default',
        respondToError: ({ correlationId }, failed) => ({ id: correlationId, of: failed }),
      },
      failing,
    );
    const response = await handler(event, lambdaContext());
    expect(response).toEqual({ id: 'gateway-id', of: event });
    expect(output.logs()).toHaveLength(1);
  });

  test('publishes the metrics that it had recorded, and counts the error without their dimensions', async () => {
    const handler = instrument(telemetry(), { name: 'default' }, (_event, { metrics }) => {
      metrics.record('Messages', 1, { action: 'subscribe' });
      return failing();
    });
    await expect(handler(event, lambdaContext())).rejects.toThrow();
    expect(output.metrics('Messages')).toHaveLength(1);
    expect(output.metrics('Errors')[0]).not.toHaveProperty('action');
  });

  test('handles an error that is thrown before the first await, and a thrown value that is not an Error', async () => {
    const handler = instrument(telemetry(), { name: 'connect' }, () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a library may do
      throw 'text';
    });
    await expect(handler(event, lambdaContext())).rejects.toBe('text');
    expect(output.logs()[0]).toMatchObject({ error: { message: 'text' } });
  });
});

test('never prints the values of headers, whatever the log level and the outcome', async () => {
  const handler = instrument(
    telemetry('DEBUG'),
    { name: 'connect' },
    async (_event, { logger }) => {
      logger.debug('working');
      throw new Error('failed');
    },
  );
  await expect(handler(event, lambdaContext())).rejects.toThrow('failed');
  expect(output.logs()).toHaveLength(2);
  expect(output.text.join('')).not.toMatch(/t0ken|Sec-WebSocket/i);
});

test("tells how much of Lambda's time is left", async () => {
  const handler = instrument(telemetry(), { name: 'fanout' }, async (_event, invocation) =>
    invocation.remainingMs(),
  );
  const left = await handler(event, lambdaContext({ getRemainingTimeInMillis: () => 1234 }));
  expect(left).toBe(1234);
});

test('logs down to DEBUG for the configured share of correlation ids', async () => {
  const debugging = async (_event: unknown, { logger }: Invocation) => {
    logger.debug('detail');
  };
  const all = instrument(telemetry('INFO', 1), { name: 'connect' }, debugging);
  const none = instrument(telemetry('INFO', 0), { name: 'connect' }, debugging);
  await none(event, lambdaContext());
  expect(output.logs()).toEqual([]);
  await all(event, lambdaContext());
  expect(output.logs()).toMatchObject([{ level: 'DEBUG', message: 'detail' }]);
});

test('publishes its metrics before Lambda ends a function that takes too long', async () => {
  const stuck = Promise.withResolvers<undefined>();
  const handler = instrument(telemetry(), { name: 'fanout' }, async (_event, { metrics }) => {
    metrics.record('ReplayedEvents', 7);
    await stuck.promise;
  });
  const running = handler(event, lambdaContext({ getRemainingTimeInMillis: () => 251 }));
  while (output.metrics('ReplayedEvents').length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(output.logs()).toMatchObject([{ level: 'WARN', message: 'about to time out' }]);
  stuck.resolve(undefined);
  await running;
  expect(output.metrics('ReplayedEvents')).toHaveLength(1);
});
