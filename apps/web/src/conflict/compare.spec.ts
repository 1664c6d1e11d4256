/** @jest-environment node */
import fc from 'fast-check';
import { compare, merge, type Choice } from './compare.ts';

const base = 'one\ntwo\nthree\nfour\nfive';

test('shows equal parts and differences', () => {
  expect(compare('one\nTWO\nthree', 'one\ntwo\nthree')).toEqual([
    { kind: 'same', lines: ['one'] },
    { kind: 'different', mine: ['TWO'], theirs: ['two'] },
    { kind: 'same', lines: ['three'] },
  ]);
});

test('suggests the side that changed a line, and neither when both did', () => {
  const mine = 'one\nTWO\nthree\nfour\nFIVE of mine';
  const theirs = 'one\ntwo\nthree\nfour\nfive of theirs';
  expect(compare(mine, theirs, base)).toMatchObject([
    { lines: ['one'] },
    { mine: ['TWO'], suggestion: 'mine' },
    { lines: ['three', 'four'] },
    { mine: ['FIVE of mine'], theirs: ['five of theirs'] },
  ]);
  expect(compare(mine, theirs, base).at(-1)).not.toHaveProperty('suggestion');
  expect(compare('one\nthree\nfour\nfive', base, base)).toMatchObject([
    { lines: ['one'] },
    { mine: [], theirs: ['two'], suggestion: 'mine' },
    {},
  ]);
  expect(compare(base, 'one\ntwo\nthree\nfour\nfive\nsix', base).at(-1)).toMatchObject({
    theirs: ['six'],
    suggestion: 'theirs',
  });
});

test('merges by choices, and not before all are made', () => {
  const parts = compare('a\nmine\nb\nx', 'a\ntheirs\nb\ny');
  expect(merge(parts, ['mine'])).toBeUndefined();
  expect(merge(parts, ['both', 'theirs'])).toBe('a\nmine\ntheirs\nb\ny');
});

test('loses nothing: the choices of one side give that side', () => {
  const line = fc.constantFrom('', 'a', 'b', 'c');
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, text, (mine, theirs, began) => {
      const parts = compare(mine, theirs, began);
      const all = (choice: Choice) => parts.map(() => choice);
      expect(merge(parts, all('mine'))).toBe(mine);
      expect(merge(parts, all('theirs'))).toBe(theirs);
    }),
    { numRuns: 300 },
  );
});

test('two long texts of equal lines are compared quickly', () => {
  const mine = '\n'.repeat(100_000);
  const parts = compare(`a${mine}`, `b${mine}c`);
  expect(
    merge(
      parts,
      parts.map(() => 'theirs' as const),
    ),
  ).toBe(`b${mine}c`);
});
