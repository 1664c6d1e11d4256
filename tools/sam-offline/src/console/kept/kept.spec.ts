import type { StackEvent } from '../../events/index.ts';
import { succeededOf, logOf, NOW_MS } from '../../insights/testing/facts.ts';
import { TraceList } from '../traces/index.ts';
import { Kept } from './kept.ts';
import { factsStore, type FactsStore } from './testing/facts-store.ts';

const trace = (digit: string): string => `1-6a0b1c2d-${digit.repeat(24)}`;
const succeeded = (digit: string, timeMs: number): StackEvent =>
  succeededOf({ traceId: trace(digit), requestId: `request-${digit}`, timeMs, durationMs: 10 });

const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

const keptOf = (insights: FactsStore) =>
  new Kept(
    (range) => new TraceList(insights, range),
    () => NOW_MS,
  );

it('reads each fact once while it is asked for again', async () => {
  const facts = [succeeded('1', NOW_MS)];
  const insights = factsStore(facts);
  const kept = keptOf(insights);
  const range = { startMs: NOW_MS - 1000, endMs: NOW_MS + 1 };
  expect(ids((await kept.of(range)).rows({ startMs: range.startMs }))).toEqual([trace('1')]);
  facts.push(
    succeeded('2', NOW_MS + 500),
    logOf({ requestId: 'request-1', timeMs: NOW_MS + 600, text: '{"correlationId":"c-1"}' }),
  );
  const [list, again] = await Promise.all([kept.of(range), kept.of(range)]);
  expect(again).toBe(list);
  const both = list.rows({});
  expect(ids(both)).toEqual([trace('2'), trace('1')]);
  expect(both[1]?.correlationIds).toEqual(['c-1']);
  expect(insights.read).toEqual([0, 1, 2]);
});

it('makes another list of an earlier range, and of another key', async () => {
  const kept = keptOf(factsStore([]));
  const range = { startMs: NOW_MS - 1000, endMs: NOW_MS };
  const list = await kept.of(range);
  expect(await kept.of({ ...range, startMs: NOW_MS - 500 })).toBe(list);
  expect(await kept.of(range, 'another')).not.toBe(list);
  expect(await kept.of({ ...range, startMs: NOW_MS - 2000 })).not.toBe(list);
});

it('drops the list that was asked for longest ago', async () => {
  const kept = keptOf(factsStore([]));
  const range = { startMs: NOW_MS - 1000, endMs: NOW_MS };
  const first = await kept.of(range, '1');
  const second = await kept.of(range, '2');
  for (const key of ['3', '4', '5', '6', '2', '7', '8']) await kept.of(range, key);
  expect(await kept.of(range, '2')).toBe(second);
  expect(await kept.of(range, '1')).not.toBe(first);
});

it('lists a range that has ended whole, though more traces than are held came after it', async () => {
  const facts = [succeeded('1', NOW_MS - 60_000)];
  for (let number = 0; number < 10_001; number++) {
    const id = number.toString(16).padStart(24, '0');
    facts.push(succeededOf({ traceId: `1-6a0b1c2d-${id}`, timeMs: NOW_MS - 1000 }));
  }
  const range = { startMs: NOW_MS - 70_000, endMs: NOW_MS - 50_000 };
  expect(ids((await keptOf(factsStore(facts)).of(range)).rows(range))).toEqual([trace('1')]);
});

it('lists traces that overlap the range', async () => {
  const facts = [succeeded('1', NOW_MS), succeeded('2', NOW_MS + 5000)];
  const list = await keptOf(factsStore(facts)).of({ startMs: NOW_MS - 1000, endMs: NOW_MS });
  const rows = (startMs: number, endMs: number) => list.rows({ startMs, endMs });
  expect(ids(rows(NOW_MS + 1000, Infinity))).toEqual([trace('2')]);
  expect(ids(rows(NOW_MS - 1000, NOW_MS + 1000))).toEqual([trace('1')]);
  // The first trace began 10 ms before it ended.
  expect(ids(rows(NOW_MS - 1000, NOW_MS - 10))).toEqual([]);
  expect(ids(rows(NOW_MS - 1000, NOW_MS - 5))).toEqual([trace('1')]);
});
