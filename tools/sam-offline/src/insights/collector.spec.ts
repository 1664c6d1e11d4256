import { setImmediate as nextTurn } from 'node:timers/promises';
import { createEventBus, type StackEvent } from '../events/index.ts';
import { Collector } from './collector.ts';

function collecting() {
  const parts: (readonly StackEvent[])[] = [];
  const bus = createEventBus();
  const collector = new Collector({ append: (events) => parts.push(events) }, bus);
  let emitted = 0;
  const emit = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      bus.emit({ type: 'warning', timeMs: emitted, level: 'info', message: 'a fact' });
      emitted += 1;
    }
  };
  return { collector, parts, emit };
}

const times = (parts: readonly (readonly StackEvent[])[]): number[] =>
  parts.flat().map(({ timeMs }) => timeMs);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

it('stores many facts in parts, one in each turn in which nothing else happens', async () => {
  const { collector, parts, emit } = collecting();
  emit(500);
  expect(parts).toEqual([]);
  await nextTurn();
  await nextTurn();
  expect(parts.length).toBeLessThanOrEqual(2);
  while (parts.flat().length < 500) await nextTurn();
  expect(times(parts)).toEqual(upTo(500));
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(200);
  collector.close();
});

it('does not store facts while others come, unless very many wait', async () => {
  const { collector, parts, emit } = collecting();
  emit(500);
  for (let turn = 0; turn < 4; turn += 1) {
    emit(100);
    await nextTurn();
  }
  expect(parts).toEqual([]);
  for (let turn = 0; turn < 20; turn += 1) {
    emit(100);
    await nextTurn();
  }
  const stored = parts.flat().length;
  expect(2900 - stored).toBeLessThan(1100);
  collector.close();
});

it('stores all facts at once for a reader, and when it closes', () => {
  const { collector, parts, emit } = collecting();
  emit(700);
  collector.flush();
  expect(times(parts)).toEqual(upTo(700));
  emit(10);
  collector.close();
  expect(times(parts)).toEqual(upTo(710));
});
