import { createEventBus, type EventOf } from '../events/index.ts';
import { startedOf } from '../insights/testing/facts.ts';
import { Payloads } from './payloads.ts';

/** Payloads, and a bus that invocations are told on: each with its number as its event. */
function payloads(maximumBytes?: number) {
  const bus = createEventBus();
  const kept = new Payloads(bus, maximumBytes);
  const invoke = (requestId: string, content = `event of ${requestId}`): void => {
    bus.emit(startedOf({ requestId, payloadBytes: content.length }), content);
  };
  const isKept = (requestId: string): boolean => kept.ofInvocation(requestId).event !== undefined;
  return { bus, kept, invoke, isKept };
}

test('until the console is used, the few latest contents are kept, and then all', () => {
  const { kept, invoke, isKept } = payloads();
  for (let number = 0; number < 1_000; number += 1) invoke(`before-${number}`);
  kept.keepAll();
  for (let number = 0; number < 1_000; number += 1) invoke(`after-${number}`);
  expect(kept.ofInvocation('before-999').event).toBe('event of before-999');
  expect(isKept('before-872')).toBe(true);
  expect(isKept('before-871')).toBe(false);
  expect(isKept('after-0')).toBe(true);
  kept.close();
});

test('contents of before and after are in their order', () => {
  const { kept, invoke } = payloads();
  for (let number = 0; number < 200; number += 1) invoke('other');
  invoke('one', 'first attempt');
  kept.keepAll();
  invoke('one', 'second attempt');
  kept.keepAll();
  expect(kept.ofInvocation('one').event).toBe('second attempt');
  kept.close();
});

test('large contents leave no more memory in use than the limit', () => {
  const { kept, invoke, isKept } = payloads(1_000);
  invoke('small');
  invoke('large', 'x'.repeat(2_000));
  invoke('latest', 'y'.repeat(10));
  kept.keepAll();
  expect(isKept('small')).toBe(false);
  expect(isKept('latest')).toBe(true);
  kept.close();
});

test('the frame that responds to a message is kept with the fact of its route', () => {
  const { bus, kept } = payloads();
  const integrated: EventOf<'route.integrated'> = {
    ...{ type: 'route.integrated', timeMs: 7, connectionId: 'c=', apiId: 'a', stage: 'dev' },
    ...{ requestId: 'm', routeKey: 'ping', integration: { outcome: 'responded', latencyMs: 1 } },
  };
  bus.emit({ ...integrated, frameBytes: 6 }, 'pong');
  bus.emit(integrated);
  kept.keepAll();
  expect(kept.ofConnection('c=')).toMatchObject([
    { direction: 'out', timeMs: 7, bytes: 6, cause: 'route-response', content: 'pong' },
  ]);
  kept.close();
});
