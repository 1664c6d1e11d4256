import type { StackEvent } from '../../events/index.ts';
import { answeredOf, logOf, NOW_MS } from '../../insights/testing/facts.ts';
import { KeptTraceList } from './kept-trace-list.ts';

const trace = (digit: string): string => `1-6a0b1c2d-${digit.repeat(24)}`;
const answered = (digit: string, timeMs: number): StackEvent =>
  answeredOf({ traceId: trace(digit), requestId: `request-${digit}`, timeMs, durationMs: 10 });

/** Facts as a store gives them; notes which ones are read. */
function insightsOf(facts: readonly StackEvent[]) {
  const read: number[] = [];
  return {
    read,
    async *events({
      types = [] as readonly string[],
      startMs = 0,
      endMs = Infinity,
      afterId = -1,
    } = {}) {
      for (const [id, event] of facts.entries()) {
        if (id <= afterId || !types.includes(event.type)) continue;
        if (event.timeMs < startMs || event.timeMs >= endMs) continue;
        read.push(id);
        yield await Promise.resolve({ id, event });
      }
    },
  };
}

const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

it('reads each fact once while it is asked for again', async () => {
  const facts = [answered('1', NOW_MS)];
  const insights = insightsOf(facts);
  const list = new KeptTraceList(insights);
  const range = { startMs: NOW_MS - 1000, endMs: Infinity };
  expect(ids(await list.rows(range))).toEqual([trace('1')]);
  facts.push(
    answered('2', NOW_MS + 500),
    logOf({ requestId: 'request-1', timeMs: NOW_MS + 600, text: '{"correlationId":"c-1"}' }),
  );
  const [both, again] = await Promise.all([list.rows(range), list.rows(range)]);
  expect(ids(both)).toEqual([trace('2'), trace('1')]);
  expect(again).toEqual(both);
  expect(both[1]?.correlationIds).toEqual(['c-1']);
  expect(insights.read).toEqual([0, 1, 2]);
});

it('lists what a range has a part of, also of an earlier range than before', async () => {
  const facts = [answered('1', NOW_MS), answered('2', NOW_MS + 5000)];
  const list = new KeptTraceList(insightsOf(facts));
  const rows = (startMs: number, endMs: number) => list.rows({ startMs, endMs });
  expect(ids(await rows(NOW_MS + 1000, Infinity))).toEqual([trace('2')]);
  expect(ids(await rows(NOW_MS - 1000, NOW_MS + 1000))).toEqual([trace('1')]);
  // The first one began 10 ms before it ended.
  expect(ids(await rows(NOW_MS - 1000, NOW_MS - 10))).toEqual([]);
  expect(ids(await rows(NOW_MS - 1000, NOW_MS - 5))).toEqual([trace('1')]);
});
