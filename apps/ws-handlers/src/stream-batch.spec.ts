import { EventTooLargeError, InvalidEventError } from '@blogapp/broadcast';
import type { Broadcaster } from '@blogapp/broadcast';
import type { Invocation } from '@blogapp/observability';
import { batchResponse, publisherOf } from './stream-batch.ts';
import { invoke } from './testing/invoke.ts';

const CHANNEL = 'post:01JDAAAAAAAAAAAAAAAAAAAAAA';
const EVENT = {
  type: 'announcement' as const,
  id: '01JDBBBBBBBBBBBBBBBBBBBBBB',
  data: { text: 'Hello' },
};

const publish = jest.fn<ReturnType<Broadcaster['publish']>, Parameters<Broadcaster['publish']>>();
const publishIn = (_event: unknown, invocation: Invocation): Promise<void> =>
  publisherOf({ publish }, invocation)(EVENT, CHANNEL, 'request-1');

beforeEach(() => {
  publish.mockReset();
});

test("publishes under the request's correlation id, in a quarter of the time that is left", async () => {
  const { error } = await invoke(publishIn, {}, { remainingMs: 40_000 });
  expect(error).toBeUndefined();
  const [event, channel, options] = publish.mock.lastCall ?? [];
  expect([event, channel, options?.correlationId]).toEqual([EVENT, CHANNEL, 'request-1']);
  expect(options?.budget.remainingMs()).toBe(10_000);
});

test.each([
  ['does not fit its schema', new InvalidEventError([{ path: 'data', message: 'missing' }])],
  ['is too large', new EventTooLargeError(200_000, 131_072)],
])('drops an event that %s, and logs it', async (_case, failure) => {
  publish.mockRejectedValue(failure);
  const { error, logs, metrics } = await invoke(publishIn, {});
  expect(error).toBeUndefined();
  expect(logs).toEqual([
    expect.objectContaining({
      level: 'ERROR',
      eventId: EVENT.id,
      correlation_id: 'request-1',
    }),
  ]);
  expect(metrics('EventsDropped')).toHaveLength(1);
});

test('leaves other failures to the stream, which delivers the record again', async () => {
  publish.mockRejectedValue(new Error('no credentials'));
  const { error } = await invoke(publishIn, {});
  expect(error).toEqual(new Error('no credentials'));
});

test('reports no failure when all records are done', async () => {
  const { result, metrics } = await invoke(
    (_event, invocation) => Promise.resolve(batchResponse({ errors: [] }, invocation)),
    {},
  );
  expect(result).toEqual({ batchItemFailures: [] });
  expect(metrics('StreamBatchesFailed')).toEqual([]);
});

test('reports the first record that failed, and logs each error', async () => {
  const outcome = {
    failedSequenceNumber: '17',
    errors: [{ error: new Error('a'), correlationId: 'request-1' }, { error: 'b' }],
  };
  const { result, logs, metrics } = await invoke(
    (_event, invocation) => Promise.resolve(batchResponse(outcome, invocation)),
    {},
  );
  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: '17' }] });
  expect(logs.map(({ error }) => error)).toEqual([
    expect.objectContaining({ message: 'a' }),
    expect.objectContaining({ message: 'b' }),
  ]);
  // When a row does not say which request wrote it, the line has the invocation's id.
  expect(logs.map((line) => line.correlation_id)).toEqual([
    'request-1',
    logs[1]?.function_request_id,
  ]);
  expect(metrics('StreamBatchesFailed')).toHaveLength(1);
});
