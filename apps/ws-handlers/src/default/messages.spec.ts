import { ConnectionGoneError, TooManyChannelsError } from '@blogapp/broadcast';
import { MAX_MESSAGE_BYTES, responseMessageSchema } from '@blogapp/shared-types';
import type { ResponseMessage } from '@blogapp/shared-types';
import { messageEvent } from '../testing/events.ts';
import { invoke } from '../testing/invoke.ts';
import type { Invoked } from '../testing/invoke.ts';
import type { WebSocketResponse } from '../web-socket-event.ts';
import { createMessages, failedResponse } from './messages.ts';
import type { MessagesDependencies } from './messages.ts';

const post = 'post:01JDAAAAAAAAAAAAAAAAAAAAAA';
const calls: unknown[][] = [];
const channels: MessagesDependencies['channels'] = {
  subscribe: async (...call) => {
    calls.push(['subscribe', ...call]);
  },
  unsubscribe: async (...call) => {
    calls.push(['unsubscribe', ...call]);
  },
};

const replay: MessagesDependencies['replay'] = async (...[connectionId, joined, since]) => {
  calls.push(['replay', connectionId, joined, since]);
  return 3;
};

beforeEach(() => {
  calls.length = 0;
});

async function send(
  message: unknown,
  overrides: Partial<MessagesDependencies['channels']> = {},
): Promise<Invoked<WebSocketResponse> & { readonly message: ResponseMessage }> {
  const messages = createMessages({
    channels: { ...channels, ...overrides },
    replay,
    now: () => new Date('2026-11-23T08:00:00Z'),
  });
  const invoked = await invoke(messages, messageEvent(message));
  // Every response of the handler must be a message of the protocol.
  const response = responseMessageSchema.parse(JSON.parse(invoked.result?.body ?? 'null'));
  return { ...invoked, message: response };
}

test('responds to a ping with the time', async () => {
  const { message, metrics } = await send({ action: 'ping' });
  expect(message).toEqual({ type: 'pong', at: '2026-11-23T08:00:00.000Z' });
  expect(metrics('Messages')).toEqual([expect.objectContaining({ action: 'ping', Messages: 1 })]);
});

test('subscribes the connection', async () => {
  const { message } = await send({ action: 'subscribe', channels: ['all', post] });
  expect(calls).toEqual([['subscribe', 'connection-1=', ['all', post]]]);
  expect(message).toEqual({ type: 'subscribed', channels: ['all', post], replayed: 0 });
});

test('unsubscribes the connection', async () => {
  const { message } = await send({ action: 'unsubscribe', channels: [post] });
  expect(calls).toEqual([['unsubscribe', 'connection-1=', [post]]]);
  expect(message).toEqual({ type: 'unsubscribed', channels: [post] });
});

test('joins before it replays, so that no event is missed between the two', async () => {
  const since = '01JDBBBBBBBBBBBBBBBBBBBBBB';
  const { message } = await send({ action: 'subscribe', channels: [post], since });
  expect(calls).toEqual([
    ['subscribe', 'connection-1=', [post]],
    ['replay', 'connection-1=', [post], since],
  ]);
  expect(message).toEqual({ type: 'subscribed', channels: [post], replayed: 3 });
});

test.each(['hello', '', '{"action":"unheard-of"}', '[1]', 'héllo 👋'])(
  'echoes %j',
  async (text) => {
    const { message, metrics } = await send(text);
    expect(message).toEqual({ type: 'echo', data: text });
    expect(metrics('Messages')).toEqual([expect.objectContaining({ action: 'echo' })]);
  },
);

test('explains an invalid message and does nothing', async () => {
  const { message, metrics } = await send({ action: 'subscribe', channels: ['nobody'], x: 1 });
  expect(message).toMatchObject({
    type: 'error',
    code: 'invalid_message',
    message: 'This is not a "subscribe" message',
    issues: [{ path: 'channels.0' }, { path: '' }],
  });
  expect(calls).toEqual([]);
  expect(metrics('Messages')).toEqual([expect.objectContaining({ action: 'invalid' })]);
});

