/** @jest-environment node */
import { TokenRefusedError, type ConnectionState } from '@blogapp/realtime-client';
import { ATTEMPTS_BEFORE_CUT_OFF, describeConnection, NO_HISTORY, remember } from './words.ts';

const waiting: ConnectionState = { status: 'waiting', retryAtMs: 0 };
const connecting: ConnectionState = { status: 'connecting' };
const open: ConnectionState = { status: 'open' };

/** The words for the last of these states, after the others. */
function wordsAfter(...states: ConnectionState[]): string {
  const history = states.reduce(remember, NO_HISTORY);
  return describeConnection(states.at(-1) ?? open, history, true).words;
}

test.each([
  ['Connecting…', [connecting]],
  ['Live', [connecting, open]],
  ['Reconnecting…', [open, waiting]],
  ['Reconnecting…', [open, waiting, connecting]],
  ['Reconnecting…', [connecting, waiting, connecting]],
  ['Live', [waiting, waiting, waiting, open]],
  ['No live updates: sign in again', [{ status: 'refused', error: new TokenRefusedError() }]],
  ['', [{ status: 'idle' }]],
] satisfies [string, ConnectionState[]][])('says "%s"', (words, states) => {
  expect(wordsAfter(...states)).toBe(words);
});

test('says after some attempts, and not before, that the network blocks the connection', () => {
  const attempts = (count: number) =>
    Array.from({ length: count }, () => [waiting, connecting]).flat();
  expect(wordsAfter(...attempts(ATTEMPTS_BEFORE_CUT_OFF - 1))).toBe('Reconnecting…');
  expect(wordsAfter(...attempts(ATTEMPTS_BEFORE_CUT_OFF))).toMatch(/^No live updates/);
  expect(wordsAfter(open, ...attempts(ATTEMPTS_BEFORE_CUT_OFF))).toMatch(/^No live updates/);
});

test('without a network, says what will happen, whatever the state of the connection', () => {
  expect(describeConnection(open, NO_HISTORY, false).words).toBe(
    'Offline: comments will appear when you are back',
  );
});
