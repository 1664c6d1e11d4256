import { ConnectionGoneError } from '@blogapp/broadcast';
import { MAX_MESSAGE_BYTES, responseMessageSchema } from '@blogapp/shared-types';
import type { ServerEvent } from '@blogapp/shared-types';
import { createReplay } from './replay.ts';
import type { ReplaySources } from './replay.ts';

const CONNECTION = 'connection-1=';
const SINCE = '01JDBBBBBBBBBBBBBBBBBBBBBB';
const ONE = 'post:01JDAAAAAAAAAAAAAAAAAAAAAA';
const TWO = 'post:01JDCCCCCCCCCCCCCCCCCCCCCC';

type Missed = Awaited<ReturnType<ReplaySources['read']>>;

function event(number: number, channel: ServerEvent['channel'] = ONE, body = 'x'): ServerEvent {
  const id = `01JDBBBBBBBBBBBBBBBBBBBBC${number}`;
  const at = '2026-11-23T08:00:00.000Z';
  return {
    ...{ type: 'comment.created', id, channel, occurredAt: at, meta: { correlationId: 'r' } },
    data: { postId: ONE.slice(5), commentId: id, authorId: 'bob', body, createdAt: at },
  };
}

/** Replays missed events; the pushes have these outcomes, in order. */
async function replay(
  missed: Missed,
  outcomes: readonly (Error | undefined)[] = [],
  remainingMs: () => number = () => 10_000,
) {
  const sent: unknown[] = [];
  const tries: string[] = [];
  const sources: ReplaySources = {
    read: () => Promise.resolve(missed),
    push(connectionId, payload) {
      const error = outcomes[tries.length];
      tries.push(connectionId);
      if (error !== undefined) return Promise.reject(error);
      sent.push(JSON.parse(Buffer.from(payload).toString()));
      return Promise.resolve();
    },
  };
  const replayTo = createReplay(() => Promise.resolve(sources));
  const replayed = await replayTo(CONNECTION, [ONE, TWO], SINCE, remainingMs);
  return { sent, tries, replayed };
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

/**
 * The size up to which a message is filled, which is the unit of API Gateway's metering (bytes).
 */
const FULL_BYTES = 32 * 1024;

/** Makes an event so large that two of them do not fit in one message. */
const large = (number: number, channel?: ServerEvent['channel']): ServerEvent =>
  event(number, channel, 'é'.repeat(FULL_BYTES / 4));

const inOne = (...events: readonly ServerEvent[]) => ({ type: 'replay', events });

test('sends the events in their order in one message, and says how many', async () => {
  const events = [event(1), event(2, TWO), event(3)];
  const { sent, tries, replayed } = await replay({ events, truncated: [] });
  expect(sent).toEqual([inOne(...events)]);
  expect(responseMessageSchema.parse(sent[0])).toEqual(inOne(...events));
  expect(tries).toEqual([CONNECTION]);
  expect(replayed).toBe(3);
});

test('sends nothing when nothing was missed', async () => {
  expect(await replay({ events: [], truncated: [] })).toEqual({ sent: [], tries: [], replayed: 0 });
});

test('begins another message with the event that does not fit', async () => {
  const events = [event(1), large(2), event(3), large(4), event(5)];
  const { sent, replayed } = await replay({ events, truncated: [] });
  const [one, two, three, four, five] = events as [
    ServerEvent,
    ...[ServerEvent, ServerEvent, ServerEvent, ServerEvent],
  ];
  expect(sent).toEqual([inOne(one, two, three), inOne(four, five)]);
  expect(replayed).toBe(5);
});

const sizeOf = (...events: readonly ServerEvent[]): number =>
  Buffer.byteLength(JSON.stringify(inOne(...events)));

test('fills a message to its last byte, and not over it', async () => {
  const rest = FULL_BYTES - sizeOf(event(1), event(2, ONE, ''));
  const fits = [event(1), event(2, ONE, 'x'.repeat(rest))];
  expect(sizeOf(...fits)).toBe(FULL_BYTES);
  expect((await replay({ events: fits, truncated: [] })).sent).toEqual([inOne(...fits)]);
  const over = [event(1), event(2, ONE, 'x'.repeat(rest + 1))];
  expect((await replay({ events: over, truncated: [] })).sent).toEqual(
    over.map((one) => inOne(one)),
  );
});

test('sends an event of the greatest size of a message alone', async () => {
  const largest = event(2, ONE, 'x'.repeat(MAX_MESSAGE_BYTES - sizeOf(event(2, ONE, ''))));
  expect(sizeOf(largest)).toBe(MAX_MESSAGE_BYTES);
  const { sent } = await replay({ events: [event(1), largest, event(3)], truncated: [] });
  expect(sent).toEqual([inOne(event(1)), inOne(largest), inOne(event(3))]);
});

test('names the channel of an event that is a byte larger', async () => {
  const size = MAX_MESSAGE_BYTES - sizeOf(event(1, TWO, '')) + 1;
  const { sent } = await replay({
    events: [event(1, TWO, 'x'.repeat(size)), event(2)],
    truncated: [],
  });
  expect(sent).toEqual([inOne(event(2)), { type: 'replay_truncated', channels: [TWO] }]);
});

test('sends one message after the other', async () => {
  let underWay = 0;
  let most = 0;
  let pushes = 0;
  const sources: ReplaySources = {
    read: () => Promise.resolve({ events: [large(1), large(2), large(3)], truncated: [] }),
    async push() {
      pushes += 1;
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
    },
  };
  await createReplay(() => Promise.resolve(sources))(CONNECTION, [ONE], SINCE, () => 10_000);
  expect({ most, pushes }).toEqual({ most: 1, pushes: 3 });
});

test('names the channels in which too much was missed, after the events of the others', async () => {
  const { sent, replayed } = await replay({ events: [event(1)], truncated: [TWO] });
  expect(sent).toEqual([inOne(event(1)), { type: 'replay_truncated', channels: [TWO] }]);
  expect(replayed).toBe(1);
});

test('names the channels that there was no time for', async () => {
  let calls = 0;
  const events = [large(1), large(2, TWO), event(3, TWO)];
  const remainingMs = () => ((calls += 1) > 1 ? 1_000 : 10_000);
  const { sent, replayed } = await replay({ events, truncated: [] }, [], remainingMs);
  expect(sent).toEqual([inOne(large(1)), { type: 'replay_truncated', channels: [TWO] }]);
  expect(replayed).toBe(1);
});

test('repeats a push that was throttled', async () => {
  const outcomes = [named('LimitExceededException'), named('TimeoutError'), undefined];
  const { sent, replayed } = await replay({ events: [event(1)], truncated: [] }, outcomes);
  expect(sent).toEqual([inOne(event(1))]);
  expect(replayed).toBe(1);
});

test('stops when pushes to a connection keep failing', async () => {
  const outcomes = Array.from({ length: 9 }, () => named('LimitExceededException'));
  const failing = replay({ events: [event(1)], truncated: [] }, outcomes);
  await expect(failing).rejects.toThrow('LimitExceededException');
});

test('stops at once when the client is gone', async () => {
  const outcomes = [undefined, named('GoneException')];
  const events = [large(1), large(2), large(3)];
  await expect(replay({ events, truncated: [] }, outcomes)).rejects.toThrow(ConnectionGoneError);
});