test('tells a client whose row is gone to connect again', async () => {
  const { message, logs } = await send(
    { action: 'subscribe', channels: [post] },
    { subscribe: () => Promise.reject(new ConnectionGoneError('connection-1=')) },
  );
  expect(message).toEqual({ type: 'error', code: 'connection_gone', message: 'Connect again' });
  expect(logs.filter(({ level }) => level === 'ERROR')).toEqual([]);
});

test('tells a client that asks for too many channels how many it may have', async () => {
  const { message } = await send(
    { action: 'subscribe', channels: [post] },
    { subscribe: () => Promise.reject(new TooManyChannelsError('connection-1=', 500)) },
  );
  expect(message).toEqual({
    type: 'error',
    code: 'invalid_message',
    message: 'A connection may be in 500 channels',
  });
});

test('responds with an error to an echo that would be larger than a message may be', async () => {
  // A quote is escaped in JSON, so the echo is twice as long as the message.
  const { message } = await send('"'.repeat(MAX_MESSAGE_BYTES / 2));
  expect(message).toMatchObject({ type: 'error', code: 'invalid_message' });
});

test('echoes the longest message that fits', async () => {
  const frame = JSON.stringify({ type: 'echo', data: '' }).length;
  const text = 'x'.repeat(MAX_MESSAGE_BYTES - frame);
  expect((await send(text)).message).toEqual({ type: 'echo', data: text });
});

const linesOf = (logs: Invoked<WebSocketResponse>['logs']): unknown[] =>
  logs.filter(({ level }) => level !== 'DEBUG');

test.each([
  [
    { action: 'subscribe', channels: ['all', post] },
    { message: 'subscribed', channels: ['all', post], replayed: 0 },
  ],
  [
    { action: 'unsubscribe', channels: [post] },
    { message: 'unsubscribed', channels: [post] },
  ],
  [
    { action: 'subscribe', channels: ['nobody'], secret: 'x' },
    {
      message: 'responded with an error',
      action: 'invalid',
      code: 'invalid_message',
      issues: 2,
    },
  ],
  [
    '"'.repeat(MAX_MESSAGE_BYTES / 2),
    { message: 'responded with an error', action: 'echo', code: 'invalid_message', issues: 0 },
  ],
])('logs one line for a message, case %#', async (message, line) => {
  const { logs, text } = await send(message);
  expect(linesOf(logs)).toEqual([
    expect.objectContaining({
      level: 'INFO',
      connectionId: 'connection-1=',
      correlation_id: 'gateway-id',
      ...line,
    }),
  ]);
  expect(text).not.toContain('secret');
});

test('logs an error of the connection, and no line for pings and echoes', async () => {
  const gone = await send(
    { action: 'subscribe', channels: [post] },
    { subscribe: () => Promise.reject(new ConnectionGoneError('connection-1=')) },
  );
  expect(linesOf(gone.logs)).toEqual([
    expect.objectContaining({ action: 'subscribe', code: 'connection_gone' }),
  ]);
  expect(linesOf((await send({ action: 'ping' })).logs)).toEqual([]);
  expect(linesOf((await send('hello')).logs)).toEqual([]);
});

test('counts a message whose work failed, and leaves the error to the wrapper', async () => {
  const messages = createMessages({
    channels: { ...channels, subscribe: () => Promise.reject(new Error('throttled')) },
    replay,
    now: () => new Date(),
  });
  const event = messageEvent({ action: 'subscribe', channels: [post] });
  const { error, metrics } = await invoke(messages, event);
  expect(error).toEqual(new Error('throttled'));
  expect(metrics('Messages')).toHaveLength(1);
});

test('the response to a failure names the correlation id and nothing else', () => {
  const { statusCode, body } = failedResponse({ correlationId: 'abc' });
  expect(statusCode).toBe(200);
  expect(responseMessageSchema.parse(JSON.parse(body ?? ''))).toEqual({
    type: 'error',
    code: 'internal_error',
    message: 'Something went wrong; it is logged under abc',
  });
});
