import { environmentBounds } from './machine.ts';

const GIB = 1024 ** 3;

it.each([
  ['two cores', 2, 24 * GIB, { perFunction: 16, total: 32 }],
  ['many cores and little memory', 16, 8 * GIB, { perFunction: 64, total: 64 }],
  ['next to nothing', 1, GIB / 4, { perFunction: 4, total: 4 }],
])('bounds environments by cores and memory: %s', (_, cores, memory, bounds) => {
  expect(environmentBounds(cores, memory)).toEqual(bounds);
});
