import type { ServerEvent } from '@blogapp/shared-types';
import type { Comment, CommentPage } from '@blogapp/shared-types/rest';
import { listenersOf } from '../api/index.ts';

/** The number of comments of a page: some screens. */
export const PAGE_SIZE = 50;
/**
 * The most comments that are read again when events are missing. Earlier ones are then read again
 * when the reader wants to see them.
 */
export const MAX_READ_ANEW = 500;
/** The greatest page size of the API (items). */
const LARGE_PAGE = 100;

/** Reads a page of a post's comments, newest first. */
export type ReadComments = (page: {
  readonly limit: number;
  readonly cursor?: string;
}) => Promise<CommentPage>;

export interface CommentsState {
  /**
   * The comments to show, oldest first: the latest ones, back to the earliest page that the reader
   * has loaded.
   */
  readonly comments: readonly Comment[];
  /** Whether there are earlier comments. */
  readonly hasEarlier: boolean;
  readonly loading: 'nothing' | 'latest' | 'earlier';
  /** Why the last read failed, and which one it was. */
  readonly failure?: { readonly of: 'latest' | 'earlier'; readonly error: unknown };
  /** Whether the latest comments were read at least once. */
  readonly isLoaded: boolean;
}

export interface Comments {
  readonly state: CommentsState;
  readonly subscribe: (listener: () => void) => () => void;
  /** The id of the latest known change, for `since` of a subscription. */
  readonly latestChange: string | undefined;
  /** Reads the latest comments, and checks whether those that are shown still exist. */
  loadLatest(): Promise<void>;
  loadEarlier(): Promise<void>;
  /**
   * Applies an event of the post's channel, or the API's response to a write.
   *
   * @returns whether a comment is shown that was not known before
   */
  apply(change: CommentChange): boolean;
}

/** A comment after a change, or its deletion. */
export type CommentChange =
  | { readonly type: 'written'; readonly comment: Comment }
  | { readonly type: 'deleted'; readonly commentId: string; readonly changeId: string };

/** The change of a comment in an event; undefined for other events. */
export function changeOf(event: ServerEvent): CommentChange | undefined {
  switch (event.type) {
    case 'comment.created':
    case 'comment.updated':
      return { type: 'written', comment: { ...event.data, changeId: event.id } };
    case 'comment.deleted':
      return { type: 'deleted', commentId: event.data.commentId, changeId: event.id };
    default:
      return undefined;
  }
}

/** The state of a comment. */
interface Known {
  /** The id of its latest change. Changes whose id is not greater are old. */
  readonly changeId: string;
  /** The comment; absent when it is deleted. */
  readonly comment?: Comment;
  /** Grows with each change, so that a read can tell which changes arrived while it ran. */
  readonly turn: number;
}

/**
 * The comments of a post. Pages and events, in any order, result in one list. It does what
 * `libs/data-access/README.md` requires of subscribers.
 */
export function createComments(read: ReadComments): Comments {
  const { notify, subscribe } = listenersOf();
  const known = new Map<string, Known>();
  let turn = 0;
  /**
   * The id of the earliest comment in the pages that were read; empty when these include the first
   * comment.
   */
  let floor = '';
  let cursor: string | undefined;
  let latestChange: string | undefined;
  let running: Promise<void> | undefined;
  let state: CommentsState = {
    comments: [],
    hasEarlier: false,
    loading: 'nothing',
    isLoaded: false,
  };

  const setState = (change: Partial<CommentsState>): void => {
    state = { ...state, ...change };
    notify();
  };

  const learn = (change: CommentChange): boolean => {
    const { id, changeId, comment } =
      change.type === 'written'
        ? {
            id: change.comment.commentId,
            changeId: change.comment.changeId,
            comment: change.comment,
          }
        : { id: change.commentId, changeId: change.changeId, comment: undefined };
    if (changeId > (latestChange ?? '')) latestChange = changeId;
    const before = known.get(id);
    if (before && changeId <= before.changeId) return false;
    known.set(id, { changeId, turn: (turn += 1), ...(comment && { comment }) });
    return before === undefined && comment !== undefined;
  };

  const shown = (): readonly Comment[] =>
    [...known.values()]
      .flatMap(({ comment }) => (comment && comment.commentId >= floor ? [comment] : []))
      .sort((a, b) => (a.commentId < b.commentId ? -1 : 1));

  const readInto = (of: 'latest' | 'earlier', take: () => Promise<void>): Promise<void> => {
    const { failure: _failure, ...before } = state;
    state = { ...before, loading: of };
    notify();
    running = take()
      .then(
        () => {
          setState({ comments: shown(), hasEarlier: cursor !== undefined, loading: 'nothing' });
        },
        (error: unknown) => {
          setState({ loading: 'nothing', failure: { of, error } });
        },
      )
      .finally(() => (running = undefined));
    return running;
  };

  /**
   * Reads the latest comments: one page, or all back to the earliest one that the reader has
   * loaded.
   */
  const readLatest = async (): Promise<void> => {
    const begun = turn;
    const wanted = state.comments[0]?.commentId;
    const items: Comment[] = [];
    let next: string | undefined;
    do {
      const limit = wanted === undefined ? PAGE_SIZE : LARGE_PAGE;
      const page = await read({ limit, ...(next !== undefined && { cursor: next }) });
      items.push(...page.items);
      next = page.nextCursor;
    } while (
      next !== undefined &&
      wanted !== undefined &&
      (items.at(-1)?.commentId ?? '') > wanted &&
      items.length < MAX_READ_ANEW
    );
    floor = next === undefined ? '' : (items.at(-1)?.commentId ?? '');
    cursor = next;
    // A comment that is missing was deleted, unless it arrived during this read.
    const there = new Set(items.map(({ commentId }) => commentId));
    for (const [id, { turn: changed, comment }] of known) {
      if (comment && id >= floor && changed <= begun && !there.has(id)) known.delete(id);
    }
    for (const comment of items) learn({ type: 'written', comment });
    state = { ...state, isLoaded: true };
  };

  return {
    get state() {
      return state;
    },
    get latestChange() {
      return latestChange;
    },
    subscribe,
    async loadLatest() {
      // A read that already runs may have begun before the reason for this one.
      while (running) await running;
      await readInto('latest', readLatest);
    },
    async loadEarlier() {
      if (running) return running;
      const before = cursor;
      if (before === undefined) return undefined;
      return readInto('earlier', async () => {
        const page = await read({ limit: LARGE_PAGE, cursor: before });
        cursor = page.nextCursor;
        floor = cursor === undefined ? '' : (page.items.at(-1)?.commentId ?? floor);
        for (const comment of page.items) learn({ type: 'written', comment });
      });
    },
    apply(change) {
      const isNew = learn(change);
      const comments = shown();
      setState({ comments });
      return isNew && change.type === 'written' && change.comment.commentId >= floor;
    },
  };
}
