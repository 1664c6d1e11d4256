import { measureClock } from './clock-offset.ts';
import type { Collected } from './exchange/index.ts';
import { checkSums, counterNames, metricNames } from './run-record.ts';
import {
  startPushServer,
  type Fault,
  type PushServer,
  type PushServerOptions,
} from './testing/push-server.ts';
import { seeded } from './testing/random.ts';
import { runScenario, until } from './testing/run-scenario.ts';

const protocol = {
  message: { id: '$.id', channel: '$.channel', where: { json: '$.type', value: 'event' } },
  subscribe: {
    send: { action: 'subscribe', channels: '$channels' },
    response: { json: '$.type', value: 'subscribed' },
    resume: { since: '$since' },
  },
  unsubscribe: {
    send: { action: 'unsubscribe', channels: '$channels' },
    response: { json: '$.type', value: 'unsubscribed' },
  },
  // How long a reader that misses a message waits for it.
  drain: '500ms',
};
const publish = {
  url: '/publish',
  json: { channel: 'news', id: '{{ messageId }}', text: 'hello' },
  channel: 'news',
};

let server: PushServer;
const start = async (options: PushServerOptions = {}): Promise<void> => {
  server = await startPushServer(options);
};
const settings = (changes: object = {}) => ({
  websocketPush: { ...protocol, ...changes },
  target: server.url,
});
/** Publishes over HTTP at the server's own address. */
const post = (changes: object = {}) => ({
  publish: { ...publish, url: `${server.httpUrl}/publish`, ...changes },
});

afterEach(async () => server.stop());

describe('steps', () => {
  it('connects with headers, subprotocols and a query', async () => {
    await start();
    const { outcomes } = await runScenario(
      [
        {
          connect: {
            url: '/room',
            headers: { 'x-who': '{{ name }}' },
            subprotocols: ['blog', 'bearer.{{ name }}'],
            query: { page: 2 },
          },
        },
      ],
      { ...settings(), variables: { name: 'alice' } },
    );
    expect(outcomes).toEqual([null]);
    expect(server.handshakes).toMatchObject([
      { url: '/room?page=2', protocol: 'blog', headers: { 'x-who': 'alice' } },
    ]);
  });

  it('sends, expects, captures, and times the response from the send', async () => {
    await start();
    const { collected, contexts, outcomes } = await runScenario(
      [
        'connect',
        { send: { action: 'ping' } },
        { expect: { json: '$.type', value: 'pong', capture: { json: '$.type', as: 'type' } } },
        'close',
      ],
      settings(),
    );
    expect(outcomes).toEqual([null]);
    expect(contexts[0]?.vars.type).toBe('pong');
    expect(collected.metrics[metricNames.echo]?.total.count).toBe(1);
    expect(collected.metrics[metricNames.handshake]?.total.count).toBe(1);
  });

  it('loops, thinks, calls functions, and runs in parallel', async () => {
    await start();
    const calls: unknown[] = [];
    const { outcomes, contexts } = await runScenario(
      [
        { loop: [{ function: 'note' }], over: 'names' },
        { loop: [{ function: 'note' }, { think: '1ms' }], count: '3-5' },
        { parallel: [{ function: 'later' }, { function: 'later' }] },
      ],
      {
        ...settings(),
        variables: { names: ['a', 'b'] },
        processor: {
          note: (context: { vars: Record<string, unknown> }, _ee: unknown, done: () => void) => {
            calls.push(context.vars.$loopElement);
            done();
          },
          later: async (context: { vars: Record<string, unknown> }) => {
            context.vars.times = Number(context.vars.times ?? 0) + 1;
          },
        },
      },
    );
    expect(outcomes).toEqual([null]);
    expect(calls).toEqual(['a', 'b', 3, 4]);
    expect(contexts[0]?.vars.times).toBe(2);
  });

  it('publishes at moments fixed in advance, and knows ids from responses', async () => {
    await start();
    const { collected } = await runScenario(
      [
        {
          parallel: [
            {
              crowd: {
                count: 5,
                steps: ['connect', { subscribe: 'news' }, { hold: { for: 20, publishers: 2 } }],
              },
            },
            {
              crowd: {
                count: 2,
                steps: [
                  { wait: { subscribers: 5 } },
                  post({
                    json: { channel: 'news', text: 'x' },
                    id: '$.eventId',
                    rate: 100,
                    count: 10,
                  }),
                ],
              },
            },
          ],
        },
      ],
      settings(),
    );
    expect(collected.ledger).toMatchObject({
      ...{ published: 20, owed: 100, received: 100, missed: 0, unowed: 0, unknown: 0 },
    });
    expect(checkSums(collected.ledger)).toEqual([]);
    expect(collected.metrics[metricNames.spreadLast]?.total.count).toBe(20);
    expect(collected.metrics[metricNames.lag]?.total.count).toBe(20);
  });
});

