/* eslint-disable @typescript-eslint/require-await -- the real interface is asynchronous */
import {
  IdempotencyMismatchError,
  NotFoundError,
  NotOwnerError,
  RequestInProgressError,
  VersionConflictError,
} from '@blogapp/data-access';
import type {
  Comment,
  CommentsRepository,
  FavoritesRepository,
  IdempotencyStore,
  Page,
  Post,
  PostsRepository,
  RateLimiter,
  StoredResponse,
} from '@blogapp/data-access';

/** How many ids were made. Ids sort in the order in which they are made: `01…000`, `01…001`. */
let made = 0;
function newId(): string {
  made += 1;
  return `01${String(made).padStart(24, '0')}`;
}

const at = '2026-11-23T08:00:00.000Z';

function pageOf<T>(items: readonly T[], limit: number, cursor = '0'): Page<T> {
  const start = Number(cursor);
  const end = start + limit;
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextCursor: String(end) }),
  };
}

export class InMemoryPosts implements PostsRepository {
  readonly rows = new Map<string, Post>();

  async create(post: Parameters<PostsRepository['create']>[0]): Promise<Post> {
    const { title, body, authorId, authorName } = post;
    const postId = post.postId ?? newId();
    const existing = this.rows.get(postId);
    if (existing) return existing;
    const row: Post = {
      postId,
      authorId,
      ...(authorName !== undefined && { authorName }),
      title,
      excerpt: body.slice(0, 280),
      body,
      createdAt: at,
      version: 1,
      commentCount: 0,
      favoriteCount: 0,
      countsVersion: 0,
    };
    this.rows.set(postId, row);
    return row;
  }

  async get(postId: string): Promise<Post> {
    const post = this.rows.get(postId);
    if (!post) throw new NotFoundError('post', postId);
    return post;
  }

  async getSummary(postId: string) {
    const { body: _body, ...summary } = await this.get(postId);
    return summary;
  }

  async update(change: Parameters<PostsRepository['update']>[0]): Promise<Post> {
    const { title, body } = change;
    const post = await this.#owned(change);
    const changed = {
      ...post,
      ...(title !== undefined && { title }),
      ...(body !== undefined && { body }),
      version: post.version + 1,
      updatedAt: at,
    };
    this.rows.set(post.postId, changed);
    return changed;
  }

  async delete(deletion: Parameters<PostsRepository['delete']>[0]): Promise<void> {
    this.rows.delete((await this.#owned(deletion)).postId);
  }

  async listNewest({ limit, cursor }: { limit: number; cursor?: string }) {
    return pageOf([...this.rows.values()].reverse(), limit, cursor);
  }

  async listByAuthor(authorId: string, { limit, cursor }: { limit: number; cursor?: string }) {
    const posts = [...this.rows.values()].filter((post) => post.authorId === authorId);
    return pageOf(posts.reverse(), limit, cursor);
  }

  async #owned({
    postId,
    callerId,
    expectedVersion,
  }: Parameters<PostsRepository['delete']>[0]): Promise<Post> {
    const post = await this.get(postId);
    if (post.authorId !== callerId) throw new NotOwnerError('post', postId);
    if (post.version !== expectedVersion) {
      throw new VersionConflictError(postId, expectedVersion, post.version);
    }
    return post;
  }
}

export class InMemoryComments implements CommentsRepository {
  readonly rows = new Map<string, Comment>();
  readonly #posts: PostsRepository;

  constructor(posts: PostsRepository) {
    this.#posts = posts;
  }

  async create(comment: Parameters<CommentsRepository['create']>[0]): Promise<Comment> {
    const { postId, authorId, authorName, body } = comment;
    await this.#posts.get(postId);
    const commentId = comment.commentId ?? newId();
    const row: Comment = {
      postId,
      commentId,
      authorId,
      ...(authorName !== undefined && { authorName }),
      body,
      createdAt: at,
      changeId: newId(),
    };
    this.rows.set(commentId, row);
    return row;
  }

