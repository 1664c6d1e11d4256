import type { EventOf } from '../../events/index.ts';
import { NOW_MS } from '../../insights/testing/facts.ts';
import { factsStore } from '../kept/testing/facts-store.ts';
import { DeliveryRows } from './delivery-rows.ts';

function deliveryAt(timeMs: number): EventOf<'delivery'> {
  return {
    ...{ type: 'delivery', timeMs, service: 'sns', source: 'news', target: 'a' },
    ...{ outcome: 'delivered', attempt: 1, durationMs: 1 },
  };
}

it('reads each delivery once, and returns those since the time that is asked for', async () => {
  const facts = [deliveryAt(NOW_MS), deliveryAt(NOW_MS + 10)];
  const store = factsStore(facts);
  const rows = new DeliveryRows(store, { startMs: NOW_MS, endMs: Infinity });
  await rows.readOn();
  facts.push(deliveryAt(NOW_MS + 20));
  await rows.readOn();
  const times = (startMs: number) => rows.of('sns', 'news', startMs).map(({ timeMs }) => timeMs);
  expect(times(NOW_MS + 10)).toEqual([NOW_MS + 20, NOW_MS + 10]);
  expect(rows.of('s3', 'news', NOW_MS)).toEqual([]);
  expect(store.read).toEqual([0, 1, 2]);
});
