import {
  AsyncInvocations,
  DEFAULT_RETRY_DELAYS_MS,
  type AsyncInvocationOptions,
} from './async-invocations.ts';
import { recordEvents } from '../events/testing/record-events.ts';
import type { AsyncAttempt } from './invocation.ts';
import { RequestTooLargeError } from './errors.ts';
import { failure } from './failures.ts';
import { TooManyRequestsError, type InvocationResult } from './invoker.ts';
import { lambdaFixture, lambdaFunction, waitUntil } from './testing/lambda-fixture.ts';

const SUCCESS = 'arn:aws:sqs:us-east-1:123456789012:success';
const FAILURE = 'arn:aws:sqs:us-east-1:123456789012:failure';
const DEAD = 'arn:aws:sqs:us-east-1:123456789012:dead';
const TARGETS = { onSuccessArn: SUCCESS, onFailureArn: FAILURE, deadLetterArn: DEAD };
const AGE = 6 * 3_600_000;

interface Sent {
  arn: string;
  body: unknown;
  attributes: unknown;
}

/**
 * Makes a queue whose function has the results in `attempts`, one for each attempt. The last one is
 * repeated.
 */
function queue(
  attempts: readonly ('ok' | 'error' | 'throttle')[],
  { retryDelaysMs = [1, 2], ...options }: Partial<AsyncInvocationOptions> = {},
) {
  const sent: Sent[] = [];
  const events = recordEvents();
  const requestIds: string[] = [];
  const run = (
    _id: string,
    _payload: unknown,
    _options: unknown,
    { requestId }: AsyncAttempt,
  ): Promise<InvocationResult> => {
    const attempt = attempts[Math.min(requestIds.push(requestId), attempts.length) - 1];
    if (attempt === 'throttle') {
      return Promise.reject(
        new TooManyRequestsError('ReservedFunctionConcurrentInvocationLimitExceeded'),
      );
    }
    return Promise.resolve(
      attempt === 'ok'
        ? { ok: true, requestId, payload: Buffer.from('{"fine":true}') }
        : failure(requestId, 'Error', 'went wrong'),
    );
  };
  const invocations = new AsyncInvocations(run, {
    events: events.bus,
    retryDelaysMs,
    throttleDelayMs: 1,
    sendToDestination: (arn, body, attributes) => {
      sent.push({ arn, body: JSON.parse(body), attributes });
    },
    ...options,
  });
  return { invocations, sent, events, requestIds };
}

const withTargets = (config: object = {}) =>
  lambdaFunction('F', '', {
    asyncInvoke: { maximumRetryAttempts: 2, maximumEventAgeMs: AGE, ...TARGETS, ...config },
  });

