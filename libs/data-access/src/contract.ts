/**
 * The interfaces that the REST API uses. Ids are ULIDs, times are ISO 8601 in UTC. Every method may
 * also throw the SDK's errors (throttling, network) and ContentionError.
 */

/** Which part of a list to read. */
export interface PageRequest {
  /** The most items in the page, 1 to 100. */
  readonly limit: number;
  /** `nextCursor` of the previous page; absent for the first page. */
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page: an opaque, URL-safe text; absent on the last page. */
  readonly nextCursor?: string;
}

// ---- Posts ----------------------------------------------------------------------------------------

/** A post as lists show it: everything but its body. */
export interface PostSummary {
  readonly postId: string;
  readonly authorId: string;
  readonly authorName?: string;
  readonly title: string;
  /** The start of the body, as Markdown: `EXCERPT_LENGTH` characters at most. */
  readonly excerpt: string;
  readonly createdAt: string;
  /** Absent until its first edit. */
  readonly updatedAt?: string;
  /**
   * Starts at 1 and grows by one with each edit of title or body; counts do not change it. The
   * `ETag` is made from it.
   */
  readonly version: number;
  readonly commentCount: number;
  readonly favoriteCount: number;
  /**
   * Starts at 0 and grows by one with each change of the counts, so a greater number means newer
   * counts.
   */
  readonly countsVersion: number;
}

export interface Post extends PostSummary {
  /** The text, as Markdown. */
  readonly body: string;
}

export interface NewPost {
  /**
   * A new ULID when absent. Give the idempotency claim's `resourceId`: a create that is repeated
   * with the id of a post of the same author returns that post, and writes nothing.
   */
  readonly postId?: string;
  readonly authorId: string;
  readonly authorName?: string;
  readonly title: string;
  readonly body: string;
  /** The request's correlation id, which the event of the change carries. */
  readonly correlationId: string;
}

export interface PostChange {
  readonly postId: string;
  /** The caller, who has to be the author. */
  readonly callerId: string;
  /** The version in `If-Match`. */
  readonly expectedVersion: number;
  readonly title?: string;
  readonly body?: string;
  readonly correlationId: string;
}

export interface PostDeletion {
  readonly postId: string;
  readonly callerId: string;
  readonly expectedVersion: number;
}

export interface PostsRepository {
  create(post: NewPost): Promise<Post>;
  /** Reads a post with strong consistency. @throws NotFoundError */
  get(postId: string): Promise<Post>;
  /** Reads a post without its body, for a fraction of the cost. @throws NotFoundError */
  getSummary(postId: string): Promise<PostSummary>;
  /** @throws NotFoundError, NotOwnerError, VersionConflictError: checked in this order */
  update(change: PostChange): Promise<Post>;
  /**
   * Deletes a post at once; its comments and favorites are removed in the background.
   *
   * @throws NotFoundError, NotOwnerError, VersionConflictError: checked in this order
   */
  delete(deletion: PostDeletion): Promise<void>;
  /** Lists everybody's posts, newest first. @throws InvalidCursorError */
  listNewest(page: PageRequest): Promise<Page<PostSummary>>;
  /** Lists one author's posts, newest first. @throws InvalidCursorError */
  listByAuthor(authorId: string, page: PageRequest): Promise<Page<PostSummary>>;
}

// ---- Comments -------------------------------------------------------------------------------------

export interface Comment {
  readonly postId: string;
  readonly commentId: string;
  readonly authorId: string;
  readonly authorName?: string;
  readonly body: string;
  readonly createdAt: string;
  /** Absent until its first edit. */
  readonly updatedAt?: string;
  /**
   * The id of the latest change, which is greater than that of the change before. It is also the id
   * of the event that the change causes, and clients give it as `since` when they subscribe.
   */
  readonly changeId: string;
}

export interface NewComment {
  readonly postId: string;
  /** As `postId` in NewPost: a repeated create returns the comment as it is. */
  readonly commentId?: string;
  readonly authorId: string;
  readonly authorName?: string;
  readonly body: string;
  readonly correlationId: string;
}

