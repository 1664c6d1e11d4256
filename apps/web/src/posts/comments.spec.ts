/** @jest-environment node */
import type { Comment } from '@blogapp/shared-types/rest';
import fc from 'fast-check';
import {
  changeOf,
  createComments,
  MAX_READ_ANEW,
  PAGE_SIZE,
  type CommentChange,
  type Comments,
} from './comments.ts';

const idOf = (number: number): string => `01KAR6M0G0${String(number).padStart(16, '0')}`;

/** A post's comments. Each change has a greater id than the change before, as on the server. */
class Table {
  readonly rows = new Map<string, Comment>();
  broken = false;
  reads = 0;
  /** It is called before the response to each read. */
  beforeResponse: () => void = () => undefined;
  #changes = 0;
  #comments = 0;

  write(body: string): CommentChange {
    const commentId = idOf((this.#comments += 1));
    return this.#put(commentId, body);
  }

  edit(commentId: string, body: string): CommentChange {
    return this.#put(commentId, body);
  }

  remove(commentId: string): CommentChange {
    this.rows.delete(commentId);
    return { type: 'deleted', commentId, changeId: idOf((this.#changes += 1)) };
  }

  readonly read: Parameters<typeof createComments>[0] = ({ order, limit, cursor }) => {
    if (this.broken) return Promise.reject(new TypeError('fetch failed'));
    this.reads += 1;
    const isNewest = order === 'newest';
    const left = [...this.rows.values()]
      .sort((a, b) => (a.commentId < b.commentId === isNewest ? 1 : -1))
      .filter(
        ({ commentId }) =>
          cursor === undefined || (isNewest ? commentId < cursor : commentId > cursor),
      );
    const items = left.slice(0, limit);
    const last = items.at(-1);
    this.beforeResponse();
    return Promise.resolve({
      items,
      ...(left.length > limit && last && { nextCursor: last.commentId }),
    });
  };

  #put(commentId: string, body: string): CommentChange {
    const comment: Comment = {
      postId: idOf(0),
      commentId,
      authorId: 'alice',
      body,
      createdAt: '2026-11-23T08:00:00.000Z',
      changeId: idOf((this.#changes += 1)),
    };
    this.rows.set(commentId, comment);
    return { type: 'written', comment };
  }
}

const bodies = ({ state }: Comments): string[] => state.comments.map(({ body }) => body);

let table: Table;
let comments: Comments;

beforeEach(() => {
  table = new Table();
  comments = createComments(table.read);
});

test('shows the latest comments, the oldest of them first, and earlier ones on request', async () => {
  for (let number = 1; number <= PAGE_SIZE + 10; number += 1) table.write(`${number}`);
  await comments.loadLatest();
  expect(bodies(comments)[0]).toBe('11');
  expect(comments.state).toMatchObject({
    gap: { endId: idOf(11), isInside: false },
    isLoaded: true,
  });
  await comments.loadEarlier();
  expect(bodies(comments)).toEqual([...table.rows.values()].map(({ body }) => body));
  expect(comments.state.gap).toBeUndefined();
});

test('shows the first comments when they are asked for, and closes the gap from both ends', async () => {
  for (let number = 1; number <= 400; number += 1) table.write(`${number}`);
  await comments.loadLatest();
  await comments.loadNext();
  expect(bodies(comments)).toEqual([...range(1, 100), ...range(351, 400)]);
  expect(comments.state.gap).toEqual({ endId: idOf(351), isInside: true });
  await comments.loadNext();
  await comments.loadEarlier();
  expect(bodies(comments)).toEqual([...range(1, 200), ...range(251, 400)]);
  const edited = table.edit(idOf(225), 'edited');
  expect(comments.apply(edited)).toBe(false);
  await comments.loadNext();
  expect(bodies(comments)).toEqual([...range(1, 224), 'edited', ...range(226, 400)]);
  expect(comments.state.gap).toBeUndefined();
  const { reads } = table;
  await Promise.all([comments.loadNext(), comments.loadEarlier()]);
  expect(table.reads).toBe(reads);
});

test('reading anew reads both ends, and what was deleted is gone from them', async () => {
  for (let number = 1; number <= 400; number += 1) table.write(`${number}`);
  await comments.loadLatest();
  await comments.loadNext();
  await comments.loadNext();
  for (const number of [1, 150, 250, 399]) table.remove(idOf(number));
  await comments.loadLatest();
  const kept = new Set([...table.rows.values()].map(({ body }) => body));
  const shown = (...bounds: [number, number]): string[] =>
    range(...bounds).filter((body) => kept.has(body));
  expect(bodies(comments)).toEqual([...shown(1, 202), ...shown(300, 400)]);
  await comments.loadEarlier();
  expect(bodies(comments)).toEqual([...kept]);
});

test('what was deleted while it was not shown does not come back with its page', async () => {
  for (let number = 1; number <= MAX_READ_ANEW + 200; number += 1) table.write(`${number}`);
  await comments.loadLatest();
  await loadAllEarlier();
  table.remove(idOf(7));
  await comments.loadLatest();
  expect(comments.state.comments).toHaveLength(MAX_READ_ANEW);
  await loadAllEarlier();
  expect(bodies(comments)).toEqual([...table.rows.values()].map(({ body }) => body));
});

test('an older change never replaces a newer one, wherever they come from', async () => {
  const created = table.write('first');
  const edited = table.edit(idOf(1), 'second');
  expect(comments.apply(edited)).toBe(true);
  expect(comments.apply(created)).toBe(false);
  expect(bodies(comments)).toEqual(['second']);
  const deleted = table.remove(idOf(1));
  comments.apply(deleted);
  comments.apply(edited);
  await comments.loadLatest();
  expect(bodies(comments)).toEqual([]);
});

test('a comment that arrives while a page is read is not lost, and does not count as deleted', async () => {
  table.write('one');
  await comments.loadLatest();
  let once: (() => void) | undefined = () => {
    once = undefined;
    comments.apply(table.write('two'));
    comments.apply(table.remove(idOf(1)));
  };
  table.beforeResponse = () => once?.();
  await comments.loadLatest();
  expect(bodies(comments)).toEqual(['two']);
});

test('reading again drops comments that were deleted without an event', async () => {
  for (let number = 1; number <= 80; number += 1) table.write(`${number}`);
  await comments.loadLatest();
  await comments.loadEarlier();
  table.remove(idOf(2));
  table.remove(idOf(80));
  await comments.loadLatest();
  expect(bodies(comments)).toEqual([...table.rows.values()].map(({ body }) => body));
});

test('reading again has a limit, and leaves no gap in the list', async () => {
  for (let number = 1; number <= 60; number += 1) table.write(`${number}`);
  await comments.loadLatest();
  for (let number = 61; number <= 61 + MAX_READ_ANEW; number += 1) table.write(`${number}`);
  await comments.loadLatest();
  expect(bodies(comments)).toEqual(
    [...table.rows.values()].map(({ body }) => body).slice(-MAX_READ_ANEW),
  );
  expect(comments.state.gap).toMatchObject({ isInside: false });
  await comments.loadEarlier();
  expect(bodies(comments)).toHaveLength(MAX_READ_ANEW + 61);
});

test('a change of a comment that is not shown yet is applied when its page is read', async () => {
  for (let number = 1; number <= PAGE_SIZE + 1; number += 1) table.write(`${number}`);
  await comments.loadLatest();
  expect(comments.apply(table.edit(idOf(1), 'edited'))).toBe(false);
  expect(comments.state.comments).toHaveLength(PAGE_SIZE);
  await comments.loadEarlier();
  expect(bodies(comments)[0]).toBe('edited');
});

test('a failure keeps the comments and says what failed', async () => {
  table.write('one');
  table.broken = true;
  await comments.loadLatest();
  expect(comments.state).toMatchObject({ isLoaded: false, failure: { of: 'latest' } });
  table.broken = false;
  await comments.loadLatest();
  expect(comments.state.failure).toBeUndefined();
  table.broken = true;
  await comments.loadLatest();
  expect(bodies(comments)).toEqual(['one']);
});

test('an event of a comment is a change, and other events are not', () => {
  const envelope = {
    id: idOf(9),
    channel: `post:${idOf(0)}`,
    occurredAt: '2026-11-23T08:00:00.000Z',
    meta: { correlationId: 'c' },
  } as const;
  table.write('hello');
  const [row] = table.rows.values();
  if (!row) throw new Error('the table is empty');
  const { changeId: _changeId, ...data } = row;
  expect(changeOf({ ...envelope, type: 'comment.created', data })).toMatchObject({
    type: 'written',
    comment: { body: 'hello', changeId: idOf(9) },
  });
  const deletion = { postId: idOf(0), commentId: idOf(1), deletedAt: envelope.occurredAt };
  expect(changeOf({ ...envelope, type: 'comment.deleted', data: deletion })).toEqual({
    type: 'deleted',
    commentId: idOf(1),
    changeId: idOf(9),
  });
  expect(changeOf({ ...envelope, type: 'announcement', data: {} })).toBeUndefined();
});

test('whatever the order of events and reads, the list equals the table in the end', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('write' as const) }),
    fc.record({ do: fc.constantFrom('edit' as const, 'remove' as const), of: fc.nat(20) }),
    fc.record({ do: fc.constantFrom('latest' as const, 'earlier' as const, 'next' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
      async (steps, order) => {
        const story = new Table();
        const view = createComments(story.read);
        const late: CommentChange[] = [];
        for (const [index, { do: what, ...rest }] of steps.entries()) {
          const id = idOf('of' in rest ? rest.of : 0);
          if (what === 'write') late.push(story.write(`${index}`));
          if (what === 'edit' && story.rows.has(id)) late.push(story.edit(id, `${index}`));
          if (what === 'remove' && story.rows.has(id)) late.push(story.remove(id));
          if (what === 'latest') await view.loadLatest();
          if (what === 'earlier') await view.loadEarlier();
          if (what === 'next') await view.loadNext();
          // Some events arrive now, in any order, and some of them arrive again.
          const pick = late[(order[index] ?? 0) % (late.length + 1)];
          if (pick) view.apply(pick);
        }
        await view.loadLatest();
        for (const change of late.toSorted((a, b) => (idOfChange(a) < idOfChange(b) ? -1 : 1)))
          view.apply(change);
        while (view.state.gap)
          await ((order.pop() ?? 0) % 2 === 0 ? view.loadEarlier() : view.loadNext());
        expect(view.state.comments).toEqual([...story.rows.values()]);
      },
    ),
    { numRuns: 300 },
  );
});

async function loadAllEarlier(): Promise<void> {
  while (comments.state.gap) await comments.loadEarlier();
}

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);

function idOfChange(change: CommentChange): string {
  return change.type === 'written' ? change.comment.changeId : change.changeId;
}
