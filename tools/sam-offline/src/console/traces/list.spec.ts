import type { StackEvent } from '../../events/index.ts';
import { NOW_MS, TRACE_ID } from '../../insights/testing/facts.ts';
import { factsStore } from '../kept/testing/facts-store.ts';
import { summaryOf } from './list.ts';

const integrated: StackEvent = {
  ...{ type: 'route.integrated', timeMs: NOW_MS, connectionId: 'c=', apiId: 'a', stage: 'dev' },
  ...{ requestId: 'm', traceId: TRACE_ID, routeKey: 'ping' },
  integration: { outcome: 'responded', latencyMs: 4 },
};

it('counts the frame that responds as a part of its own', async () => {
  const partsOf = async (fact: StackEvent): Promise<number | undefined> =>
    (await summaryOf(factsStore([fact]), TRACE_ID))?.parts;
  expect(await partsOf(integrated)).toBe(1);
  expect(await partsOf({ ...integrated, frameBytes: 12 })).toBe(2);
});
