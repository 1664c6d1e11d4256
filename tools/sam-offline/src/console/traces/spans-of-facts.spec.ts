import type { EventOf } from '../../events/index.ts';
import { NOW_MS } from '../../insights/testing/facts.ts';
import { spansOf } from './spans-of-facts.ts';

const integrated: EventOf<'route.integrated'> = {
  ...{ type: 'route.integrated', timeMs: NOW_MS, connectionId: 'c=', apiId: 'a', stage: 'dev' },
  ...{ requestId: 'm1', routeKey: 'ping', integration: { outcome: 'responded', latencyMs: 4 } },
};

test('a route that responds has a bar for its integration and one for the frame', () => {
  expect(spansOf({ ...integrated, frameBytes: 12, heldMs: 30 }, 7)).toMatchObject([
    { kind: 'gateway', name: 'route ping', startMs: NOW_MS - 34, durationMs: 4 },
    {
      ...{ kind: 'frame', name: 'frame (route-response)', parentId: 'mm1', requestId: 'm1' },
      ...{ detail: 'c=, 12 bytes', startMs: NOW_MS, durationMs: 0 },
    },
  ]);
});

test('a route that does not respond has one bar', () => {
  expect(spansOf(integrated, 7)).toMatchObject([{ kind: 'gateway', startMs: NOW_MS - 4 }]);
});
