import type { NewConnection } from '@blogapp/broadcast';
import { InvalidTokenError, KeysUnavailableError } from '@blogapp/identity';
import { connectEvent } from '../testing/events.ts';
import { invoke } from '../testing/invoke.ts';
import type { ConnectEvent } from '../web-socket-event.ts';
import { createConnect } from './connect.ts';

const connected: NewConnection[] = [];
const channels = {
  connect: async (connection: NewConnection) => {
    connected.push(connection);
  },
};
const verifier = {
  verify: async (token: string) => {
    if (token === 'no.keys') throw new KeysUnavailableError('https://keys.example', 'down');
    if (token === 'b.u.g') throw new Error('a bug');
    if (token !== 'al.i.ce') throw new InvalidTokenError('signature');
    return { userId: 'alice' };
  },
};
const connect = createConnect({ channels, verifier });

beforeEach(() => {
  connected.length = 0;
});

test("writes the connection's row and accepts the handshake", async () => {
  const { result, metrics } = await invoke(connect, connectEvent());
  expect(result).toEqual({ statusCode: 200 });
  expect(connected).toEqual([
    { connectionId: 'connection-1=', connectedAtMs: Date.parse('2026-11-23T08:00:00Z') },
  ]);
  expect(metrics('ConnectionsOpened')).toHaveLength(1);
});

test.each([
  { 'Sec-WebSocket-Protocol': 'blogapp' },
  { 'sec-websocket-protocol': 'graphql-ws,blogapp' },
  { 'Sec-WebSocket-Protocol': ' other , blogapp ' },
])('chooses the protocol "blogapp" from %j', async (headers) => {
  const { result } = await invoke(connect, connectEvent(headers));
  expect(result).toEqual({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'blogapp' } });
});

test.each([
  {},
  { 'Sec-WebSocket-Protocol': 'graphql-ws' },
  { 'Sec-WebSocket-Protocol': 'blogapp2' },
])('chooses no protocol from %j', async (headers) => {
  expect((await invoke(connect, connectEvent(headers))).result).toEqual({ statusCode: 200 });
});

describe('with a token among the protocols', () => {
  const offering = (protocols: string) => connectEvent({ 'Sec-WebSocket-Protocol': protocols });

  test('writes the user of the connection, and chooses "blogapp"', async () => {
    const { result } = await invoke(connect, offering('blogapp, bearer.al.i.ce'));
    expect(result).toEqual({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'blogapp' } });
    expect(connected).toMatchObject([{ connectionId: 'connection-1=', userId: 'alice' }]);
  });

  test.each([
    ['a token that does not verify', 'blogapp, bearer.t.0.ken', 401],
    ['an empty token', 'blogapp, bearer.', 401],
    ['two', 'blogapp, bearer.al.i.ce, bearer.al.i.ce', 401],
    ['a token that can not be checked', 'blogapp, bearer.no.keys', 503],
  ])('refuses %s', async (_case, protocols, statusCode) => {
    const { result, metrics, logs } = await invoke(connect, offering(protocols));
    expect(result).toEqual({ statusCode });
    expect(connected).toEqual([]);
    expect(metrics('ConnectionsOpened')).toEqual([]);
    expect(metrics('ConnectionsRefused')).toHaveLength(1);
    expect(logs).toEqual([expect.objectContaining({ level: 'INFO', message: 'refused' })]);
  });

  test('leaves an unknown error to the wrapper', async () => {
    const { error } = await invoke(connect, offering('bearer.b.u.g'));
    expect(error).toEqual(new Error('a bug'));
    expect(connected).toEqual([]);
  });

  test.each(['blogapp, bearer.al.i.ce', 'blogapp, bearer.t.0.ken', 'bearer.b.u.g'])(
    'logs nothing of %s',
    async (protocols) => {
      const { text } = await invoke(connect, offering(protocols));
      expect(text).not.toMatch(/al\.i\.ce|t\.0\.ken|b\.u\.g/);
    },
  );
});

test('refuses the handshake when the row could not be written', async () => {
  const failing = createConnect({
    channels: { connect: () => Promise.reject(new Error('throttled')) },
    verifier,
  });
  const { result, error, logs, metrics } = await invoke(failing, connectEvent());
  expect(result).toBeUndefined();
  expect(error).toEqual(new Error('throttled'));
  expect(logs).toHaveLength(1);
  expect(metrics('ConnectionsOpened')).toEqual([]);
});

test('says what it expected when an event is not from API Gateway', async () => {
  const { error } = await invoke(connect, {} as ConnectEvent);
  expect(error).toEqual(new Error('expected a WebSocket event with requestContext.connectionId'));
  expect(connected).toEqual([]);
});
