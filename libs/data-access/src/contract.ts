/**
 * What the REST API uses. Ids are ULIDs, times are ISO 8601 in UTC. Every method may also throw the
 * SDK's errors (throttling, network) and ContentionError.
 */

/** How much of a list, and from where. */
export interface PageRequest {
  /** Items, 1 to 100. */
  readonly limit: number;
  /** `nextCursor` of the page before; absent for the first page. */
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque, URL-safe; absent on the last page. */
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
  /** From 1, one more with each edit of title or body; counts do not change it. For `ETag`. */
  readonly version: number;
  readonly commentCount: number;
  readonly favoriteCount: number;
  /** One more with each change of the counts, from 0: greater counts are newer ones. */
  readonly countsVersion: number;
}

export interface Post extends PostSummary {
  /** Markdown. */
  readonly body: string;
}

export interface NewPost {
  /**
   * Absent: a new ULID. Give the idempotency claim's `resourceId`: a create that is repeated with
   * the id of a post of the same author returns that post, and writes nothing.
   */
  readonly postId?: string;
  readonly authorId: string;
  readonly authorName?: string;
  readonly title: string;
  readonly body: string;
  /** Of the request: the event that the change causes carries it. */
  readonly correlationId: string;
}

export interface PostChange {
  readonly postId: string;
  /** The caller, who has to be the author. */
  readonly callerId: string;
  /** From `If-Match`. */
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
  /** Strongly consistent. @throws NotFoundError */
  get(postId: string): Promise<Post>;
  /** The same without the body, for a fraction of the cost. @throws NotFoundError */
  getSummary(postId: string): Promise<PostSummary>;
  /** @throws NotFoundError, NotOwnerError, VersionConflictError: checked in this order */
  update(change: PostChange): Promise<Post>;
  /**
   * The post is gone at once; its comments and favorites follow in the background.
   *
   * @throws NotFoundError, NotOwnerError, VersionConflictError: checked in this order
   */
  delete(deletion: PostDeletion): Promise<void>;
  /** Everybody's posts, newest first. @throws InvalidCursorError */
  listNewest(page: PageRequest): Promise<Page<PostSummary>>;
  /** One author's posts, newest first. @throws InvalidCursorError */
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
   * Of its latest change: greater than that of the change before. It is the id of the event that
   * the change causes, and what a client gives as `since` when it subscribes.
   */
  readonly changeId: string;
}

export interface NewComment {
  readonly postId: string;
  /** As in NewPost: a repeated create returns the comment as it is. */
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
  /** Strongly consistent; empty for a post that is not there. @throws InvalidCursorError */
  listByPost(
    postId: string,
    page: PageRequest & { readonly order: CommentOrder },
  ): Promise<Page<Comment>>;
}

// ---- Favorites ------------------------------------------------------------------------------------

export interface Favorite {
  readonly post: PostSummary;
  /** When the user marked it. */
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
  /** Unmarks a post; a post that is not marked, or does not exist, is not an error. Returns as `put`. */
  delete(userId: string, postId: string): Promise<boolean>;
  /** Whether the user has marked the post. */
  has(userId: string, postId: string): Promise<boolean>;
  /** The user's favorites, newest post first; deleted posts are left out. @throws InvalidCursorError */
  list(userId: string, page: PageRequest): Promise<Page<Favorite>>;
}

// ---- Requests -------------------------------------------------------------------------------------

/** A response as it is stored for repeated requests. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Up to 300 KB as UTF-8: an item's limit is 400 KB. */
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
  /** Of this claim. */
  readonly token: string;
}

export type IdempotencyOutcome =
  | { readonly kind: 'claimed'; readonly claim: IdempotencyClaim }
  | { readonly kind: 'completed'; readonly response: StoredResponse };

export interface IdempotencyStore {
  /**
   * The first request with a key gets a claim; later ones get its response, for 24 hours.
   *
   * @throws IdempotencyMismatchError (422) when the key was used for another request
   * @throws RequestInProgressError (409) while the first one is served; its claim expires after
   *   `CLAIM_LIFE_MS`, since its function may have died
   */
  begin(request: IdempotentRequest): Promise<IdempotencyOutcome>;
  /** Stores the response. Does nothing when the claim expired and another request took it. */
  complete(claim: IdempotencyClaim, response: StoredResponse): Promise<void>;
  /** Gives the claim back: the request failed, and may be tried again with the same key. */
  release(claim: IdempotencyClaim): Promise<void>;
}

export type RateLimitVerdict =
  | { readonly allowed: true }
  /** For `Retry-After` (ms). */
  | { readonly allowed: false; readonly retryAfterMs: number };

/** A token bucket for each subject. */
export interface RateLimiter {
  /** Takes one token. @param subject e.g. `write:<userId>` */
  take(subject: string): Promise<RateLimitVerdict>;
}