export interface CommentChange {
  readonly postId: string;
  readonly commentId: string;
  /** The caller, who has to be the author. */
  readonly callerId: string;
  readonly body: string;
  readonly correlationId: string;
}

export interface CommentDeletion {
  readonly postId: string;
  readonly commentId: string;
  /** The comment's author, or the post's. */
  readonly callerId: string;
  readonly correlationId: string;
}

export type CommentOrder = 'oldest' | 'newest';

export interface CommentsRepository {
  /** @throws NotFoundError when there is no such post */
  create(comment: NewComment): Promise<Comment>;
  /** @throws NotFoundError */
  get(postId: string, commentId: string): Promise<Comment>;
  /** @throws NotFoundError, NotOwnerError */
  update(change: CommentChange): Promise<Comment>;
  /** @throws NotFoundError, NotOwnerError */
  delete(deletion: CommentDeletion): Promise<void>;
  /**
   * Lists comments with strong consistency; the list is empty for a post that does not exist.
   *
   * @throws InvalidCursorError
   */
  listByPost(
    postId: string,
    page: PageRequest & { readonly order: CommentOrder },
  ): Promise<Page<Comment>>;
}

// ---- Favorites ------------------------------------------------------------------------------------

export interface Favorite {
  readonly post: PostSummary;
  /** When the user marked the post. */
  readonly favoritedAt: string;
}

export interface FavoritesRepository {
  /**
   * Marks a post; marking it again changes nothing.
   *
   * @returns whether this call changed it
   * @throws NotFoundError when there is no such post
   */
  put(userId: string, postId: string): Promise<boolean>;
  /**
   * Unmarks a post. It is not an error when the post is not marked or does not exist.
   *
   * @returns whether this call changed it
   */
  delete(userId: string, postId: string): Promise<boolean>;
  /** Whether the user has marked the post. */
  has(userId: string, postId: string): Promise<boolean>;
  /**
   * Lists the user's favorites, newest post first, without deleted posts.
   *
   * @throws InvalidCursorError
   */
  list(userId: string, page: PageRequest): Promise<Page<Favorite>>;
}

// ---- Requests -------------------------------------------------------------------------------------

/** A response as it is stored for repeated requests. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, up to 300 KB as UTF-8: an item's limit is 400 KB. */
  readonly body: string;
}

export interface IdempotentRequest {
  readonly userId: string;
  /** The `Idempotency-Key` header: any text, 1 to 255 characters. */
  readonly key: string;
  /** A hash of method, path and body, which must be the same when the key comes again. */
  readonly requestHash: string;
}

/** The right to work on a request. */
export interface IdempotencyClaim extends IdempotentRequest {
  /**
   * A ULID for what the request creates. It stays the same when the first worker died and the
   * request is claimed again, so that nothing is created twice.
   */
  readonly resourceId: string;
  /** Identifies this claim, so that only its owner completes it. */
  readonly token: string;
}

export type IdempotencyOutcome =
  | { readonly kind: 'claimed'; readonly claim: IdempotencyClaim }
  | { readonly kind: 'completed'; readonly response: StoredResponse };

export interface IdempotencyStore {
  /**
   * Gives the first request with a key a claim, and later ones the stored response, for 24 hours.
   *
   * @throws IdempotencyMismatchError (422) when the key was used for another request
   * @throws RequestInProgressError (409) while the first one is in progress; its claim expires
   * after `CLAIM_LIFE_MS`, because its function may have died
   */
  begin(request: IdempotentRequest): Promise<IdempotencyOutcome>;
  /** Stores the response. Does nothing when the claim expired and another request took it. */
  complete(claim: IdempotencyClaim, response: StoredResponse): Promise<void>;
  /** Releases the claim: the request failed, and may be tried again with the same key. */
  release(claim: IdempotencyClaim): Promise<void>;
}

export type RateLimitVerdict =
  | { readonly allowed: true }
  /** The pause for `Retry-After` (ms). */
  | { readonly allowed: false; readonly retryAfterMs: number };

/** A token bucket for each subject. */
export interface RateLimiter {
  /** Takes one token. @param subject e.g. `write:<userId>` */
  take(subject: string): Promise<RateLimitVerdict>;
}
