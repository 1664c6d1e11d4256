/** @jest-environment node */
import { memoryStore } from '../testing/memory-store.ts';
import { Autosave } from './autosave.ts';
import { DraftStore } from './draft-store.ts';

const draft = { title: 'Title', body: 'Body', savedAt: 1 };

test('keeps a draft for each author and each post', () => {
  const drafts = new DraftStore(memoryStore());
  const base = { title: 'Old', body: 'Old', etag: '"1-0"', version: 1 };
  drafts.save({ userId: 'alice', postId: undefined }, draft);
  drafts.save({ userId: 'alice', postId: 'P' }, { ...draft, base });
  drafts.save({ userId: 'alice.P', postId: 'Q' }, { ...draft, title: 'Theirs' });
  drafts.save({ userId: 'alice', postId: 'P.Q' }, { ...draft, title: 'Mine' });
  expect(drafts.read({ userId: 'alice.P', postId: 'Q' })?.title).toBe('Theirs');
  expect(drafts.read({ userId: 'alice', postId: undefined })).toEqual(draft);
  expect(drafts.read({ userId: 'alice', postId: 'P' })).toEqual({ ...draft, base });
  expect(drafts.read({ userId: 'bob', postId: 'P' })).toBeUndefined();
  drafts.remove({ userId: 'alice', postId: undefined });
  expect(drafts.read({ userId: 'alice', postId: undefined })).toBeUndefined();
  expect(drafts.read({ userId: 'alice', postId: 'P' })?.base).toEqual(base);
});

describe('while somebody types', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function setUp() {
    const saved: string[] = [];
    const autosave = new Autosave<string>({ save: (text) => saved.push(text), delayMs: 400 });
    return { saved, autosave };
  }

  test('the last text is saved, at the latest one delay after the first change', () => {
    const { saved, autosave } = setUp();
    autosave.set('a');
    jest.advanceTimersByTime(300);
    autosave.set('ab');
    jest.advanceTimersByTime(100);
    expect(saved).toEqual(['ab']);
    jest.advanceTimersByTime(1_000);
    expect(saved).toEqual(['ab']);
  });

  test('leaving the page saves at once, and only if there is something new', () => {
    const { saved, autosave } = setUp();
    autosave.flush();
    autosave.set('a');
    autosave.flush();
    autosave.flush();
    jest.advanceTimersByTime(1_000);
    expect(saved).toEqual(['a']);
  });

  test('nothing is saved any more after publishing', () => {
    const { saved, autosave } = setUp();
    autosave.set('a');
    autosave.cancel();
    jest.advanceTimersByTime(1_000);
    expect(saved).toEqual([]);
  });
});
