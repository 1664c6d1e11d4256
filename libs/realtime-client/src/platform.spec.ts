import { SUBPROTOCOL, type ServerEvent } from '@blogapp/shared-types';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as ws from 'ws';
import { platformEnvironment } from './environment.ts';
import { createRealtimeClient, type RealtimeClient, type SocketConstructor } from './index.ts';

const channel = 'post:01JDAAAAAAAAAAAAAAAAAAAAAA';
const event = (id: string) => ({
  ...{ type: 'announcement', id, channel, occurredAt: '2026-11-23T08:00:00.000Z' },
  ...{ data: {}, meta: { correlationId: 'c' } },
});
const FIRST = '01JDBBBBBBBBBBBBBBBBBBBBBB';
const SECOND = '01JDCCCCCCCCCCCCCCCCCCCCCC';

let server: ws.WebSocketServer;
let url: string;
/** What each connection offered as subprotocols, and what it sent. */
let offered: string[];
let sent: unknown[];
let client: RealtimeClient | undefined;

beforeEach(async () => {
  [offered, sent] = [[], []];
  server = new ws.WebSocketServer({
    ...{ port: 0, host: '127.0.0.1' },
    handleProtocols: (protocols) => {
      offered.push([...protocols].join(' '));
      return SUBPROTOCOL;
    },
  });
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { since?: string };
      sent.push(message);
      socket.send(JSON.stringify(event(message.since === FIRST ? SECOND : FIRST)));
      socket.send(JSON.stringify({ type: 'subscribed', channels: [channel], replayed: 1 }));
    });
  });
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  client?.close();
  for (const socket of server.clients) socket.terminate();
  server.close();
  await once(server, 'close');
});

test.each<[string, SocketConstructor | undefined]>([
  ["Node's own WebSocket", undefined],
  ['the WebSocket of ws', ws.WebSocket as unknown as SocketConstructor],
])(
  'over %s, a client signs in, reconnects and continues after the last event',
  async (_name, webSocket) => {
    client = createRealtimeClient({ url, webSocket, token: () => 'a.b.c' });
    await twoEvents(client, () => {
      for (const socket of server.clients) socket.terminate();
    });
    expect(client.state.status).toBe('open');
    expect(offered).toEqual(['blogapp bearer.a.b.c', 'blogapp bearer.a.b.c']);
    expect(sent).toEqual([
      { action: 'subscribe', channels: [channel], since: '01JDAAAAAAAAAAAAAAAAAAAAAA' },
      { action: 'subscribe', channels: [channel], since: FIRST },
    ]);
    const closed = Promise.all([...server.clients].map((socket) => once(socket, 'close')));
    client.close();
    await closed;
  },
);

/** Waits for the first event, calls `afterFirst`, and waits for the second. */
async function twoEvents(subscriber: RealtimeClient, afterFirst: () => void): Promise<void> {
  const events: ServerEvent[] = [];
  await new Promise<void>((done) => {
    subscriber.subscribe(channel, {
      since: '01JDAAAAAAAAAAAAAAAAAAAAAA',
      onEvent: (next) => {
        events.push(next);
        if (next.id === FIRST) afterFirst();
        else done();
      },
    });
  });
  expect(events.map(({ id }) => id)).toEqual([FIRST, SECOND]);
}

test('when nothing listens at the address, it reports this and keeps trying', async () => {
  client = createRealtimeClient({ url: 'ws://127.0.0.1:1' });
  const { onStateChange } = client;
  const waiting = new Promise<void>((done) => {
    onStateChange(() => {
      if (client?.state.status === 'waiting') done();
    });
  });
  client.subscribe(channel, { onEvent: () => undefined });
  await waiting;
  client.close();
});

describe('tabs', () => {
  const globals = ['document', 'navigator', 'BroadcastChannel'] as const;
  const before = globals.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  afterEach(() => {
    globals.forEach((name, index) => {
      Reflect.deleteProperty(globalThis, name);
      const descriptor = before[index];
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    });
  });

  /** Whether the tabs of a platform with these globals share a connection. */
  function share(platform: Partial<Record<(typeof globals)[number], unknown>>): boolean {
    for (const name of globals) {
      Object.defineProperty(globalThis, name, { value: platform[name], configurable: true });
    }
    return platformEnvironment().tabs !== undefined;
  }
  const browser = {
    document: new EventTarget(),
    navigator: { locks: {} },
    BroadcastChannel: EventTarget,
  };

  test('share a connection in a browser', () => {
    expect(share(browser)).toBe(true);
  });

  test.each([
    ['Web Locks, as on a page that was not loaded over TLS,', { ...browser, navigator: {} }],
    ['BroadcastChannel', { ...browser, BroadcastChannel: undefined }],
    ['a document, as in Node,', { ...browser, document: undefined }],
  ])('without %s do not share one', (_missing, platform) => {
    expect(share(platform)).toBe(false);
  });
});
