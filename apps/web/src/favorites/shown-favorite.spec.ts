/** @jest-environment node */
import { shownFavorite } from './shown-favorite.ts';

const heart = (isFavorite: boolean) => ({ kind: 'favorite', postId: 'P', isFavorite }) as const;
const facts = { isKnown: false, favoriteCount: 3, countsVersion: 7, settled: undefined };

test('counts a change before the API does', () => {
  expect(shownFavorite({ ...facts, pending: heart(true) })).toEqual({ isFavorite: true, count: 4 });
  expect(shownFavorite({ ...facts, isKnown: true, pending: heart(false) })).toEqual({
    isFavorite: false,
    count: 2,
  });
});

test('is unchanged when the write is refused, or changes nothing', () => {
  expect(shownFavorite({ ...facts, pending: undefined })).toEqual({ isFavorite: false, count: 3 });
  expect(shownFavorite({ ...facts, isKnown: true, pending: heart(true) }).count).toBe(3);
});

test('counts it once, when the new count comes after the response', () => {
  const settled = { change: 1, countsVersion: 7 } as const;
  const done = { ...facts, isKnown: true, settled, pending: undefined };
  expect(shownFavorite(done).count).toBe(4);
  expect(shownFavorite({ ...done, favoriteCount: 4, countsVersion: 8 }).count).toBe(4);
});
