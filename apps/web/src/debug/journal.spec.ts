/** @jest-environment node */
import type { ServerEvent } from '@blogapp/shared-types';
import {
  EMPTY_JOURNAL,
  KEPT_ENTRIES,
  latencyAt,
  record,
  type Happening,
  type Journal,
} from './journal.ts';

const event = (occurredAtMs: number): Happening => ({
  kind: 'event',
  event: {
    type: 'announcement',
    id: '01KAR6M0G00000000000000000',
    channel: 'all',
    occurredAt: new Date(occurredAtMs).toISOString(),
    data: {},
    meta: { correlationId: 'c' },
  } satisfies ServerEvent,
});
const open: Happening = { kind: 'state', status: 'open' };

/** The journal after these entries, each with its time (ms). */
const after = (...happenings: readonly (readonly [number, Happening])[]): Journal =>
  happenings.reduce((journal, [atMs, what]) => record(journal, what, atMs), EMPTY_JOURNAL);

test('distinguishes replayed events from live ones, and measures the live ones', () => {
  const journal = after(
    [1_000, open],
    [1_010, event(400)],
    [2_030, event(2_000)],
    [3_010, event(3_000)],
  );
  expect(journal).toMatchObject({ events: 3, replayed: 1, opened: 1 });
  expect(journal.entries.map((entry) => entry.kind === 'event' && entry.latencyMs)).toEqual([
    10,
    30,
    610,
    false,
  ]);
  expect([latencyAt(journal, 0.5), latencyAt(journal, 0), latencyAt(journal, 1)]).toEqual([
    30, 10, 30,
  ]);
});

test('counts connections and gaps', () => {
  const waiting: Happening = { kind: 'state', status: 'waiting' };
  const journal = after([1, open], [2, waiting], [3, open], [4, { kind: 'truncated' }]);
  expect(journal).toMatchObject({ opened: 2, truncated: 1, openedAtMs: 3 });
  expect(latencyAt(journal, 0.5)).toBeUndefined();
});

test('keeps the newest entries, each with a unique key', () => {
  let journal = EMPTY_JOURNAL;
  for (let atMs = 1; atMs <= KEPT_ENTRIES + 5; atMs += 1)
    journal = record(journal, event(atMs), atMs);
  expect(journal.entries).toHaveLength(KEPT_ENTRIES);
  expect(journal.entries[0]?.atMs).toBe(KEPT_ENTRIES + 5);
  expect(new Set(journal.entries.map(({ key }) => key)).size).toBe(KEPT_ENTRIES);
  expect(journal.events).toBe(KEPT_ENTRIES + 5);
});
