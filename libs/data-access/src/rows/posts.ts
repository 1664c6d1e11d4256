import type { Post, PostSummary } from '../contract.ts';
import { isoTimeOf, monthOf } from '../ids.ts';
import type { Row } from '../paging/index.ts';

/**
 * A post is two rows, because DynamoDB charges a write by the complete item, indexes included: a
 * comment on a post of 100 KB would cost 300 write units rather than three if its count stood next
 * to its body. See docs/adr/0005-keep-post-bodies-apart.md.
 *
 * | postId        | what                                          | in the indexes |
 * | ------------- | --------------------------------------------- | -------------- |
 * | `<ULID>`      | everything that lists show, and the counts    | yes            |
 * | `body#<ULID>` | the body, and the version that it came with   | no             |
 * | `months`      | every month that a post was written in        | no             |
 */
export interface PostRow extends PostSummary {
  /** The partition key of the index `byMonth`: `2026-11`. */
  readonly month: string;
  /** The version of the last edit of the body; edits of the title do not change it. */
  readonly bodyVersion: number;
  /** What was written last; the Posts stream is filtered by it. */
  readonly lastChange: 'content' | 'favorites' | 'comments';
  /**
   * The correlation id of the request that wrote it last; absent when that only changed a count.
   */
  readonly correlationId?: string;
  /** The same request's trace, when it is sampled: the trace of the stream's function names it. */
  readonly traceId?: string;
  /** The last record of the comment stream that `commentCount` includes; see comments/counter.ts. */
  readonly lastCommentSequence?: string;
}

export const MONTHS_KEY = { postId: 'months' } as const;

/** The key of a post's row without its body. */
export function postKey(postId: string): { readonly postId: string } {
  return { postId };
}

/** The key of the row with a post's body. */
export function bodyKey(postId: string): { readonly postId: string } {
  return { postId: `body#${postId}` };
}

/** The most characters of an excerpt (UTF-16 code units). */
export const EXCERPT_LENGTH = 280;

/** The start of a text. It never ends in half a surrogate pair. */
export function excerptOf(body: string): string {
  return body.slice(0, EXCERPT_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
}

/**
 * The row of a new post, at version 1 and with counts of 0. The body's row is written separately.
 */
export function newPostRow(
  post: Pick<Post, 'postId' | 'authorId' | 'title' | 'body'> & {
    readonly authorName?: string;
    readonly correlationId: string;
    readonly traceId?: string | undefined;
  },
): PostRow {
  const { postId, authorId, authorName, title, body, correlationId, traceId } = post;
  return {
    postId,
    month: monthOf(postId),
    authorId,
    ...(authorName !== undefined && { authorName }),
    title,
    excerpt: excerptOf(body),
    createdAt: isoTimeOf(postId),
    version: 1,
    bodyVersion: 1,
    commentCount: 0,
    favoriteCount: 0,
    countsVersion: 0,
    lastChange: 'content',
    correlationId,
    ...(traceId !== undefined && { traceId }),
  };
}

/** Types a row without checking it, because only this library writes the table. */
export function asPostRow(row: Row): PostRow {
  return row as unknown as PostRow;
}

/** The part of a row that callers see. */
export function summaryOf(row: PostRow): PostSummary {
  const { postId, authorId, authorName, title, excerpt, createdAt, updatedAt } = row;
  return {
    postId,
    authorId,
    ...(authorName !== undefined && { authorName }),
    title,
    excerpt,
    createdAt,
    ...(updatedAt !== undefined && { updatedAt }),
    version: row.version,
    commentCount: row.commentCount,
    favoriteCount: row.favoriteCount,
    countsVersion: row.countsVersion,
  };
}
