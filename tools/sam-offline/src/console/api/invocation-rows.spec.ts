import type { StackEvent } from '../../events/index.ts';
import { succeededOf, failedOf, NOW_MS } from '../../insights/testing/facts.ts';
import { factsStore } from '../kept/testing/facts-store.ts';
import { InvocationRows, MAXIMUM_ROWS } from './invocation-rows.ts';

const RANGE = { startMs: NOW_MS - 60_000, endMs: Infinity };

it('reads each invocation once, and returns those of the range that is asked for', async () => {
  const facts: StackEvent[] = [
    failedOf({ timeMs: NOW_MS - 30_000, requestId: '1' }),
    succeededOf({ timeMs: NOW_MS - 20_000, requestId: '2' }),
  ];
  const store = factsStore(facts);
  const rows = new InvocationRows(store, RANGE, 'outcome:failed');
  await rows.readOn();
  facts.push(failedOf({ timeMs: NOW_MS, requestId: '3' }));
  await rows.readOn();
  const ids = (startMs: number) => {
    const { invocations, left } = rows.since(startMs, 1);
    return [...invocations.map(({ requestId }) => requestId), left];
  };
  expect(ids(NOW_MS - 60_000)).toEqual(['3', 1]);
  expect(ids(NOW_MS - 10_000)).toEqual(['3', 0]);
  expect(ids(NOW_MS + 1)).toEqual([0]);
  expect(store.read).toEqual([0, 1, 2]);
});

it('counts the invocations that it no longer holds', async () => {
  const facts = Array.from({ length: MAXIMUM_ROWS * 3 }, (_, index) =>
    succeededOf({ timeMs: NOW_MS + index, requestId: String(index) }),
  );
  const rows = new InvocationRows(factsStore(facts), RANGE, '');
  await rows.readOn();
  const all = rows.since(NOW_MS, MAXIMUM_ROWS);
  expect([all.invocations.length, all.left]).toEqual([MAXIMUM_ROWS, MAXIMUM_ROWS * 2]);
  expect(all.invocations[0]?.requestId).toBe(String(MAXIMUM_ROWS * 3 - 1));
  expect(rows.since(NOW_MS + MAXIMUM_ROWS * 3 - 5, 2)).toMatchObject({ left: 3 });
});