/** Readers that stay until everything has been published, and a writer that waits for them. */
const readersAndWriter = (
  readers: number,
  messages: number,
  workers: number,
  ...afterwards: object[]
) => [
  {
    parallel: [
      {
        crowd: {
          count: readers / workers,
          steps: ['connect', { subscribe: 'news' }, { hold: { for: 30, publishers: workers } }],
        },
      },
      {
        crowd: {
          count: 1,
          steps: [
            { wait: { subscribers: readers } },
            post({ rate: 100, count: messages / workers }),
            ...afterwards,
          ],
        },
      },
    ],
  },
];

describe('a server that makes planned mistakes', () => {
  const faults: readonly Fault[] = ['drop', 'repeat', 'reorder', 'delay', 'garble', 'alter'];

  it.each([1, 2])('is measured exactly, with %i workers', async (workers) => {
    const random = seeded(11 * workers);
    const fate = new Map<string, Fault>();
    const plan = (message: number, reader: number): Fault => {
      const key = `${message} ${reader}`;
      if (!fate.has(key)) {
        const fault = random() < 0.2 ? faults[Math.floor(random() * faults.length)] : undefined;
        fate.set(key, fault);
      }
      return fate.get(key);
    };
    // This delay is far from zero, so that a busy machine does not make other messages late, and
    // far from the 6 s after which a message counts as missed.
    await start({ plan, delayMs: 4500 });
    const { collected } = await runScenario(readersAndWriter(20, 40, workers), {
      ...settings({
        message: { ...protocol.message, order: '$.seq', same: '$.text' },
        lateAfter: '4s',
        drain: '6s',
      }),
      workers,
      users: workers,
    });
    const { done } = server;
    const pairs = 20 * 40;
    // A message that is held back and has no successor never arrives.
    const held = [...fate].filter(([, fault]) => fault === 'reorder').length;
    const sent = done.sent - done.repeat - done.garble;
    expect(collected.ledger).toMatchObject({
      ...{ published: 40, owed: pairs, readers: 20, unowed: 0, unknown: 0 },
      received: sent,
      missed: pairs - sent,
      repeats: done.repeat,
      corrupt: done.garble,
      altered: done.alter,
      late: done.delay,
      arrivals: sent + done.repeat,
    });
    expect(pairs - sent).toBeGreaterThanOrEqual(done.drop + done.garble);
    expect(held).toBe(done.reorder);
    expect(checkSums(collected.ledger)).toEqual([]);
  });

  it('counts a message held back behind the next one as reordered, and nothing else', async () => {
    await start({ plan: (message, reader) => (message % 4 === reader ? 'reorder' : undefined) });
    const ordered = { message: { ...protocol.message, order: '$.seq' } };
    const { collected } = await runScenario(readersAndWriter(4, 12, 1), settings(ordered));
    expect(collected.ledger).toMatchObject({ owed: 48, received: 47, missed: 1, reordered: 11 });
  });

  it('counts a miss although another message is repeated', async () => {
    const plan = (message: number, reader: number): Fault =>
      reader !== 0 ? undefined : message === 3 ? 'drop' : message === 4 ? 'repeat' : undefined;
    await start({ plan });
    const { collected } = await runScenario(readersAndWriter(2, 10, 1), settings());
    expect(collected.ledger).toMatchObject({ owed: 20, received: 19, missed: 1, repeats: 1 });
    expect(collected.ledger.examples.map(({ kind }) => kind).sort()).toEqual(['missed', 'repeat']);
  });

  it('counts messages that nobody published', async () => {
    await start();
    const { collected } = await runScenario(
      [
        'connect',
        { subscribe: 'news' },
        { function: 'push' },
        { send: { action: 'ping' } },
        { expect: { json: '$.type', value: 'pong' } },
      ],
      {
        ...settings(),
        processor: {
          push: async () => {
            server.pushRaw('{"type":"event","channel":"news","id":"ghost"}');
            server.pushRaw('{"type":"event","channel":"news"}');
          },
        },
      },
    );
    expect(collected.ledger).toMatchObject({ unknown: 1, corrupt: 1, arrivals: 1, owed: 0 });
  });
});

