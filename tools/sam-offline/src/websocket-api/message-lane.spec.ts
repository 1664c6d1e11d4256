import { MessageLane } from './message-lane.ts';

interface Given {
  readonly start: () => void;
  readonly respond: () => void;
}

/** A lane whose messages start and end when the test says so. */
function lane() {
  const given: Given[] = [];
  const delivered: string[] = [];
  const reading = { pause: jest.fn(), resume: jest.fn() };
  const messages = new MessageLane(reading, { waiting: 0 });
  const add = (name: string): void => {
    messages.add((onStart) => {
      const response = Promise.withResolvers<() => void>();
      given.push({
        start: onStart,
        respond: () => {
          response.resolve(() => delivered.push(name));
        },
      });
      return response.promise;
    });
  };
  return { messages, given, delivered, reading, add };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

it('has one message wait for an environment, and stops reading the client meanwhile', () => {
  const { messages, given, reading, add } = lane();
  for (const name of ['a', 'b', 'c']) add(name);
  expect(given).toHaveLength(1);
  expect(messages.isWaiting).toBe(true);
  expect(reading.pause).toHaveBeenCalledTimes(1);
  given[0]?.start();
  expect(given).toHaveLength(2);
  expect(reading.resume).not.toHaveBeenCalled();
  given[1]?.start();
  expect(given).toHaveLength(3);
  expect(reading.resume).toHaveBeenCalledTimes(1);
  given[2]?.start();
  expect(messages.isWaiting).toBe(false);
});

it('runs messages at the same time where there is room, and never stops reading', () => {
  const { given, reading, add } = lane();
  for (const name of ['a', 'b']) {
    add(name);
    given.at(-1)?.start();
  }
  expect(given).toHaveLength(2);
  expect(reading.pause).not.toHaveBeenCalled();
});

it('delivers responses in the order of the messages', async () => {
  const { given, delivered, add } = lane();
  for (const name of ['a', 'b', 'c']) {
    add(name);
    given.at(-1)?.start();
  }
  given[2]?.respond();
  given[1]?.respond();
  await settle();
  expect(delivered).toEqual([]);
  given[0]?.respond();
  await settle();
  expect(delivered).toEqual(['a', 'b', 'c']);
});

it('does not hold responses back for a message that takes long', async () => {
  const { given, delivered, add } = lane();
  for (const name of ['slow', 'b', 'c']) {
    add(name);
    given.at(-1)?.start();
  }
  given[1]?.respond();
  await jest.advanceTimersByTimeAsync(249);
  expect(delivered).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(delivered).toEqual(['b']);
  given[2]?.respond();
  await settle();
  expect(delivered).toEqual(['b', 'c']);
  given[0]?.respond();
  await settle();
  expect(delivered).toEqual(['b', 'c', 'slow']);
});

it('continues after a message that needed no function', async () => {
  const { messages, given, delivered, add } = lane();
  messages.add(() => Promise.resolve(() => delivered.push('refused')));
  add('b');
  await settle();
  given[0]?.start();
  given[0]?.respond();
  await settle();
  expect(delivered).toEqual(['refused', 'b']);
});

describe('the end', () => {
  it('comes after all that was sent before', async () => {
    const { messages, given, delivered, add } = lane();
    for (const name of ['a', 'b']) add(name);
    messages.end(() => delivered.push('end'));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(delivered).toEqual([]);
    given[0]?.start();
    given[0]?.respond();
    await settle();
    given[1]?.start();
    given[1]?.respond();
    await settle();
    expect(delivered).toEqual(['a', 'b', 'end']);
  });

  it('does not wait for a message that takes long', async () => {
    const { messages, given, delivered, add } = lane();
    add('slow');
    given[0]?.start();
    messages.end(() => delivered.push('end'));
    await jest.advanceTimersByTimeAsync(250);
    expect(delivered).toEqual(['end']);
  });

  it('comes at once if no message is running', () => {
    const { messages, delivered } = lane();
    messages.end(() => delivered.push('end'));
    expect(delivered).toEqual(['end']);
  });
});
