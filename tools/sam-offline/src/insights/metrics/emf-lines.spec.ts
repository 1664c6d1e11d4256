import { NOW_MS } from '../testing/facts.ts';
import { EmfLines } from './emf-lines.ts';
import { MetricStore } from './metric-store.ts';

const DIRECTIVES = [
  {
    Namespace: 'Shop',
    Dimensions: [['service', 'action'], []],
    Metrics: [{ Name: 'orders', Unit: 'Count' }, { Name: 'latency' }],
  },
];

function emf(members: object, timestamp: unknown = NOW_MS, directives: unknown = DIRECTIVES) {
  const line = { service: 'api', action: 'buy', orders: 1, latency: 5, ...members };
  return JSON.stringify({ _aws: { Timestamp: timestamp, CloudWatchMetrics: directives }, ...line });
}

/**
 * Counts lines after one with the same directive. Returns the values of a metric, and the problems.
 */
function count(...lines: readonly string[]) {
  const store = new MetricStore();
  const emfLines = new EmfLines(store);
  const problems = [emf({}), ...lines].flatMap((line) => emfLines.add(line, NOW_MS));
  const sumOf = (name: string, dimensions: Record<string, string>) =>
    store.query({
      ...{ namespace: 'Shop', name, dimensions, periodSeconds: 60, statistics: ['Sum'] },
      ...{ startMs: 0, endMs: NOW_MS * 2 },
    })[0]?.statistics.Sum;
  return { problems, sumOf };
}

const BUY = { service: 'api', action: 'buy' };

describe('a log line with the directive of an earlier one', () => {
  it('counts under every set of dimensions', () => {
    const { sumOf, problems } = count(emf({ orders: 2 }), emf({ action: 'sell', latency: 7 }));
    expect(problems).toEqual([]);
    expect(sumOf('orders', BUY)).toBe(3);
    expect(sumOf('orders', { ...BUY, action: 'sell' })).toBe(1);
    expect(sumOf('orders', {})).toBe(4);
    expect(sumOf('latency', {})).toBe(17);
  });

  it.each([
    ['an array', { orders: [2, 3] }, 6],
    ['a statistic set', { orders: { Min: 1, Max: 4, Sum: 5, Count: 2 } }, 6],
  ])('may have %s for its value', (_name, members, sum) => {
    const { sumOf, problems } = count(emf(members));
    expect(problems).toEqual([]);
    expect(sumOf('orders', BUY)).toBe(sum);
  });

  it.each([
    ['a value that is not a number', emf({ orders: 'many' }), 'orders'],
    ['a dimension without a value', emf({ action: '' }), 'action'],
    ['a dimension that is absent', emf({ action: undefined }), 'action'],
    ['a time that is long ago', emf({}, 1_000_000_000_000), 'Timestamp'],
    ['text that is cut off', emf({}).slice(0, -1), 'JSON'],
  ])('with %s is a problem', (_name, line, problem) => {
    const { sumOf, problems } = count(line);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(sumOf('orders', BUY)).toBe(1);
  });

  it('counts by a second "_aws", which is the one that JSON.parse keeps', () => {
    const second = JSON.stringify({
      Timestamp: NOW_MS,
      CloudWatchMetrics: [{ Namespace: 'Shop', Metrics: [{ Name: 'latency' }] }],
    });
    const { sumOf } = count(emf({}).replace(/}$/, `,"_aws":${second}}`));
    expect(sumOf('orders', {})).toBe(1);
    expect(sumOf('latency', {})).toBe(10);
  });
});
