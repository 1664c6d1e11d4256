import type { ServerEvent } from '@blogapp/shared-types';
import type { Comment, CommentPage } from '@blogapp/shared-types/rest';
import { readState, type Reading } from './reading.ts';

/** The number of comments of a page: some screens. */
export const PAGE_SIZE = 50;
/**
 * The most comments that are read again from each end when events are missing. The others are then
 * read again when the reader wants to see them.
 */
export const MAX_READ_ANEW = 500;
/** The greatest page size of the API (items). */
const LARGE_PAGE = 100;

/** Reads a page of a post's comments. */
export type ReadComments = (page: {
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  readonly cursor?: string;
}) => Promise<CommentPage>;

/** A part of the list that can be read: the latest comments, those before them, or the first ones and those after them. */
type Part = 'latest' | 'earlier' | 'next';

export interface CommentsState extends Reading<Part> {
  /** The comments to show, oldest first: the first ones, if the reader wanted to see them, and the latest ones. */
  readonly comments: readonly Comment[];
  /** The place of the comments that are not loaded; undefined when all are. */
  readonly gap?: Gap | undefined;
  /** Whether the latest comments were read at least once. */
  readonly isLoaded: boolean;
}

/** The place of comments that are not loaded: after the first ones, and before the latest ones. */
export interface Gap {
  /** Comments with smaller ids are before the gap, the others after it. */
  readonly endId: string;
  /** Whether there are comments before it. */
  readonly isInside: boolean;
}

export interface Comments {
  readonly state: CommentsState;
  readonly subscribe: (listener: () => void) => () => void;
  /** The id of the latest known change, for `since` of a subscription. */
  readonly latestChange: string | undefined;
  /** Reads the latest comments, and checks whether those that are shown still exist. */
  loadLatest(): Promise<void>;
  /** Reads comments before the latest ones: the end of the gap. */
  loadEarlier(): Promise<void>;
  /** Reads the first comments, and then those after them: the beginning of the gap. */
  loadNext(): Promise<void>;
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

/** How far the list was read from one of its ends. */
interface End {
  /** The id of the last comment that was read; empty when there is none. */
  readonly id: string;
  /** The cursor of the page after it. */
  readonly cursor?: string | undefined;
}

/** Pages that are read one after the other. */
interface Pages {
  readonly order: 'newest' | 'oldest';
  /** The number of comments of a page. */
  readonly limit?: number;
  /** The place after which the first page begins. */
  readonly from?: End;
  /** Returns whether to stop after a page, given its last comment's id and how many comments were read. */
  readonly isEnough?: (id: string, count: number) => boolean;
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
  const known = new Map<string, Known>();
  let turn = 0;
  let latestChange: string | undefined;
  /** What is read from the first comment on: up to this id, and how to go on. Empty when nothing is. */
  let first: End = { id: '' };
  /** What is read from the latest comment backwards: down to this id, which is empty when all is shown. */
  let last: End = { id: '' };
  let running: Promise<void> | undefined;
  const state = readState<CommentsState>({ comments: [], loading: 'nothing', isLoaded: false });

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

  const isShown = (id: string): boolean => id <= first.id || id >= last.id;

  const shown = (): readonly Comment[] =>
    [...known.values()]
      .flatMap(({ comment }) => (comment && isShown(comment.commentId) ? [comment] : []))
      .sort((a, b) => (a.commentId < b.commentId ? -1 : 1));

  /** Reads one part at a time. */
  const readPart = (of: Part, take: () => Promise<void>): Promise<void> => {
    running = state
      .read(of, async () => {
        await take();
        if (first.id >= last.id) [first, last] = [{ id: '' }, { id: '' }];
        const gap = last.id === '' ? undefined : { endId: last.id, isInside: first.id !== '' };
        return { comments: shown(), gap, isLoaded: true };
      })
      .finally(() => (running = undefined));
    return running;
  };

  /** Reads pages, and takes what they have. */
  const readPages = async ({
    order,
    limit = LARGE_PAGE,
    from = { id: '' },
    isEnough = () => true,
  }: Pages): Promise<End> => {
    const begun = turn;
    const items: Comment[] = [];
    let { cursor } = from;
    do {
      const page = await read({ order, limit, ...(cursor !== undefined && { cursor }) });
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined && !isEnough(items.at(-1)?.commentId ?? '', items.length));
    const id = items.at(-1)?.commentId ?? from.id;
    const isRead = (other: string): boolean =>
      order === 'newest'
        ? (from.id === '' || other < from.id) && (cursor === undefined || other >= id)
        : other > from.id && (cursor === undefined || other <= id);
    // What is not there any more was deleted, unless it came while this was read.
    const there = new Set(items.map(({ commentId }) => commentId));
    for (const [other, { turn: changed, comment }] of known) {
      if (comment && changed <= begun && isRead(other) && !there.has(other)) known.delete(other);
    }
    for (const comment of items) learn({ type: 'written', comment });
    return { id, cursor };
  };

  /** Reads both ends: a page, or as far as the reader went. */
  const readLatest = async (): Promise<void> => {
    const { isLoaded } = state.current;
    const [wanted, limit] = isLoaded ? [last.id, LARGE_PAGE] : ['', PAGE_SIZE];
    const latest = await readPages({
      order: 'newest',
      limit,
      isEnough: (id, count) => !isLoaded || id <= wanted || count >= MAX_READ_ANEW,
    });
    const reached = first.id;
    if (reached !== '') {
      first = await readPages({
        order: 'oldest',
        isEnough: (id, count) => id >= reached || count >= MAX_READ_ANEW,
      });
    }
    const isAll = latest.cursor === undefined || (reached !== '' && first.cursor === undefined);
    last = isAll ? { id: '' } : latest;
  };

  return {
    get state() {
      return state.current;
    },
    get latestChange() {
      return latestChange;
    },
    subscribe: state.subscribe,
    async loadLatest() {
      // A read that already runs may have begun before the reason for this one.
      while (running) await running;
      await readPart('latest', readLatest);
    },
    async loadEarlier() {
      if (running) return running;
      if (last.id === '') return undefined;
      return readPart('earlier', async () => {
        const end = await readPages({ order: 'newest', from: last });
        last = end.cursor === undefined ? { id: '' } : end;
      });
    },
    async loadNext() {
      if (running) return running;
      if (last.id === '') return undefined;
      return readPart('next', async () => {
        const end = await readPages({ order: 'oldest', from: first });
        if (end.cursor === undefined) last = { id: '' };
        else first = end;
      });
    },
    apply(change) {
      const isNew = learn(change);
      state.set({ comments: shown() });
      return isNew && change.type === 'written' && isShown(change.comment.commentId);
    },
  };
}
