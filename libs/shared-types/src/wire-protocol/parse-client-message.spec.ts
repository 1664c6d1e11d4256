import fc from 'fast-check';
import { MAX_CHANNELS_PER_MESSAGE } from './client-messages.ts';
import { parseClientMessage } from './parse-client-message.ts';

const post = 'post:01JDAAAAAAAAAAAAAAAAAAAAAA';
const ulid = '01JDBBBBBBBBBBBBBBBBBBBBBB';

test.each([
  { action: 'ping' },
  { action: 'subscribe', channels: [post] },
  { action: 'subscribe', channels: ['all', post], since: ulid },
  { action: 'unsubscribe', channels: [post] },
])('understands %j', (message) => {
  expect(parseClientMessage(JSON.stringify(message))).toEqual({ kind: 'message', message });
});

test.each([
  '',
  'hello',
  '{"action":',
  '[]',
  'null',
  '42',
  '"ping"',
  '{}',
  '{"action":"unheard-of"}',
  '{"action":"toString"}',
  '{"action":["ping"]}',
  '[{"action":"ping"}]',
])('reads %s as an echo', (text) => {
  expect(parseClientMessage(text)).toEqual({ kind: 'echo', data: text });
});

test.each([
  ['no channels', { action: 'subscribe' }, 'channels'],
  ['an empty list of channels', { action: 'unsubscribe', channels: [] }, 'channels'],
  [
    'a text that is not a channel',
    { action: 'subscribe', channels: ['all', 'post:1'] },
    'channels.1',
  ],
  ['a malformed since', { action: 'subscribe', channels: ['all'], since: 'now' }, 'since'],
  ['an unknown field', { action: 'ping', extra: 1 }, ''],
  [
    'too many channels',
    { action: 'subscribe', channels: Array(MAX_CHANNELS_PER_MESSAGE + 1).fill('all') },
    'channels',
  ],
])('names the issue of a message with %s', (_case, message, path) => {
  const parsed = parseClientMessage(JSON.stringify(message));
  expect(parsed).toEqual({
    kind: 'invalid',
    action: message.action,
    issues: [{ path, message: expect.stringMatching(/\w/) }],
  });
});

test('names every issue of a message', () => {
  const text = JSON.stringify({ action: 'subscribe', channels: ['nobody'], since: 1, extra: true });
  const parsed = parseClientMessage(text);
  const paths = parsed.kind === 'invalid' ? parsed.issues.map(({ path }) => path) : [];
  expect(paths.sort()).toEqual(['', 'channels.0', 'since']);
});

test('says in English what was expected', () => {
  expect(parseClientMessage('{"action":"subscribe"}')).toMatchObject({
    issues: [{ message: 'Invalid input: expected array, received undefined' }],
  });
});

test('never throws, whatever the text is', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"action":"ping","x":${json}}`),
  );
  fc.assert(
    fc.property(text, (message) => {
      expect(['message', 'echo', 'invalid']).toContain(parseClientMessage(message).kind);
    }),
  );
});
