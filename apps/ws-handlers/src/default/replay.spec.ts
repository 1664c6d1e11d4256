import { ConnectionGoneError } from '@blogapp/broadcast';
import { MAX_MESSAGE_BYTES } from '@blogapp/shared-types';
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

/** Replays what was missed to a connection that answers with one outcome after the other. */
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

test('sends the events in their order, and says how many', async () => {
  const events = [event(1), event(2, TWO), event(3)];
  const { sent, tries, replayed } = await replay({ events, truncated: [] });
  expect(sent).toEqual(events);
  expect(tries).toEqual([CONNECTION, CONNECTION, CONNECTION]);
  expect(replayed).toBe(3);
});

test('sends one event after the other', async () => {
  let underWay = 0;
  let most = 0;
  const sources: ReplaySources = {
    read: () => Promise.resolve({ events: [event(1), event(2), event(3)], truncated: [] }),
    async push() {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
    },
  };
  await createReplay(() => Promise.resolve(sources))(CONNECTION, [ONE], SINCE, () => 10_000);
  expect(most).toBe(1);
});

test('names the channels of which too much was missed, after the events of the others', async () => {
  const { sent, replayed } = await replay({ events: [event(1)], truncated: [TWO] });
  expect(sent).toEqual([event(1), { type: 'replay_truncated', channels: [TWO] }]);
  expect(replayed).toBe(1);
});

test('names the channel of what there was no time for', async () => {
  let calls = 0;
  const events = [event(1), event(2, TWO), event(3, TWO)];
  const remainingMs = () => ((calls += 1) > 1 ? 1_000 : 10_000);
  const { sent, replayed } = await replay({ events, truncated: [] }, [], remainingMs);
  expect(sent).toEqual([event(1), { type: 'replay_truncated', channels: [TWO] }]);
  expect(replayed).toBe(1);
});

test('names the channel of an event that fits in no message', async () => {
  const events = [event(1, ONE, 'x'.repeat(MAX_MESSAGE_BYTES)), event(2)];
  const { sent } = await replay({ events, truncated: [] });
  expect(sent).toEqual([event(2), { type: 'replay_truncated', channels: [ONE] }]);
});

test('tries a push again that was throttled', async () => {
  const outcomes = [named('LimitExceededException'), named('TimeoutError'), undefined];
  const { sent, replayed } = await replay({ events: [event(1)], truncated: [] }, outcomes);
  expect(sent).toEqual([event(1)]);
  expect(replayed).toBe(1);
});

test('gives up a connection that keeps failing', async () => {
  const outcomes = Array.from({ length: 9 }, () => named('LimitExceededException'));
  const failing = replay({ events: [event(1)], truncated: [] }, outcomes);
  await expect(failing).rejects.toThrow('LimitExceededException');
});

test('stops at once when the client is gone', async () => {
  const outcomes = [undefined, named('GoneException')];
  const events = [event(1), event(2), event(3)];
  await expect(replay({ events, truncated: [] }, outcomes)).rejects.toThrow(ConnectionGoneError);
});
