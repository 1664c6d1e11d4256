/** @jest-environment node */
import type { TaggedPost } from '@blogapp/api-client';
import { baseOf, editorStart } from './start.ts';

function published(version: number, body: string): TaggedPost {
  const post = {
    ...{ postId: 'P', authorId: 'alice', title: 'Title', body, excerpt: body, version },
    ...{ commentCount: 0, favoriteCount: 0, countsVersion: 0 },
    createdAt: '2026-11-23T08:00:00.000Z',
  };
  return { post, etag: `"${version}-0"` };
}

const first = published(1, 'First');
const draft = { title: 'Title', body: 'Mine', savedAt: 1, base: baseOf(first) };

test('begins with nothing, with the post, or with the draft', () => {
  expect(editorStart(undefined, undefined)).toEqual({ title: '', body: '', from: 'nothing' });
  expect(editorStart(undefined, first)).toEqual({
    ...{ title: 'Title', body: 'First', from: 'post' },
    base: baseOf(first),
  });
  expect(editorStart({ title: 'New', body: 'Text', savedAt: 1 }, undefined)).toEqual({
    ...{ title: 'New', body: 'Text', from: 'draft' },
  });
});

test('a draft of the published version continues with its newest tag', () => {
  const counted = { ...first, etag: '"1-9"' };
  expect(editorStart(draft, counted)).toMatchObject({ body: 'Mine', base: { etag: '"1-9"' } });
  expect(editorStart(draft, counted)).not.toHaveProperty('conflict');
});

test('a draft of an earlier version is compared with the published version', () => {
  const second = published(2, 'Theirs');
  expect(editorStart(draft, second)).toEqual({
    ...{ title: 'Title', body: 'Mine', from: 'draft' },
    base: baseOf(first),
    conflict: baseOf(second),
  });
});

test('a draft that is published already is not a conflict', () => {
  const second = published(2, 'Mine');
  expect(editorStart(draft, second)).toEqual({
    ...{ title: 'Title', body: 'Mine', from: 'post' },
    base: baseOf(second),
  });
});

test('a draft can be edited while the post can not be read', () => {
  expect(editorStart(draft, undefined)).toMatchObject({ body: 'Mine', base: { version: 1 } });
});
