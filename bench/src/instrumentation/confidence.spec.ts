import { estimate } from './confidence.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test('takes the ranks that 95 % of coin tosses lie between', () => {
  // Of 100 coins, 40 to 60 are heads.
  expect(estimate(upTo(100))).toEqual({ median: 50.5, low: 41, high: 60 });
  expect(estimate(upTo(40).reverse())).toEqual({ median: 20.5, low: 14, high: 27 });
});

test('gives the smallest and the greatest value of a few', () => {
  expect(estimate([1, 3, 2])).toEqual({ median: 2, low: 1, high: 3 });
});