it('accounts for each message of a frame that holds several', async () => {
  await start();
  const known = '{"type":"event","channel":"news","id":"server-0","text":"hello"}';
  const { collected } = await runScenario(
    [
      'connect',
      { subscribe: 'news' },
      post({ json: { channel: 'news', text: 'hello' }, id: '$.eventId' }),
      { expect: { json: '$.type', value: 'event' } },
      { function: 'push' },
      { expect: { json: '$.type', value: 'several' } },
    ],
    {
      ...settings({ message: { ...protocol.message, list: '$.events' } }),
      processor: {
        push: async () => {
          const ghost = '{"type":"event","channel":"news","id":"ghost"}';
          const items = [known, ghost, '{"type":"event"}', '{"type":"other"}'];
          server.pushRaw(`{"type":"several","events":[${items.join(',')}]}`);
        },
      },
    },
  );
  expect(collected.ledger).toMatchObject({
    ...{ owed: 1, received: 1, repeats: 1, unknown: 1, corrupt: 1 },
  });
});

describe('readers that come and go', () => {
  const storm = (resume: boolean) => [
    {
      parallel: [
        {
          crowd: {
            count: 5,
            steps: [
              'connect',
              { subscribe: 'news' },
              // The reader has received a message from which it can resume.
              { expect: { json: '$.type', value: 'event' } },
              'vanish',
              { function: 'afterSecond' },
              'connect',
              { subscribe: { channels: 'news', resume } },
              { hold: { for: 20, publishers: 3 } },
            ],
          },
        },
        {
          crowd: {
            count: 1,
            steps: [
              { wait: { subscribers: 5 } },
              post(),
              { function: 'whenGone' },
              post(),
              { wait: { subscribers: 5 } },
              post(),
            ],
          },
        },
      ],
    },
  ];
  const gates = () => {
    const state = { second: false };
    return {
      whenGone: async () => {
        await until(() => server.connections() === 0);
      },
      afterSecond: async () => {
        await until(() => server.requests.length === 2);
        state.second = true;
      },
    };
  };
  const resumable = { message: { ...protocol.message, resumeFrom: '$.id' } };
  const inLists = { message: { ...resumable.message, list: '$.events' } };

  it.each([
    ['each message', true, resumable],
    ['all messages in one frame', 'in one frame', inLists],
  ] as const)(
    'are owed %s that a replay promises; the gap and the catch-up are timed',
    async (...of) => {
      const [, replay, changes] = of;
      await start({ replay });
      const { collected } = await runScenario(storm(true), {
        ...settings(changes),
        processor: gates(),
      });
      expect(collected.ledger).toMatchObject({ owed: 15, received: 15, missed: 0, readers: 5 });
      expect(collected.metrics[metricNames.gap]?.total.count).toBe(5);
      expect(collected.metrics[metricNames.catchUp]?.total.count).toBe(5);
    },
  );

  it('have missed what a server promised to replay and did not', async () => {
    await start({ replay: false });
    const { collected } = await runScenario(storm(true), {
      ...settings(resumable),
      processor: gates(),
    });
    expect(collected.ledger).toMatchObject({ owed: 15, received: 10, missed: 5 });
  });

  it('are owed nothing of the time when they were away if no replay is promised', async () => {
    await start({ replay: false });
    const { collected } = await runScenario(storm(false), { ...settings(), processor: gates() });
    expect(collected.ledger).toMatchObject({ owed: 10, received: 10, missed: 0 });
  });

  it('connect again by themselves when the server closes, if the scenario says so', async () => {
    await start({ closeAfterMs: 100 });
    const { collected } = await runScenario(
      [
        {
          parallel: [
            {
              crowd: {
                count: 1,
                steps: [
                  'connect',
                  { subscribe: 'news' },
                  { hold: { for: 30, publishers: 1, reconnect: true } },
                ],
              },
            },
            { crowd: { count: 1, steps: [{ function: 'afterThree' }, post()] } },
          ],
        },
      ],
      {
        ...settings(),
        processor: {
          afterThree: async () => {
            await until(() => server.handshakes.length >= 3);
          },
        },
      },
    );
    expect(collected.errors['closed by the server: 1001']?.count).toBeGreaterThanOrEqual(2);
  });

  it('are owed nothing of a channel that they unsubscribed', async () => {
    await start();
    const { collected } = await runScenario(
      ['connect', { subscribe: 'news' }, post(), { unsubscribe: 'news' }, post()],
      settings(),
    );
    expect(collected.ledger).toMatchObject({ published: 2, owed: 1, received: 1, missed: 0 });
  });
});