  async get(_postId: string, commentId: string): Promise<Comment> {
    const comment = this.rows.get(commentId);
    if (!comment) throw new NotFoundError('comment', commentId);
    return comment;
  }

  async update(change: Parameters<CommentsRepository['update']>[0]): Promise<Comment> {
    const comment = await this.get(change.postId, change.commentId);
    if (comment.authorId !== change.callerId) throw new NotOwnerError('comment', change.commentId);
    const changed = { ...comment, body: change.body, updatedAt: at, changeId: newId() };
    this.rows.set(comment.commentId, changed);
    return changed;
  }

  async delete(deletion: Parameters<CommentsRepository['delete']>[0]): Promise<void> {
    const comment = await this.get(deletion.postId, deletion.commentId);
    const post = await this.#posts.get(deletion.postId);
    if (![comment.authorId, post.authorId].includes(deletion.callerId)) {
      throw new NotOwnerError('comment', deletion.commentId);
    }
    this.rows.delete(deletion.commentId);
  }

  async listByPost(postId: string, page: Parameters<CommentsRepository['listByPost']>[1]) {
    const comments = [...this.rows.values()].filter((comment) => comment.postId === postId);
    const ordered = page.order === 'oldest' ? comments : comments.reverse();
    return pageOf(ordered, page.limit, page.cursor);
  }
}

export class InMemoryFavorites implements FavoritesRepository {
  readonly #marked = new Map<string, Set<string>>();
  readonly #posts: PostsRepository;

  constructor(posts: PostsRepository) {
    this.#posts = posts;
  }

  async put(userId: string, postId: string): Promise<boolean> {
    await this.#posts.get(postId);
    const before = this.#of(userId).has(postId);
    this.#of(userId).add(postId);
    return !before;
  }

  async delete(userId: string, postId: string): Promise<boolean> {
    return this.#of(userId).delete(postId);
  }

  async has(userId: string, postId: string): Promise<boolean> {
    return this.#of(userId).has(postId);
  }

  async list(userId: string, { limit, cursor }: { limit: number; cursor?: string }) {
    const posts = [...this.#of(userId)].sort().reverse();
    const favorites = posts.map(async (postId) => ({
      post: await this.#posts.getSummary(postId),
      favoritedAt: at,
    }));
    return pageOf(await Promise.all(favorites), limit, cursor);
  }

  #of(userId: string): Set<string> {
    const marked = this.#marked.get(userId) ?? new Set();
    this.#marked.set(userId, marked);
    return marked;
  }
}

interface Kept {
  readonly hash: string;
  readonly resourceId: string;
  working: boolean;
  response?: StoredResponse;
}

export class InMemoryIdempotency implements IdempotencyStore {
  readonly kept = new Map<string, Kept>();

  async begin(request: Parameters<IdempotencyStore['begin']>[0]) {
    const id = `${request.userId} ${request.key}`;
    const kept = this.kept.get(id) ?? {
      hash: request.requestHash,
      resourceId: newId(),
      working: false,
    };
    if (kept.hash !== request.requestHash) throw new IdempotencyMismatchError(request.key);
    if (kept.response) return { kind: 'completed' as const, response: kept.response };
    if (kept.working) throw new RequestInProgressError(request.key, 1_000);
    kept.working = true;
    this.kept.set(id, kept);
    const claim = { ...request, resourceId: kept.resourceId, token: id };
    return { kind: 'claimed' as const, claim };
  }

  async complete(claim: { token: string }, response: StoredResponse): Promise<void> {
    const kept = this.kept.get(claim.token);
    if (kept) kept.response = response;
  }

  async release(claim: { token: string }): Promise<void> {
    const kept = this.kept.get(claim.token);
    if (kept) kept.working = false;
  }
}

export class InMemoryRateLimiter implements RateLimiter {
  left = Infinity;
  readonly subjects: string[] = [];

  async take(subject: string) {
    this.subjects.push(subject);
    this.left -= 1;
    return this.left >= 0
      ? { allowed: true as const }
      : { allowed: false as const, retryAfterMs: 1_500 };
  }
}
