import type { TaggedPost } from '@blogapp/api-client';
import { createResource, keptByKey, readingClient, type Resource } from '../api/index.ts';
import { createComments, type Comments } from './comments.ts';
import type { Config } from '../config/index.ts';

/** The data of a post, which is kept as long as the page is open. */
export interface PostData {
  readonly postId: string;
  readonly post: Resource<TaggedPost>;
  readonly comments: Comments;
}

/** How many posts are kept, so that going back to one shows it at once. */
const KEPT_POSTS = 20;
/**
 * Data that was read within this time (ms) is not read again when a post is opened, because the
 * reader pointed at its link first.
 */
const FRESH_MS = 2_000;

const stores = new WeakMap<Config, (postId: string) => PostData>();

/** @returns the same object for the same post, as long as it is one of those that were used last */
export function postData(config: Config, postId: string): PostData {
  let store = stores.get(config);
  if (!store) {
    const { posts, comments } = readingClient(config);
    store = keptByKey(KEPT_POSTS, (id) => ({
      postId: id,
      post: createResource(() => posts.get(id)),
      comments: createComments((page) => comments.list(id, page)),
    }));
    stores.set(config, store);
  }
  return store(postId);
}

/** Reads a post and its latest comments at the same time, unless they were read a moment ago. */
export function loadPost({ post, comments }: PostData): void {
  void post.refresh(FRESH_MS);
  if (comments.state.loading === 'nothing' && !comments.state.isLoaded) void comments.loadLatest();
}
