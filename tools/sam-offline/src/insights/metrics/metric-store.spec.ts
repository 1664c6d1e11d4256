import { NOW_MS } from '../testing/facts.ts';
import { MetricStore } from './metric-store.ts';

const ID = { namespace: 'Shop', name: 'latency', dimensions: { service: 'api' } };
const HOUR = 3_600_000;

function query(store: MetricStore, fields: object = {}) {
  return store.query({
    ...ID,
    startMs: NOW_MS - 24 * HOUR,
    endMs: NOW_MS + 24 * HOUR,
    periodSeconds: 60,
    statistics: ['Sum', 'SampleCount'],
    ...fields,
  });
}

describe('the store of metrics', () => {
  it('puts values into periods, and has no empty periods', () => {
    const store = new MetricStore();
    const series = store.series(ID, 'Count');
    store.add(series, NOW_MS, 1);
    store.add(series, NOW_MS + 59_999, 2);
    store.add(series, NOW_MS + 180_000, 4);
    expect(
      query(store).map(({ timestampMs, statistics }) => [timestampMs, statistics.Sum]),
    ).toEqual([
      [NOW_MS, 3],
      [NOW_MS + 180_000, 4],
    ]);
    expect(query(store, { periodSeconds: 300 })).toMatchObject([{ statistics: { Sum: 7 } }]);
    expect(query(store, { periodSeconds: 1 })).toHaveLength(3);
  });

  it('takes values that arrive late', () => {
    const store = new MetricStore();
    const series = store.series(ID, 'Count');
    store.add(series, NOW_MS, 1);
    store.add(series, NOW_MS - 2 * HOUR, 5);
    store.add(series, NOW_MS, 1);
    expect(query(store).map(({ statistics }) => statistics.Sum)).toEqual([5, 2]);
  });

  it('distinguishes metrics by their dimensions, in whatever order those are', () => {
    const store = new MetricStore();
    const of = (dimensions: Record<string, string>) => store.series({ ...ID, dimensions }, 'Count');
    expect(of({ a: '1', b: '2' })).toBe(of({ b: '2', a: '1' }));
    expect(of({ a: '1' })).not.toBe(of({ a: '1', b: '2' }));
    store.add(of({ a: '1', b: '2' }), NOW_MS, 1);
    expect(query(store, { dimensions: { a: '1' } })).toEqual([]);
    expect(store.list({ dimensions: { a: undefined } })).toHaveLength(1);
    expect(store.list({ dimensions: { a: '2' } })).toHaveLength(0);
  });

  it('keeps values of different units apart, and lists the metric once', () => {
    const store = new MetricStore();
    store.add(store.series(ID, 'Seconds'), NOW_MS, 1);
    store.add(store.series(ID, 'Milliseconds'), NOW_MS + 1, 1000);
    expect(query(store).map(({ unit }) => unit)).toEqual(['Seconds', 'Milliseconds']);
    expect(query(store, { unit: 'Seconds' })).toHaveLength(1);
    expect(store.list()).toEqual([expect.objectContaining({ unit: 'Milliseconds' })]);
  });

  it('holds a limited amount: seconds become minutes, and the oldest minutes are dropped', () => {
    const store = new MetricStore(undefined, { seconds: 60, minutes: 5 });
    const series = store.series(ID, 'Count');
    for (let second = 0; second < 3600; second += 1) store.add(series, NOW_MS + second * 1000, 1);
    const perMinute = query(store).map(({ statistics }) => statistics.Sum);
    expect(perMinute.length).toBeGreaterThanOrEqual(5);
    expect(perMinute.length).toBeLessThanOrEqual(8);
    expect(perMinute.at(-1)).toBe(60);
    expect(perMinute.at(-3)).toBe(60);
  });

  it('keeps values by the second for three hours, and then by the minute', () => {
    const store = new MetricStore();
    const series = store.series(ID, 'Count');
    store.add(series, NOW_MS + 1000, 1);
    store.add(series, NOW_MS + 2000, 1);
    store.add(series, NOW_MS + 4 * HOUR, 1);
    expect(query(store, { periodSeconds: 1 }).map(({ statistics }) => statistics.Sum)).toEqual([
      2, 1,
    ]);
  });

  it('takes no more metrics than its limit, and says so once', () => {
    const onFull = jest.fn();
    const store = new MetricStore(onFull, { series: 2 });
    for (let index = 0; index < 5; index += 1) {
      store.add(store.series({ ...ID, name: `m${index}` }, 'Count'), NOW_MS, 1);
    }
    expect(store.list()).toHaveLength(2);
    expect(onFull).toHaveBeenCalledTimes(1);
  });
});
