/** @jest-environment node */
import fc from 'fast-check';
import { outline } from './outline.ts';

const levels = (...depths: number[]): number[] => depths.map(outline());

test.each([
  ['the depths that most authors use', [1, 2, 3, 2, 1], [2, 3, 4, 3, 2]],
  ['a text that begins with ##', [2, 3, 2], [2, 3, 2]],
  ['a text that begins deep, and goes up', [4, 2, 1, 2], [2, 2, 2, 3]],
  ['skipped depths', [1, 4, 6, 4], [2, 3, 4, 3]],
  ['more depths than HTML has levels for', [1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 6]],
])('%s', (_case, depths, expected) => {
  expect(levels(...depths)).toEqual(expected);
});

test('no level is skipped, and a deeper heading is never above a shallower one that it follows', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 })), (depths) => {
      const found = levels(...depths);
      for (const [index, level] of found.entries()) {
        const before = found[index - 1] ?? 1;
        expect(level).toBeGreaterThanOrEqual(2);
        expect(level).toBeLessThanOrEqual(before + 1);
        const isDeeper = (depths[index] ?? 0) > (depths[index - 1] ?? 0);
        if (isDeeper) expect(level).toBeGreaterThanOrEqual(before);
        if (depths[index] === depths[index - 1]) expect(level).toBe(before);
      }
    }),
  );
});