it.each([
  ['publishes', { publishers: 2 }, () => post()],
  [
    'gives its signal',
    { signal: 'done {{ name }}', times: 2 },
    () => ({ signal: 'done {{ name }}' }),
  ],
])('does not hold for a user that fails before it %s', async (_what, end, lastStep) => {
  await start();
  const writer = { crowd: { count: 2, steps: [{ connect: 'ws://127.0.0.1:1' }, lastStep()] } };
  const { collected } = await runScenario(
    // Longer than a test may take.
    [
      {
        parallel: [
          { crowd: { count: 2, steps: ['connect', { hold: { for: 3600, ...end } }] } },
          writer,
        ],
      },
    ],
    { ...settings(), variables: { name: 'it' } },
  );
  expect(collected.errors['connect: ECONNREFUSED']?.count).toBe(2);
});

describe('a target', () => {
  it('that is not there is an error by its code, and ends the run', async () => {
    await start();
    const { collected, outcomes } = await runScenario(
      [{ crowd: { count: 20, steps: [{ connect: 'ws://127.0.0.1:1' }] } }],
      settings(),
    );
    expect(outcomes).toMatchObject([{ kind: 'crowd: all failed' }]);
    expect(collected.errors['connect: ECONNREFUSED']?.count).toBe(20);
    expect(collected.counters['push.connections_refused']?.total).toBe(20);
  });

  it('that is not there is an error by its code, also if a function requests it', async () => {
    await start();
    // `fetch` rejects with such an error.
    const ask = async () => {
      const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), {
        code: 'ECONNREFUSED',
      });
      throw new TypeError('fetch failed', { cause });
    };
    const flow = [{ function: 'ask' }];
    const { collected } = await runScenario(flow, { ...settings(), processor: { ask } });
    expect(collected.errors).toMatchObject({
      'fetch failed: ECONNREFUSED': {
        count: 1,
        example: 'fetch failed: connect ECONNREFUSED 127.0.0.1:1',
      },
    });
  });

  it('that refuses handshakes is an error by its status', async () => {
    await start({ refuseWith: 429 });
    const { collected, told } = await runScenario(['connect'], settings());
    expect(collected.errors['connect: HTTP 429']?.count).toBe(1);
    expect(told.errors).toEqual(['connect: HTTP 429']);
  });

  it('that closes connections fails the users that hold them, by the close code', async () => {
    await start({ closeAfterMs: 50 });
    const { collected, outcomes } = await runScenario(['connect', { hold: 20 }], settings());
    expect(outcomes).toMatchObject([{ kind: 'hold: closed by the server: 1001' }]);
    expect(collected.errors).toMatchObject({ 'closed by the server: 1001': { count: 1 } });
  });

  it('that breaks the protocol is an error by what was wrong, as any client closes then', async () => {
    await start();
    const { collected } = await runScenario(
      ['connect', { function: 'pushBadText' }, { hold: 20 }],
      {
        ...settings(),
        processor: {
          pushBadText: async () => {
            await until(() => server.connections() === 1);
            server.pushRaw(Buffer.from([0x22, 0xc3, 0x28, 0x22]));
          },
        },
      },
    );
    expect(collected.errors).toMatchObject({
      'protocol: Invalid WebSocket frame: invalid UTF-8 sequence': { count: 1 },
    });
    expect(collected.counters[counterNames.lost]?.total).toBe(1);
  });

  it('that does not respond in time is an error by what was expected', async () => {
    await start();
    const { collected } = await runScenario(
      ['connect', { send: '{}' }, { expect: { json: '$.type', value: 'x', timeout: '20ms' } }],
      settings(),
    );
    expect(collected.errors).toMatchObject({ 'expect: no $.type = "x"': { count: 1 } });
  });

  it.each([
    [429, { refused: 3, unconfirmed: 0 }],
    [502, { refused: 0, unconfirmed: 3 }],
  ])('that responds to publishing with %i creates no owed pairs', async (publishStatus, sums) => {
    await start({ publishStatus });
    const { collected } = await runScenario(readersAndWriter(2, 3, 1), settings());
    expect(collected.ledger).toMatchObject({ ...sums, published: 0, owed: 0, missed: 0 });
    expect(collected.errors[`publish: HTTP ${publishStatus}`]?.count).toBe(3);
  });
});

