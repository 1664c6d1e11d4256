import { environmentBounds } from './machine.ts';

const GIB = 1024 ** 3;

it.each([
  ['two cores', 2, 24 * GIB, { perFunction: 16, total: 32 }],
  ['many cores and little memory', 16, 8 * GIB, { perFunction: 64, total: 64 }],
  ['very little memory and one core', 1, GIB / 4, { perFunction: 4, total: 4 }],
])('limits environments by cores and memory: %s', (_, cores, memory, bounds) => {
  expect(environmentBounds(cores, memory)).toEqual(bounds);
});
