/** @jest-environment node */
import type { Comment } from '@blogapp/shared-types/rest';
import { overlayComments, pendingFavorite } from './overlay.ts';
import type { Operation, PendingWrite } from './pending-write.ts';

const POST = '01KAR6M0G0A1B2C3D4E5F6G7H8';

function comment(commentId: string, body: string, authorId = 'alice'): Comment {
  const createdAt = '2026-11-23T08:00:00.000Z';
  return { postId: POST, commentId, authorId, body, createdAt, changeId: commentId };
}

function write(operation: Operation, rest: Partial<PendingWrite> = {}): PendingWrite {
  return { id: operation.kind, userId: 'alice', createdAt: 1, tries: 1, operation, ...rest };
}

const refusal = { reason: 'No', isConflict: false };
const edit = { kind: 'comment.update', postId: POST, commentId: 'A', body: 'new' } as const;
const removal = { kind: 'comment.delete', postId: POST, commentId: 'A' } as const;
const creation = { kind: 'comment.create', postId: POST, body: 'hello', after: 'M' } as const;

function overlay(comments: Comment[], writes: PendingWrite[], deleted: string[] = []) {
  const options = { userId: 'alice', postId: POST, deleted: new Set(deleted) };
  const { shown, unsent } = overlayComments(comments, writes, options);
  return {
    shown: shown.map(({ comment: { body } }) => body),
    unsent: unsent.map(({ body }) => body),
  };
}

test('an edit and a deletion are shown before the API has confirmed them', () => {
  expect(overlay([comment('A', 'old')], [write(edit)]).shown).toEqual(['new']);
  expect(overlay([comment('A', 'old')], [write(edit), write(removal)]).shown).toEqual([]);
});

test('a refused edit and a refused deletion are undone, with their reasons', () => {
  for (const operation of [edit, removal]) {
    const refused = write(operation, { refusal });
    const { shown } = overlayComments([comment('A', 'old')], [refused], {
      ...{ userId: 'alice', postId: POST, deleted: new Set<string>() },
    });
    expect(shown).toMatchObject([{ comment: { body: 'old' }, write: { refusal } }]);
  }
});

test('a deleted comment does not come back, in whatever order the events arrive', () => {
  expect(overlay([comment('A', 'old')], [], ['A']).shown).toEqual([]);
});

test('a new comment is shown until its event arrives, and never twice', () => {
  expect(overlay([], [write(creation)])).toEqual({ shown: [], unsent: ['hello'] });
  expect(overlay([comment('N', 'hello')], [write(creation)])).toEqual({
    ...{ shown: ['hello'], unsent: [] },
  });
});

test.each([
  ['an earlier comment', comment('L', 'hello'), write(creation)],
  ["somebody else's comment", comment('N', 'hello', 'bob'), write(creation)],
  ['another text', comment('N', 'hello!'), write(creation)],
  ['a write that was not sent', comment('N', 'hello'), write(creation, { tries: 0 })],
  ['a refused write', comment('N', 'hello'), write(creation, { refusal })],
])('%s does not count as the new one', (_case, other, pending) => {
  expect(overlay([other], [pending]).unsent).toEqual(['hello']);
});

test('of two equal new comments, one arrived comment hides only one', () => {
  const two = [write(creation), write(creation, { id: 'second' })];
  expect(overlay([comment('N', 'hello')], two).unsent).toEqual(['hello']);
});

test("others' writes, and those on other posts, are not shown here", () => {
  const elsewhere = write({ ...creation, postId: 'other' });
  expect(overlay([], [write(creation, { userId: 'bob' }), elsewhere]).unsent).toEqual([]);
});

test('the last change of a favorite decides', () => {
  const heart = (isFavorite: boolean) => write({ kind: 'favorite', postId: POST, isFavorite });
  const pending = pendingFavorite([heart(true), heart(false)], { userId: 'alice', postId: POST });
  expect(pending?.operation).toMatchObject({ isFavorite: false });
});