it('excuses what is under way when the run is interrupted', async () => {
  await start({ plan: () => 'delay', delayMs: 60_000 });
  let published = false;
  const flow = readersAndWriter(4, 1, 1, { function: 'published' });
  const { collected } = await runScenario(flow, {
    ...settings({ drain: '60s' }),
    processor: {
      published: async () => {
        published = true;
      },
    },
    interruptAfter: async () => until(() => published),
  });
  expect(collected.ledger).toMatchObject({ owed: 4, received: 0, missed: 0, excused: 4 });
  expect(checkSums(collected.ledger)).toEqual([]);
});

describe('a machine that stalls for two seconds', () => {
  const stallMs = 2_000;
  /** The event loop stands still, as on a machine that is busy with other work. */
  const stall = (): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs);
  };
  let generator: Collected;
  let readers: Collected;

  const runReaders = async (): Promise<void> => {
    await start({ plan: () => 'delay', delayMs: 50 });
    const stalled = async (): Promise<void> => {
      // The readers have begun to wait for the messages that they are owed.
      await new Promise((done) => setTimeout(done, 10));
      // Timers run next, and sockets are read only after them.
      await new Promise((done) => setImmediate(done));
      stall();
    };
    const flow = readersAndWriter(4, 1, 1, { function: 'stalled' });
    const options = { ...settings({ drain: '100ms' }), processor: { stalled } };
    readers = (await runScenario(flow, options)).collected;
  };

  // Both runs contain the same stall, so that the tests wait for it only once.
  beforeAll(async () => {
    await start();
    const first = server;
    const hold = { hold: { for: 30, publishers: 1 } };
    const { collected } = await runScenario(
      [
        {
          parallel: [
            { crowd: { count: 3, steps: ['connect', { subscribe: 'news' }, hold] } },
            {
              crowd: {
                count: 1,
                steps: [
                  { wait: { subscribers: 3 } },
                  // The messages of this publisher are due every 50 ms, whatever happens.
                  { parallel: [post({ rate: 20, count: 60 }), { function: 'runReaders' }] },
                ],
              },
            },
          ],
        },
      ],
      { ...settings(), processor: { runReaders } },
    );
    generator = collected;
    await first.stop();
  });

  it('shows a stall of the generator, and does not hide it from delivery and lag', () => {
    const largest = (name: string): number => generator.metrics[name]?.total.max ?? NaN;
    expect(generator.ledger).toMatchObject({ published: 60, received: 180, missed: 0 });
    // Timers have 50 ms, and so do messages: all of the stall but 50 ms is seen.
    expect(largest(metricNames.stall)).toBeGreaterThan(stallMs - 100);
    expect(largest(metricNames.lag)).toBeGreaterThan(stallMs - 100);
    expect(largest(metricNames.delivery)).toBeGreaterThan(stallMs - 100);
  });

  it('has read what arrived meanwhile before it counts a message as missed', () => {
    expect(readers.ledger).toMatchObject({ owed: 4, received: 4, missed: 0, excused: 0 });
  });
});

