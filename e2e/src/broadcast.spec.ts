import { RawClient } from '@blogapp/realtime-client/raw';
import { broadcastResultSchema } from '@blogapp/shared-types';
import { problemSchema } from '@blogapp/shared-types/rest';
import { signedFetch } from './support/signed-fetch.ts';
import { readTarget } from './support/target.ts';

const target = readTarget();
const url = `${target.HttpApiUrl.replace(/\/$/, '')}/broadcast/comments`;
const headers = { 'content-type': 'application/json' };
/** Each run has its own channel, because a deployed stack may have other readers. */
const channel = `post:01J${Array.from({ length: 23 }, () => Math.floor(Math.random() * 10)).join('')}`;

const clients: RawClient[] = [];

async function connect(): Promise<RawClient> {
  const client = await RawClient.connect(target.WebSocketUrl);
  clients.push(client);
  return client;
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

async function broadcast(body: unknown): Promise<Response> {
  return signedFetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

test('reaches every client that is subscribed to the channel, and nobody else', async () => {
  const readers = await Promise.all([connect(), connect(), connect()]);
  const bystander = await connect();
  for (const reader of readers) {
    await reader.ask({ action: 'subscribe', channels: [channel] }, 'subscribed');
  }

  const response = await broadcast({ channel, type: 'announcement', data: { text: 'hello' } });

  expect(response.status).toBe(202);
  const result = broadcastResultSchema.parse(await response.json());
  expect(result).toMatchObject({ recipients: 3, delivered: 3, stale: 0, queued: 0 });
  for (const reader of readers) {
    const event = await reader.next((message) => message.type === 'announcement');
    expect(event).toMatchObject({ id: result.eventId, channel, data: { text: 'hello' } });
  }
  await bystander.ask({ action: 'ping' }, 'pong');
  expect(bystander.received.map((message) => message.type)).toEqual(['pong']);
});

test('reaches every connection through the channel "all"', async () => {
  const readers = await Promise.all([connect(), connect()]);
  const response = await broadcast({ channel: 'all', type: 'announcement', data: { n: 1 } });
  expect(response.status).toBe(202);
  const { eventId } = broadcastResultSchema.parse(await response.json());
  for (const reader of readers) {
    await reader.next((message) => message.id === eventId);
  }
});

test('does not count clients that unsubscribed or disconnected', async () => {
  const [stays, unsubscribes, leaves] = await Promise.all([connect(), connect(), connect()]);
  for (const client of [stays, unsubscribes, leaves]) {
    await client.ask({ action: 'subscribe', channels: [channel] }, 'subscribed');
  }
  await unsubscribes.ask({ action: 'unsubscribe', channels: [channel] }, 'unsubscribed');
  await leaves.close();

  // `$disconnect` comes after the close, so the closed connection may still be counted as stale.
  const response = await broadcast({ channel, type: 'announcement', data: {} });
  const result = broadcastResultSchema.parse(await response.json());
  expect(result.delivered).toBe(1);
  await stays.next((message) => message.id === result.eventId);
});

test('is refused without a signature', async () => {
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ channel, type: 'announcement', data: {} }),
  });
  expect(response.status).toBe(403);
  expect(await response.json()).toEqual({ message: 'Forbidden' });
});

test.each([
  ['an unknown channel', { channel: 'everybody', type: 'announcement', data: {} }],
  ['another type', { channel: 'all', type: 'comment.created', data: {} }],
  ['no data', { channel: 'all', type: 'announcement' }],
  ['an unknown field', { channel: 'all', type: 'announcement', data: {}, to: 'me' }],
])('refuses %s with a problem document', async (_case, body) => {
  const response = await broadcast(body);
  expect(response.status).toBe(422);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(problemSchema.parse(await response.json())).toMatchObject({
    type: expect.stringMatching(/invalid-content$/),
    status: 422,
    instance: '/broadcast/comments',
    errors: expect.any(Array),
  });
});

test('refuses a body that is not JSON', async () => {
  const response = await signedFetch(url, { method: 'POST', headers, body: '{"channel":' });
  expect(response.status).toBe(400);
});

test('refuses an event over 128 KB before anything is sent', async () => {
  const reader = await connect();
  await reader.ask({ action: 'subscribe', channels: [channel] }, 'subscribed');
  const response = await broadcast({
    channel,
    type: 'announcement',
    data: { text: 'x'.repeat(128 * 1024) },
  });
  expect(response.status).toBe(413);
  await reader.ask({ action: 'ping' }, 'pong');
  expect(reader.received.map((message) => message.type)).toEqual(['subscribed', 'pong']);
});
