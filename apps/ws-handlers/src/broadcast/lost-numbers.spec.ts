import fc from 'fast-check';
import { findLostNumber } from './lost-numbers.ts';

test.each(['1e400', '-1e400', '1E+400', '9'.repeat(400), '1e-400', '0.1e-999', '9007199254740993'])(
  '%s is lost',
  (number) => {
    for (const json of [number, `[1, ${number}]`, `{"a":{"b":[${number}]}}`]) {
      expect(findLostNumber(json)).toBe(number.length > 40 ? `${number.slice(0, 40)}…` : number);
    }
  },
);

test.each(['0', '-0', '0e400', '0.000', '1e308', '5e-324', '0.1', '3.14159265358979323846'])(
  '%s is kept',
  (number) => {
    expect(findLostNumber(`{"a":${number}}`)).toBeUndefined();
  },
);

test.each(['9007199254740991', '-9007199254740992', '18014398509481984', '1000000000000000000000'])(
  'the whole number %s is kept as it is',
  (number) => {
    expect(findLostNumber(number)).toBeUndefined();
    expect(BigInt(JSON.parse(number) as number)).toBe(BigInt(number));
  },
);

test('numbers in texts are texts', () => {
  const json = JSON.stringify({ '1e400': '1e400 " 1e400', b: '\\', c: '\\"1e400' });
  expect(findLostNumber(json)).toBeUndefined();
});

test('whatever JavaScript writes is kept', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect(findLostNumber(JSON.stringify(value))).toBeUndefined();
    }),
  );
});
