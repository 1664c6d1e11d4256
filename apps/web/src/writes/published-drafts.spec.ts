import { drafts } from '../drafts/index.ts';
import { forgetPublishedDraft } from './published-drafts.ts';
import type { Operation } from './pending-write.ts';

const published = (operation: Operation): void => {
  forgetPublishedDraft({ id: 'key', userId: 'alice', createdAt: 1, tries: 1, operation });
};

test('a draft is removed when it is published', () => {
  const of = { userId: 'alice', postId: 'P' };
  drafts.save(of, { title: 'A', body: 'B', savedAt: 1 });
  published({ kind: 'post.update', postId: 'P', title: 'A', body: 'B', etag: '"1-0"' });
  expect(drafts.read(of)).toBeUndefined();
});

test('a draft that its author has changed since stays', () => {
  const of = { userId: 'alice', postId: undefined };
  drafts.save(of, { title: 'A', body: 'B and more', savedAt: 1 });
  published({ kind: 'post.create', title: 'A', body: 'B' });
  expect(drafts.read(of)?.body).toBe('B and more');
});
