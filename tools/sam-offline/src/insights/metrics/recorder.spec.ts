import { MetricStore } from './metric-store.ts';
import { NOW_MS } from '../testing/facts.ts';
import { Recorder } from './recorder.ts';

/**
 * A metric with two sets of dimensions, and the values that the store has for one of them, second
 * by second.
 */
function metricOf() {
  const store = new MetricStore();
  const metric = new Recorder(store, 'Test').metric('Duration', 'Milliseconds', [
    { Function: 'f' },
    {},
  ]);
  const points = (dimensions: Record<string, string> = { Function: 'f' }) =>
    store.query({
      ...{ namespace: 'Test', name: 'Duration', dimensions, periodSeconds: 1 },
      ...{ statistics: ['SampleCount', 'Sum', 'p50'], startMs: 0, endMs: NOW_MS * 2 },
    });
  return { metric, points };
}

it('has every value at a query, in the second in which it occurred', () => {
  const { metric, points } = metricOf();
  const start = Math.floor(NOW_MS / 1000) * 1000;
  for (let value = 1; value <= 100; value++) metric(start + value, value);
  metric(start + 1000, 1);
  metric(start + 1001, 1, 2);
  const expected = [
    { timestampMs: start, unit: 'Milliseconds', statistics: { SampleCount: 100, Sum: 5050 } },
    { timestampMs: start + 1000, statistics: { SampleCount: 3, Sum: 3 } },
  ];
  expect(points()).toMatchObject(expected);
  expect(points({})).toMatchObject(expected);
  expect(points()[0]?.statistics.p50).toBeCloseTo(50, -1);
});

it('continues after a query, and takes a value that comes late', () => {
  const { metric, points } = metricOf();
  const start = Math.floor(NOW_MS / 1000) * 1000;
  metric(start, 5);
  expect(points()).toHaveLength(1);
  metric(start, 5);
  metric(start + 2000, 7);
  metric(start + 1, 5);
  expect(points()).toMatchObject([
    { timestampMs: start, statistics: { SampleCount: 3, Sum: 15 } },
    { timestampMs: start + 2000, statistics: { SampleCount: 1, Sum: 7 } },
  ]);
});
