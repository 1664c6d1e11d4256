import { ALL_CHANNEL, isChannel, postChannel, postIdOf } from './channels.ts';
import { broadcastRequestSchema } from './broadcast.ts';
import { serverEventSchema } from './server-messages.ts';
import { validate } from './validate.ts';

const postId = '01JDAAAAAAAAAAAAAAAAAAAAAA';

describe('channels', () => {
  test.each(['all', `post:${postId}`])('%s is a channel', (channel) => {
    expect(isChannel(channel)).toBe(true);
  });

  test.each([
    '',
    'ALL',
    'post:',
    'post:1',
    // Crockford's base 32 has no I, L, O and U, and a ULID's first digit is at most 7.
    'post:01JDAAAAAAAAAAAAAAAAAAAAAI',
    'post:81JDAAAAAAAAAAAAAAAAAAAAAA',
    `post:${postId.toLowerCase()}`,
    ` post:${postId}`,
    `post:${postId}\n`,
    `user:${postId}`,
    null,
    undefined,
    7,
    [ALL_CHANNEL],
  ])('%j is not a channel', (value) => {
    expect(isChannel(value)).toBe(false);
  });

  test('a post has a channel, which names the post', () => {
    expect(postIdOf(postChannel(postId))).toBe(postId);
    expect(isChannel(postChannel(postId))).toBe(true);
    expect(postIdOf(ALL_CHANNEL)).toBeUndefined();
  });
});

test('a broadcast request names every field that is wrong', () => {
  expect(validate(broadcastRequestSchema, { channel: 'nobody', type: 'post.stats' })).toEqual({
    ok: false,
    issues: [
      { path: 'channel', message: 'expected "all" or "post:<ULID>"' },
      { path: 'type', message: expect.stringContaining('announcement') },
      { path: 'data', message: expect.stringContaining('expected record') },
    ],
  });
});

describe('an event', () => {
  const event = {
    type: 'announcement',
    id: postId,
    channel: 'all',
    occurredAt: '2026-11-23T08:00:00.000Z',
    meta: { correlationId: 'abc' },
    data: { text: 'hello' },
  };

  test('is valid when it matches its schema', () => {
    expect(validate(serverEventSchema, event)).toEqual({ ok: true, value: event });
  });

  test.each([
    ['id', 'not-a-ulid'],
    ['channel', 'nobody'],
    ['occurredAt', 'yesterday'],
    ['type', 'post.vanished'],
  ])('is refused with a wrong %s', (field, value) => {
    expect(validate(serverEventSchema, { ...event, [field]: value })).toMatchObject({
      ok: false,
      issues: [{ path: field }],
    });
  });
});
