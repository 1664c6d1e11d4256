import type { EventOf } from '../../events/index.ts';
import { MetricStore } from '../metrics/index.ts';
import { NOW_MS, startedOf } from '../testing/facts.ts';
import { platformMetrics } from './index.ts';

const BATCH = {
  ...{ timeMs: NOW_MS, functionName: 'counter', mapping: 'CounterChanges', records: 1 },
} as const;

function ofStream(ageMs: number): EventOf<'batch.read'> {
  const source = { source: 'dynamodb-stream', sourceName: 'comments' } as const;
  return { type: 'batch.read', ...BATCH, ...source, bytes: 10, ageMs };
}

test('IteratorAge has the age of a batch each time that it is sent to the function', () => {
  const store = new MetricStore();
  const add = platformMetrics(store);
  const { type: _, bytes: _bytes, ...batch } = ofStream(0);
  const retried = { type: 'batch.retried', ...batch, failed: 1, reason: 'failed' } as const;
  add(ofStream(100));
  add({ ...retried, attempt: 1, ageMs: 600 });
  add({ ...retried, attempt: 2, ageMs: 61_600 });
  // The messages of a queue have an age too, which is not an iterator age.
  const ofQueue = { source: 'sqs', sourceName: 'jobs' } as const;
  add({ ...ofStream(90_000), ...ofQueue });
  add({ ...retried, ...ofQueue, attempt: 1, ageMs: undefined });

  const [point] = store.query({
    ...{ namespace: 'AWS/Lambda', name: 'IteratorAge', dimensions: { FunctionName: 'counter' } },
    ...{ startMs: NOW_MS - 60_000, endMs: NOW_MS + 60_000, periodSeconds: 3600 },
    statistics: ['SampleCount', 'Maximum'],
  });
  expect(point?.statistics).toEqual({ SampleCount: 3, Maximum: 61_600 });
});

test('AsyncEventAge has the age of an event when its function starts', () => {
  const store = new MetricStore();
  const add = platformMetrics(store);
  add(startedOf({ attempt: 1, eventAgeMs: 40 }));
  add(startedOf());
  const [point] = store.query({
    ...{ namespace: 'AWS/Lambda', name: 'AsyncEventAge', periodSeconds: 3600 },
    ...{ startMs: NOW_MS - 60_000, endMs: NOW_MS + 60_000, statistics: ['SampleCount', 'Sum'] },
    dimensions: { FunctionName: 'shop-api' },
  });
  expect(point?.statistics).toEqual({ SampleCount: 1, Sum: 40 });
});