describe('an asynchronous invocation', () => {
  it('sends a record of its success', async () => {
    const { invocations, sent, requestIds } = queue(['ok']);
    invocations.add(withTargets(), '{"a":1}', {});
    await waitUntil(() => sent.length === 1);
    expect(sent).toEqual([
      {
        arn: SUCCESS,
        attributes: undefined,
        body: {
          version: '1.0',
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          requestContext: {
            requestId: requestIds[0],
            functionArn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:stack-F:$LATEST',
            condition: 'Success',
            approximateInvokeCount: 1,
          },
          requestPayload: { a: 1 },
          responseContext: { statusCode: 200, executedVersion: '$LATEST' },
          responsePayload: { fine: true },
        },
      },
    ]);
  });

  it('is tried three times with the same request id, then recorded and sent to the dead-letter queue', async () => {
    const { invocations, sent, requestIds } = queue(['error']);
    invocations.add(withTargets(), '{"a":1}', {});
    await waitUntil(() => sent.length === 2);
    expect(requestIds).toHaveLength(3);
    expect(new Set(requestIds).size).toBe(1);
    expect(sent).toEqual([
      {
        arn: FAILURE,
        attributes: undefined,
        body: expect.objectContaining({
          requestContext: expect.objectContaining({
            condition: 'RetriesExhausted',
            approximateInvokeCount: 3,
          }),
          responseContext: {
            statusCode: 200,
            executedVersion: '$LATEST',
            functionError: 'Unhandled',
          },
          responsePayload: { errorType: 'Error', errorMessage: 'went wrong' },
        }),
      },
      {
        arn: DEAD,
        body: { a: 1 },
        attributes: { RequestID: requestIds[0], ErrorCode: '200', ErrorMessage: 'went wrong' },
      },
    ]);
  });

  it('waits one minute and then two minutes, as on AWS', async () => {
    jest.useFakeTimers();
    try {
      const asOnAws = queue(['error'], { retryDelaysMs: DEFAULT_RETRY_DELAYS_MS });
      asOnAws.invocations.add(withTargets(), '{}', {});
      await jest.advanceTimersByTimeAsync(59_999);
      expect(asOnAws.requestIds).toHaveLength(1);
      await jest.advanceTimersByTimeAsync(1);
      expect(asOnAws.requestIds).toHaveLength(2);
      await jest.advanceTimersByTimeAsync(119_999);
      expect(asOnAws.requestIds).toHaveLength(2);
      await jest.advanceTimersByTimeAsync(1);
      expect(asOnAws.requestIds).toHaveLength(3);
    } finally {
      jest.useRealTimers();
    }
  });

  it('is not tried again if the function has no retries', async () => {
    const { invocations, sent, requestIds } = queue(['error']);
    invocations.add(withTargets({ maximumRetryAttempts: 0 }), '{}', {});
    await waitUntil(() => sent.length === 2);
    expect(requestIds).toHaveLength(1);
  });

  it('succeeds at a later attempt', async () => {
    const { invocations, sent } = queue(['error', 'ok']);
    invocations.add(withTargets(), '{}', {});
    await waitUntil(() => sent.length === 1);
    expect(sent[0]).toMatchObject({
      arn: SUCCESS,
      body: { requestContext: { approximateInvokeCount: 2 } },
    });
  });

  it('is tried again as long as it is throttled', async () => {
    const { invocations, sent, requestIds } = queue([
      'throttle',
      'throttle',
      'throttle',
      'throttle',
      'ok',
    ]);
    invocations.add(withTargets(), '{}', {});
    await waitUntil(() => sent.length === 1);
    expect(requestIds).toHaveLength(5);
    expect(sent[0]).toMatchObject({ body: { requestContext: { approximateInvokeCount: 1 } } });
  });

  it('is discarded if the next attempt would be after its maximum age', async () => {
    const { invocations, sent } = queue(['error'], { retryDelaysMs: [60_001, 1] });
    invocations.add(withTargets({ maximumEventAgeMs: 60_000 }), '{}', {});
    await waitUntil(() => sent.length === 2);
    expect(sent[0]).toMatchObject({
      arn: FAILURE,
      body: { requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 1 } },
    });
  });

  it('is not tried if the reserved concurrency is 0', async () => {
    const { invocations, sent, requestIds } = queue(['ok']);
    invocations.add({ ...withTargets(), reservedConcurrency: 0 }, '{}', {});
    await waitUntil(() => sent.length === 2);
    expect(requestIds).toEqual([]);
    expect(sent[0]?.body).not.toHaveProperty('responseContext');
    expect(sent[1]).toMatchObject({ attributes: { ErrorCode: '429' } });
  });

  it('reports a record that cannot be delivered', async () => {
    const { invocations, events } = queue(['ok'], {
      sendToDestination: () => Promise.reject(new Error('no such queue')),
    });
    invocations.add(withTargets(), '{}', {});
    await waitUntil(() => events.of('destination.sent').length === 1);
    expect(events.of('destination.sent')).toEqual([
      expect.objectContaining({
        kind: 'on-success',
        target: 'arn:aws:sqs:us-east-1:123456789012:success',
        outcome: 'failed',
        error: 'Error: no such queue',
      }),
    ]);
  });

  it('is dropped when the service is closed', async () => {
    jest.useFakeTimers();
    try {
      const { invocations, sent, requestIds } = queue(['error']);
      invocations.add(withTargets(), '{}', {});
      await jest.advanceTimersByTimeAsync(0);
      invocations.close();
      await jest.advanceTimersByTimeAsync(1_000);
      expect(requestIds).toHaveLength(1);
      expect(sent).toEqual([]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('runs a real function, and again after it failed', async () => {
    const sent: Sent[] = [];
    const lambda = lambdaFixture(
      [
        lambdaFunction(
          'Flaky',
          'let n = 0; exports.handler = async (event, { awsRequestId }) => { n += 1; if (n < 3) throw new Error("attempt " + n); return { n, event, awsRequestId }; };',
          { asyncInvoke: { maximumRetryAttempts: 2, maximumEventAgeMs: AGE, ...TARGETS } },
        ),
      ],
      {
        retryDelaysMs: [1, 1],
        sendToDestination: (arn, body) => {
          sent.push({ arn, body: JSON.parse(body), attributes: undefined });
        },
      },
    );
    lambda.service.invokeAsync('Flaky', '{"a":1}');
    await waitUntil(() => sent.length === 1);
    const { body } = sent[0] as { body: { requestContext: { requestId: string } } };
    expect(body).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 3 },
      responsePayload: { n: 3, event: { a: 1 }, awsRequestId: body.requestContext.requestId },
    });
    await lambda.close();
  });

  it('accepts 1 MB and not more', async () => {
    const lambda = lambdaFixture([lambdaFunction('Sized', 'exports.handler = async () => 1;')]);
    const largest = JSON.stringify('x'.repeat(1024 * 1024 - 2));
    lambda.service.invokeAsync('Sized', largest);
    expect(() => {
      lambda.service.invokeAsync('Sized', `${largest} `);
    }).toThrow(RequestTooLargeError);
    await waitUntil(() => lambda.events.of('invocation.started').length === 1);
    await lambda.close();
  });
});
