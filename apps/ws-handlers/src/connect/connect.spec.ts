import type { NewConnection } from '@blogapp/broadcast';
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
const connect = createConnect({ channels });

beforeEach(() => {
  connected.length = 0;
});

test('writes the connection down and accepts it', async () => {
  const { answer, metrics } = await invoke(connect, connectEvent());
  expect(answer).toEqual({ statusCode: 200 });
  expect(connected).toEqual([
    { connectionId: 'connection-1=', connectedAtMs: Date.parse('2026-11-23T08:00:00Z') },
  ]);
  expect(metrics('ConnectionsOpened')).toHaveLength(1);
});

test.each([
  { 'Sec-WebSocket-Protocol': 'blogapp' },
  { 'sec-websocket-protocol': 'graphql-ws,blogapp' },
  { 'Sec-WebSocket-Protocol': ' other , blogapp ' },
])('chooses the protocol "blogapp" out of %j', async (headers) => {
  const { answer } = await invoke(connect, connectEvent(headers));
  expect(answer).toEqual({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'blogapp' } });
});

test.each([
  {},
  { 'Sec-WebSocket-Protocol': 'graphql-ws' },
  { 'Sec-WebSocket-Protocol': 'blogapp2' },
])('chooses no protocol out of %j', async (headers) => {
  expect((await invoke(connect, connectEvent(headers))).answer).toEqual({ statusCode: 200 });
});

test('logs no protocol that a client offers: it may be a token', async () => {
  const { text } = await invoke(
    connect,
    connectEvent({ 'Sec-WebSocket-Protocol': 'blogapp, t0ken' }),
  );
  expect(text).not.toContain('t0ken');
});

test('refuses the handshake when the row could not be written', async () => {
  const failing = createConnect({
    channels: { connect: () => Promise.reject(new Error('throttled')) },
  });
  const { answer, error, logs, metrics } = await invoke(failing, connectEvent());
  expect(answer).toBeUndefined();
  expect(error).toEqual(new Error('throttled'));
  expect(logs).toHaveLength(1);
  expect(metrics('ConnectionsOpened')).toEqual([]);
});

test('says what it expected of an event that is none of API Gateway', async () => {
  const { error } = await invoke(connect, {} as ConnectEvent);
  expect(error).toEqual(new Error('expected a WebSocket event with requestContext.connectionId'));
  expect(connected).toEqual([]);
});
