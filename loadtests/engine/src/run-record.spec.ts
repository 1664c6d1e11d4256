import {
  checkSums,
  counterNames,
  decodeRunRecord,
  encodeRunRecord,
  gaugeNames,
  mergeMetrics,
  mergeRunRecords,
  metricNames,
  Sketch,
  type LedgerSums,
  type RunRecord,
} from './run-record.ts';

const noLedger: LedgerSums = {
  published: 0,
  refused: 0,
  unconfirmed: 0,
  owed: 0,
  received: 0,
  missed: 0,
  excused: 0,
  unowed: 0,
  repeats: 0,
  reordered: 0,
  late: 0,
  unknown: 0,
  corrupt: 0,
  arrivals: 0,
  readers: 0,
  examples: [],
};

function record(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    format: 'websocket-push-run',
    version: 2,
    runId: 't1',
    scenario: 'many-rooms',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
    partial: false,
    command: 'artillery run loadtests/scenarios/many-rooms.yaml',
    target: {},
    variables: {},
    machines: [],
    workers: 1,
    ledger: noLedger,
    metrics: {},
    counters: {},
    gauges: {},
    errors: {},
    clocks: [],
    ...changes,
  };
}

function series(windowMs: number, values: Record<number, number[]>) {
  const total = new Sketch();
  const windows = Object.entries(values).map(([at, list]) => {
    const sketch = new Sketch();
    for (const value of list) {
      sketch.add(value);
      total.add(value);
    }
    return { at: Number(at), sketch: sketch.encode() };
  });
  return { unit: 'ms' as const, windowMs, total: total.encode(), windows };
}

describe('run record', () => {
  it('comes back from its text as it was', () => {
    const written = record({ metrics: { 'push.echo': series(1000, { 0: [1, 2], 1000: [3] }) } });
    expect(decodeRunRecord(encodeRunRecord(written), 'a.json')).toEqual(written);
  });

  it.each([
    ['{"format":"websocket-push-run"', /a\.json is not JSON/],
    ['null', /a\.json is not a run record/],
    ['{"aggregate":{}}', /its "format" is undefined/],
    ['{"format":"websocket-push-run","version":99}', /has version 99; this code reads version 2/],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => decodeRunRecord(text, 'a.json')).toThrow(message);
  });

  it('merges metrics exactly, and brings windows to the longer length', () => {
    const merged = mergeMetrics([
      series(1000, { 4000: [1], 5000: [2], 6000: [4] }),
      series(2000, { 4000: [8], 8000: [16] }),
    ]);
    const all = series(2000, { 4000: [1, 2, 8], 6000: [4], 8000: [16] });
    expect(merged).toEqual(all);
  });

  it('adds machines, counters, gauges, errors and ledger sums', () => {
    const one = record({
      ledger: { ...noLedger, owed: 3, received: 2, missed: 1, arrivals: 2 },
      counters: { c: { windowMs: 1000, total: 2, windows: [{ at: 1000, count: 2 }] } },
      gauges: { g: { windowMs: 1000, windows: [{ at: 1000, last: 5, max: 7 }] } },
      errors: { e: { count: 1, firstAt: 5, lastAt: 5, example: 'second' } },
    });
    const other = record({
      runId: 't2',
      partial: true,
      partialBecause: 'interrupted',
      ledger: { ...noLedger, owed: 1, received: 1, arrivals: 1 },
      counters: { c: { windowMs: 1000, total: 1, windows: [{ at: 1000, count: 1 }] } },
      gauges: { g: { windowMs: 1000, windows: [{ at: 1000, last: 1, max: 1 }] } },
      errors: { e: { count: 2, firstAt: 1, lastAt: 9, example: 'first' } },
    });
    const merged = mergeRunRecords([one, other]);
    expect(merged).toMatchObject({
      runId: 't1+t2',
      partial: true,
      partialBecause: 'interrupted',
      workers: 2,
      ledger: { owed: 4, received: 3, missed: 1 },
      counters: { c: { total: 3, windows: [{ at: 1000, count: 3 }] } },
      gauges: { g: { windows: [{ at: 1000, last: 6, max: 8 }] } },
      errors: { e: { count: 3, firstAt: 1, lastAt: 9, example: 'first' } },
    });
    expect(checkSums(merged.ledger)).toEqual([]);
  });

  it('says which sums do not add up', () => {
    expect(checkSums({ ...noLedger, owed: 3, received: 1, missed: 1, arrivals: 2 })).toEqual([
      'owed 3 is not received 1 + missed 1 + excused 0 = 2',
      'arrivals 2 is not received 1 + unowed 0 + repeats 0 + unknown 0 = 1',
    ]);
  });

  it('has no name that is a part of another, because ensure replaces names as substrings', () => {
    const names = [metricNames, counterNames, gaugeNames].flatMap((group) => Object.values(group));
    const clashes = names.filter((name) =>
      names.some((other) => other !== name && other.includes(name)),
    );
    expect(clashes).toEqual([]);
  });
});
