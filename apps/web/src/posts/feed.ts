import type { PostPage, PostSummary } from '@blogapp/shared-types/rest';
import { readState, type Reading } from './reading.ts';
import { withCounts } from './with-counts.ts';

/** The number of posts of a page: more than a screen shows, and still a small response. */
export const PAGE_SIZE = 20;

/** Reads a page of posts, newest first. */
export type ReadPosts = (page: {
  readonly limit: number;
  readonly cursor?: string;
}) => Promise<PostPage>;

export interface FeedState extends Reading<'first' | 'more'> {
  /** The posts to show, newest first. */
  readonly posts: readonly PostSummary[];
  /**
   * Posts that were written since. They are shown when the reader asks for them, so that nothing
   * moves.
   */
  readonly fresh: readonly PostSummary[];
  /** Whether there may be more new posts than `fresh` has. */
  readonly freshIsPartial: boolean;
  /** Whether there are older posts. */
  readonly hasMore: boolean;
}

export interface Feed {
  readonly state: FeedState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Reads the newest posts, unless they were read already. */
  start(): Promise<void>;
  /** Reads the next page of older posts. */
  loadMore(): Promise<void>;
  /**
   * Looks for new posts, and updates the counts and titles of those that are shown. A failure is
   * not shown, because it is tried again anyway.
   *
   * @param drop whether deleted posts are dropped: not while somebody reads the list
   */
  lookForNew(drop?: 'drop-deleted'): Promise<void>;
  /** Shows the new posts, above the others. */
  showNew(): void;
}

const EMPTY: FeedState = {
  posts: [],
  fresh: [],
  freshIsPartial: false,
  loading: 'nothing',
  hasMore: false,
};

/** A list of posts that does not move under its reader while others write. */
export function createFeed(read: ReadPosts): Feed {
  const state = readState(EMPTY);
  let cursor: string | undefined;
  /** The cursor after the page with the new posts. */
  let freshCursor: string | undefined;
  let loaded = false;
  let looking = false;

  return {
    get state() {
      return state.current;
    },
    subscribe: state.subscribe,
    async start() {
      if (loaded || state.current.loading !== 'nothing') return;
      await state.read('first', async () => {
        const page = await read({ limit: PAGE_SIZE });
        loaded = true;
        cursor = page.nextCursor;
        return { posts: page.items, hasMore: cursor !== undefined };
      });
    },
    async loadMore() {
      const before = cursor;
      if (before === undefined || state.current.loading !== 'nothing') return;
      await state.read('more', async () => {
        const page = await read({ limit: PAGE_SIZE, cursor: before });
        // The reader may have asked for the new posts meanwhile, and the list started again.
        if (before !== cursor) return {};
        cursor = page.nextCursor;
        const { posts } = state.current;
        const known = new Set(posts.map(({ postId }) => postId));
        const older = page.items.filter(({ postId }) => !known.has(postId));
        return { posts: [...posts, ...older], hasMore: cursor !== undefined };
      });
    },
    async lookForNew(drop) {
      if (!loaded || looking) return;
      looking = true;
      try {
        const page = await read({ limit: PAGE_SIZE });
        const newest = state.current.posts[0]?.postId ?? '';
        const fresh = page.items.filter(({ postId }) => postId > newest);
        freshCursor = page.nextCursor;
        const oldest = page.nextCursor === undefined ? '' : (page.items.at(-1)?.postId ?? '');
        const current = new Map(page.items.map((post) => [post.postId, post]));
        state.set({
          fresh,
          freshIsPartial: fresh.length === page.items.length && page.nextCursor !== undefined,
          posts: state.current.posts
            .filter(({ postId }) => !drop || postId < oldest || current.has(postId))
            .map((post) => newerOf(post, current.get(post.postId))),
        });
      } catch {
        // The next look finds the posts.
      } finally {
        looking = false;
      }
    },
    showNew() {
      // There is a gap between the new posts and the list, so the list starts again: endless
      // scrolling fills it.
      if (state.current.freshIsPartial) {
        cursor = freshCursor;
        state.set({ posts: state.current.fresh, hasMore: cursor !== undefined });
      } else {
        state.set({ posts: [...state.current.fresh, ...state.current.posts] });
      }
      state.set({ fresh: [], freshIsPartial: false });
    },
  };
}

/**
 * The newer data of a post from two reads, which may respond in any order: a greater version and
 * greater counts are newer.
 */
export function newerOf(shown: PostSummary, read: PostSummary | undefined): PostSummary {
  if (!read) return shown;
  return withCounts(withCounts(read.version >= shown.version ? read : shown, shown), read);
}
