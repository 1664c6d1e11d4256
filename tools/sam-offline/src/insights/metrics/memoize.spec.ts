import { memoize } from './memoize.ts';

/** A memo, and the keys for which it has made a value. */
function memo() {
  const made: string[][] = [];
  const get = memoize((...key: string[]) => {
    made.push(key);
    return { number: made.length };
  });
  return { made, numberOf: (...key: string[]) => get(...key).number };
}

it('makes a value once for each key', () => {
  const { made, numberOf } = memo();
  const numbers = [
    numberOf('x'),
    numberOf('x', 'y'),
    numberOf('x'),
    numberOf('y', 'x'),
    numberOf('x', 'y'),
    numberOf(),
    numberOf(),
  ];
  expect(numbers).toEqual([1, 2, 1, 3, 2, 4, 4]);
  expect(made).toEqual([['x'], ['x', 'y'], ['y', 'x'], []]);
});

it('does not confuse keys whose texts are the same one after the other', () => {
  const { numberOf } = memo();
  expect([numberOf('a\0', 'b'), numberOf('a', '\0b'), numberOf('ab', '')]).toEqual([1, 2, 3]);
});

it('begins anew after a thousand keys', () => {
  const { numberOf } = memo();
  for (let key = 1; key <= 1001; key++) numberOf(String(key));
  expect(numberOf('1001')).toBe(1001);
  expect(numberOf('1')).toBe(1002);
});
