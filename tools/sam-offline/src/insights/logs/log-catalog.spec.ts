import fc from 'fast-check';
import type { EventOf } from '../../events/index.ts';
import { NOW_MS } from '../testing/facts.ts';
import { LogCatalog } from './log-catalog.ts';
import { logEntriesOf } from './log-entries.ts';

const OF = {
  ...{ timeMs: NOW_MS, functionName: 'shop-api', traceId: '1-a-b' },
  ...{ environmentId: '2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef' },
} as const;

function storedBytes(event: Parameters<LogCatalog['add']>[0]): number | undefined {
  const catalog = new LogCatalog();
  catalog.add(event);
  return catalog.streams('/aws/lambda/shop-api')[0]?.storedBytes;
}

function bytesOfText(event: Parameters<LogCatalog['add']>[0]): number {
  return logEntriesOf(event).reduce((sum, { message }) => sum + message.length + 26, 0);
}

it('counts the bytes of START, END and REPORT without making their text', () => {
  const milliseconds = fc
    .integer({ min: 0, max: 90_000_000 })
    .map((hundredths) => hundredths / 100);
  fc.assert(
    fc.property(
      ...[milliseconds, fc.option(milliseconds, { nil: undefined })],
      ...[fc.integer({ min: 128, max: 10_240 }), fc.option(fc.nat(20_000), { nil: undefined })],
      (durationMs, initDurationMs, memorySizeMb, maxMemoryUsedMb) => {
        const succeeded: EventOf<'invocation.succeeded'> = {
          ...{ type: 'invocation.succeeded', ...OF, requestId: 'request-1', responseBytes: 2 },
          ...{ durationMs, initDurationMs, memorySizeMb, maxMemoryUsedMb },
        };
        expect(storedBytes(succeeded)).toBe(bytesOfText(succeeded));
      },
    ),
  );
  const started: EventOf<'invocation.started'> = {
    ...{
      type: 'invocation.started',
      ...OF,
      requestId: 'request-1',
      coldStart: false,
      payloadBytes: 2,
    },
    ...{ concurrency: 1, accountConcurrency: 1 },
  };
  expect(storedBytes(started)).toBe(bytesOfText(started));
});

it('counts what a function writes in bytes, not in characters', () => {
  expect(storedBytes({ type: 'log', ...OF, source: 'stdout', text: 'näh' })).toBe(4 + 26);
});
