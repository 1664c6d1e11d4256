import { randomBytes } from 'node:crypto';
import { fromLogLines, hasLogLines, toLogLines } from './record-log.ts';
import type { RunRecord } from './run-record.ts';

/** A record that does not compress well, so that it takes several lines. */
const record = (runId: string): RunRecord => ({
  ...{ format: 'websocket-push-run', version: 2, runId, scenario: 'churn', partial: false },
  ...{ startedAt: '2026-11-02T09:00:00.000Z', endedAt: '2026-11-02T09:00:30.000Z' },
  command: randomBytes(150_000).toString('base64'),
  ...{ target: {}, variables: {}, machines: [], workers: 1 },
  ledger: {
    ...{ published: 1, refused: 0, unconfirmed: 0, owed: 1, received: 1, missed: 0, excused: 0 },
    ...{ unowed: 0, repeats: 0, reordered: 0, late: 0, unknown: 0, corrupt: 0, altered: 0 },
    ...{ arrivals: 1, readers: 1, examples: [] },
  },
  ...{ metrics: {}, counters: {}, gauges: {}, errors: {}, clocks: [] },
});

it('reads the records of a log in which the lines of two are mixed, prefixed and repeated', () => {
  const [one, two] = [record('one'), record('two')];
  const lines = [...toLogLines(one), ...toLogLines(two)];
  expect(lines.length).toBeGreaterThan(2);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(2 ** 18);
  const log = ['started', ...lines.toReversed(), ...lines.slice(0, 1), 'ended']
    .map((line) => `2026-11-02T09:00:31Z ${line}`)
    .join('\r\n');
  expect(hasLogLines(log)).toBe(true);
  const read = fromLogLines(log, 'workers.log').toSorted((a, b) => a.runId.localeCompare(b.runId));
  expect(read).toEqual([one, two]);
});

it('says which part of a record is missing', () => {
  const lines = toLogLines(record('one'), 'a');
  expect(() => fromLogLines(lines.slice(1).join('\n'), 'workers.log')).toThrow(
    `workers.log lacks part 1 of ${lines.length} of the record a: fetch the whole log`,
  );
});

it('finds nothing in another text', () => {
  expect(hasLogLines('{"format":"websocket-push-run"}')).toBe(false);
  expect(fromLogLines('nothing', 'x')).toEqual([]);
});
