import { RawClient } from '@blogapp/realtime-client/raw';
import { readTarget } from './support/target.ts';

const target = readTarget();
const postA = 'post:01JDAAAAAAAAAAAAAAAAAAAAAA';
const postB = 'post:01JDBBBBBBBBBBBBBBBBBBBBBB';

let client: RawClient;

beforeEach(async () => {
  client = await RawClient.connect(target.WebSocketUrl);
});

afterEach(async () => {
  await client.close();
});

test('responds to a ping with the time', async () => {
  const pong = await client.ask({ action: 'ping' }, 'pong');
  expect(Math.abs(Date.parse(String(pong.at)) - Date.now())).toBeLessThan(60_000);
});

test.each(['hello', '{"action":"unheard-of"}', '[1,2]', 'null', 'héllo 👋'])(
  'echoes %s',
  async (text) => {
    expect(await client.ask(text, 'echo')).toEqual({ type: 'echo', data: text });
  },
);

test('subscribes to and unsubscribes from channels', async () => {
  expect(
    await client.ask({ action: 'subscribe', channels: [postA, postB] }, 'subscribed'),
  ).toMatchObject({ channels: [postA, postB], replayed: 0 });
  expect(
    await client.ask({ action: 'unsubscribe', channels: [postB] }, 'unsubscribed'),
  ).toMatchObject({ channels: [postB] });
});

test.each([
  ['no channels', { action: 'subscribe' }],
  ['an empty list', { action: 'subscribe', channels: [] }],
  ['a text that is not a channel', { action: 'subscribe', channels: ['post:1'] }],
  ['an unknown field', { action: 'ping', extra: 1 }],
  ['a malformed since', { action: 'subscribe', channels: [postA], since: 'yesterday' }],
])('explains a message with %s, and stays open', async (_case, message) => {
  const error = await client.ask(message, 'error');
  expect(error).toMatchObject({ code: 'invalid_message', issues: expect.any(Array) });
  expect(error.issues).not.toHaveLength(0);
  await client.ask({ action: 'ping' }, 'pong');
});

test('gives each of many messages at once its own response', async () => {
  const texts = Array.from({ length: 50 }, (_, index) => `message ${index}`);
  for (const text of texts) client.send(text);
  for (const text of texts) await client.next((message) => message.data === text);
  expect(client.received).toHaveLength(texts.length);
});
