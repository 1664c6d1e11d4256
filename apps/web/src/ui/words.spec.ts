/** @jest-environment node */
import { counted, fullTime, timeAgo } from './words.ts';

const NOW = Date.parse('2026-11-30T12:00:00.000Z');

test.each([
  [0, '0 comments'],
  [1, '1 comment'],
  [2, '2 comments'],
  [12_000, '12,000 comments'],
])('%d is counted as "%s"', (count, words) => {
  expect(counted(count, 'comment', 'comments')).toBe(words);
});

test.each([
  ['2026-11-30T11:59:30.000Z', 'just now'],
  ['2026-11-30T11:59:00.000Z', '1 minute ago'],
  ['2026-11-30T09:00:00.000Z', '3 hours ago'],
  ['2026-11-29T11:00:00.000Z', 'yesterday'],
  ['2026-11-20T12:00:00.000Z', 'Nov 20, 2026'],
  // The server's or the reader's clock is an hour wrong.
  ['2026-11-30T13:00:00.000Z', 'just now'],
])('%s was %s', (time, words) => {
  expect(timeAgo(time, NOW)).toBe(words);
});

test('a full time has the date and the time', () => {
  expect(fullTime('2026-11-23T12:00:00.000Z')).toMatch(/November 2[234], 2026 at \d+:00/);
});
