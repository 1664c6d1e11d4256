/** @jest-environment node */
import type { Post } from '@blogapp/shared-types/rest';
import { shownVersion } from './shown-version.ts';

const post = (version: number, commentCount = 0): Post => ({
  postId: '01KAR6M0G0A1B2C3D4E5F6G7H8',
  authorId: 'alice',
  title: `Version ${version}`,
  excerpt: 'Text',
  body: 'Text',
  createdAt: '2026-11-23T08:00:00.000Z',
  version,
  commentCount,
  favoriteCount: 0,
  countsVersion: commentCount,
});

test('a reader keeps their version, with the latest counts', () => {
  const { shown, held, isChanged } = shownVersion(post(1), post(2, 5), false);
  expect(shown).toMatchObject({ title: 'Version 1', commentCount: 5 });
  expect(held.version).toBe(1);
  expect(isChanged).toBe(true);
});

test.each([
  ['the first version', undefined, post(3), false],
  ['the same version with other counts', post(3, 1), post(3, 2), false],
  ['a new version by the reader', post(1), post(3), true],
])('%s is shown at once', (_case, held, latest, isOwn) => {
  expect(shownVersion(held, latest, isOwn)).toEqual({
    held: latest,
    shown: latest,
    isChanged: false,
  });
});
