import type { StackEvent } from '../../events/index.ts';
import { NOW_MS } from '../../insights/testing/facts.ts';
import { factsStore } from '../kept/testing/facts-store.ts';
import { CarryingTraces } from './carrying-traces.ts';

function batchOf(traceId: string, carries: readonly string[]): StackEvent {
  return {
    ...{ type: 'batch.read', timeMs: NOW_MS, functionName: 'shop-bill', records: 1, traceId },
    ...{ source: 'dynamodb-stream', sourceName: 'notes', mapping: 'Bill', bytes: 1, ageMs: 1 },
    carries,
  };
}

it('reads each batch once, and gives the trace of the latest one with a change', async () => {
  const facts = [batchOf('trace-1', ['a', 'b'])];
  const store = factsStore(facts);
  const traces = new CarryingTraces(store, { startMs: NOW_MS, endMs: Infinity }, 'notes');
  await traces.readOn();
  facts.push(batchOf('trace-2', ['b']));
  await traces.readOn();
  expect(['a', 'b', 'c'].map((id) => traces.of(id))).toEqual(['trace-1', 'trace-2', undefined]);
  expect(store.read).toEqual([0, 1]);
});

it('drops the oldest changes', async () => {
  const changes = Array.from({ length: 20_001 }, (_, index) => String(index));
  const store = factsStore([batchOf('trace-1', changes)]);
  const traces = new CarryingTraces(store, { startMs: NOW_MS, endMs: Infinity }, 'notes');
  await traces.readOn();
  expect([traces.of('0'), traces.of('1')]).toEqual([undefined, 'trace-1']);
});
