import type { Broadcaster } from '@blogapp/broadcast';
import { DELIVERY_MARGIN_MS } from '../delivery-budget.ts';
import { sqsRecord } from '../testing/events.ts';
import { invoke } from '../testing/invoke.ts';
import { createFanout } from './fanout.ts';

type Deliver = Broadcaster['deliver'];

const counts = { recipients: 1, delivered: 1, stale: 0, retried: 0, queued: 0, deadLettered: 0 };
const report = { eventId: '01J', ...counts };
const deliver = jest.fn<ReturnType<Deliver>, Parameters<Deliver>>();
const fanout = createFanout({ broadcaster: { deliver } });

beforeEach(() => {
  deliver.mockReset().mockResolvedValue(report);
});

test('delivers each task with its receive count, in the time that is left', async () => {
  const record = sqsRecord('m1', {
    attributes: { ...sqsRecord('m1').attributes, ApproximateReceiveCount: '3' },
  });
  const { result } = await invoke(fanout, { Records: [record] }, { remainingMs: 30_000 });

  expect(result).toEqual({ batchItemFailures: [] });
  expect(deliver).toHaveBeenCalledTimes(1);
  const [body, options] = deliver.mock.lastCall ?? [];
  expect(body).toBe('task of m1');
  expect(options?.receiveCount).toBe(3);
  expect(options?.budget.remainingMs()).toBe(30_000 - DELIVERY_MARGIN_MS);
});

test('reports the tasks that failed, and continues with the others', async () => {
  deliver.mockImplementation((body) =>
    body === 'task of m2' ? Promise.reject(new Error('no credentials')) : Promise.resolve(report),
  );
  const Records = ['m1', 'm2', 'm3'].map((id) => sqsRecord(id));
  const { result, logs, metrics } = await invoke(fanout, { Records });

  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
  expect(deliver).toHaveBeenCalledTimes(3);
  expect(logs).toEqual([
    expect.objectContaining({
      level: 'ERROR',
      message: 'delivery failed',
      messageId: 'm2',
      error: expect.objectContaining({ message: 'no credentials', stack: expect.any(String) }),
    }),
  ]);
  expect(metrics('DeliveriesFailed')).toHaveLength(1);
});

test('logs each message under its own correlation id', async () => {
  deliver.mockRejectedValue(new Error('failed'));
  const messageAttributes = { correlationId: { stringValue: 'order-7', dataType: 'String' } };
  const Records = [sqsRecord('m1', { messageAttributes }), sqsRecord('m2')];
  const { logs } = await invoke(fanout, { Records });
  expect(logs.map((line) => line.correlation_id)).toEqual(['order-7', 'lambda-request']);
});

test('counts a message that is not a task as dead-lettered, and removes it from the queue', async () => {
  deliver.mockResolvedValue({ ...counts, recipients: 0, delivered: 0, deadLettered: 1 });
  const { result, metrics } = await invoke(fanout, { Records: [sqsRecord('m1')] });
  expect(result).toEqual({ batchItemFailures: [] });
  expect(metrics('BroadcastDeadLettered')).toEqual([
    expect.objectContaining({ BroadcastDeadLettered: 1 }),
  ]);
});

test('has nothing to do for an empty batch', async () => {
  expect((await invoke(fanout, { Records: [] })).result).toEqual({ batchItemFailures: [] });
});
