import { setImmediate as turn } from 'node:timers/promises';
import type { StackEvent } from '../../events/index.ts';
import { until } from '../../testing/end-of-test.ts';
import { createEventOutput, type EventOutput } from './print-events.ts';

let output: EventOutput;
let written: string[];

const warning = (message: string): StackEvent => ({
  ...{ type: 'warning', timeMs: 0, level: 'info', message },
});

beforeEach(() => {
  written = [];
  const stream = { write: (text: string) => written.push(text) };
  output = createEventOutput(stream as unknown as NodeJS.WriteStream, 'json');
});

afterEach(() => {
  output.close();
});

const linesOf = (texts: readonly string[]): number => texts.join('').split('\n').length - 1;

test('lines are written at the end of their turn of the event loop, those of one turn in one write', async () => {
  output.add(warning('one'));
  output.add(warning('two'));
  expect(written).toEqual([]);
  await turn();
  expect(written).toHaveLength(1);
  expect(linesOf(written)).toBe(2);
});

test('lines of many turns are written together under load, and none is lost', async () => {
  const turns = 500;
  for (let count = 0; count < turns; count += 1) {
    output.add(warning(String(count)));
    await Promise.resolve();
    await new Promise((next) => {
      process.nextTick(next);
    });
  }
  await until(() => linesOf(written) === turns);
  expect(written.length).toBeLessThan(turns / 4);
  expect(
    [...written.join('').matchAll(/"message":"(\d+)"/g)].map(([, count]) => Number(count)),
  ).toEqual(Array.from({ length: turns }, (_, count) => count));
});

test('what waits is written when the output is closed', () => {
  output.add(warning('last'));
  output.close();
  expect(linesOf(written)).toBe(1);
});
