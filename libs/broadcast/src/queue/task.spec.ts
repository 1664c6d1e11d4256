import fc from 'fast-check';
import { createEvent, encodeEvent } from '../event.ts';
import { decodeTask, encodeTask, MAX_IDS_PER_TASK, splitTask, type DeliveryTask } from './task.ts';

const SQS_LIMIT = 256 * 1024;

function taskWith(
  data: Record<string, unknown>,
  recipients: DeliveryTask['recipients'],
): DeliveryTask {
  const event = createEvent({ type: 'announcement', data }, 'all', 'test', Date.now());
  return { event, payload: encodeEvent(event), recipients, attempt: 2 };
}

describe('delivery task', () => {
  it('is the same after the queue, its event to the byte', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        fc.oneof(
          fc.record({ shard: fc.nat() }),
          fc.record({ shard: fc.nat(), after: fc.string() }),
          fc.record({ connectionIds: fc.array(fc.string(), { minLength: 1 }) }),
        ),
        (data, recipients) => {
          const task = taskWith(data, recipients);
          const decoded = decodeTask(encodeTask(task));
          expect(decoded.payload.toString()).toBe(task.payload.toString());
          expect(decoded).toMatchObject({ recipients, attempt: 2 });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has no character that SQS refuses, whatever the event contains', () => {
    const nasty = '\u0000\u0008\u001f\ud800\udfff\ufffe\uffff';
    const body = encodeTask(taskWith({ nasty }, { shard: 0 }));
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    expect(body).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
    expect(JSON.parse(body).event.data.nasty).toBe(nasty);
  });

  it('is split so that each part fits in a message, and nobody is left out', () => {
    const connectionIds = Array.from({ length: 1_700 }, (_, index) => `${'é'.repeat(400)}${index}`);
    const task = taskWith({ text: 'x'.repeat(120_000) }, { connectionIds });
    const parts = splitTask({ ...task, recipients: { connectionIds } });
    for (const part of parts) expect(Buffer.byteLength(encodeTask(part))).toBeLessThan(SQS_LIMIT);
    expect(
      parts.flatMap(({ recipients }) =>
        'connectionIds' in recipients ? recipients.connectionIds : [],
      ),
    ).toEqual(connectionIds);
    const short = splitTask({
      ...task,
      recipients: { connectionIds: connectionIds.map((_, index) => `${index}`) },
    });
    expect(short).toHaveLength(Math.ceil(1_700 / MAX_IDS_PER_TASK));
  });

  it.each([
    ['a body that is not JSON', 'hello', /not JSON/],
    ['another version', '{"version":2}', /version/],
    ['nobody to deliver to', encodeTask(taskWith({}, { connectionIds: [] })), /recipients/],
    [
      'an event without an id',
      '{"version":1,"attempt":0,"recipients":{"shard":0},"event":{}}',
      /event\.id/,
    ],
  ])('is refused when it has %s', (_, body, message) => {
    expect(() => decodeTask(body)).toThrow(message);
  });
});