describe('the clock of another machine', () => {
  // Larger than any delivery here takes, in either direction.
  const planted = 600_000;
  const delivered = async (clocks: readonly string[]) => {
    const { collected } = await runScenario(
      ['connect', { subscribe: 'news' }, { function: 'publish' }, { hold: '20ms' }],
      {
        ...settings({
          message: { ...protocol.message, publishedAt: '$.at' },
          ...{ clocks, drain: '5s' },
        }),
        processor: {
          // The message is published by a program that the ledger does not know, so only the
          // server's stamp has the time.
          publish: async () => {
            const body = JSON.stringify({ channel: 'news', id: 'one', text: 'hello' });
            await fetch(`${server.httpUrl}/publish`, { method: 'POST', body });
            await until(() => server.done.sent === 1);
          },
        },
      },
    );
    return collected;
  };

  it.each([planted, -planted])('is %i ms ahead, which is measured', async (clockAheadMs) => {
    await start({ clockAheadMs });
    const clock = await measureClock(server.httpUrl);
    expect(clock.of).toBe(server.httpUrl);
    expect(Math.abs(clock.offsetMs - clockAheadMs)).toBeLessThanOrEqual(clock.errorMs);
  });

  it.each([planted, -planted])(
    'is %i ms ahead, which is subtracted from the latencies',
    async (clockAheadMs) => {
      await start({ clockAheadMs });
      const { ledger, metrics, clocks } = await delivered([server.httpUrl]);
      expect(ledger).toMatchObject({ published: 1, received: 1 });
      expect(clocks).toMatchObject([{ of: server.httpUrl, applied: true }]);
      const { min = NaN, max = NaN } = metrics[metricNames.delivery]?.total ?? {};
      expect(min).toBeGreaterThanOrEqual(-(clocks[0]?.errorMs ?? NaN));
      expect(max).toBeLessThan(planted / 2);
    },
  );

  it('makes messages seem to be from before the subscription if it is not compared', async () => {
    await start({ clockAheadMs: -planted });
    const { ledger, clocks } = await delivered([]);
    expect(clocks).toEqual([]);
    expect(ledger).toMatchObject({ published: 1, received: 0, unowed: 1 });
  });

  it('is not used if the engine published, since one clock stamped both ends', async () => {
    await start({ clockAheadMs: planted });
    const { collected } = await runScenario(
      ['connect', { subscribe: 'news' }, post()],
      settings({ message: { ...protocol.message, publishedAt: '$.at' } }),
    );
    expect(collected.ledger).toMatchObject({ published: 1, received: 1 });
    expect(collected.metrics[metricNames.delivery]?.total.min).toBeGreaterThan(0);
    expect(collected.metrics[metricNames.delivery]?.total.max).toBeLessThan(planted / 2);
  });
});
