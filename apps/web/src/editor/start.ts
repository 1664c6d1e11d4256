import type { TaggedPost } from '@blogapp/api-client';
import type { Version } from '../conflict/index.ts';
import type { Draft, DraftBase } from '../drafts/index.ts';
import type { PendingWrite } from '../writes/index.ts';

/** The content that an editor begins with. */
export interface EditorStart extends Version {
  /** The post to change, as its author last saw it. */
  readonly base?: DraftBase;
  /** Where the text comes from. */
  readonly from: 'nothing' | 'post' | 'draft';
  /**
   * The version that was published since the draft began; present when both must be compared first.
   */
  readonly conflict?: DraftBase;
}

/**
 * Decides what an editor begins with. A draft has priority over the post. If the post was changed
 * since the draft began, both are compared, so that nothing is lost.
 *
 * @param current the current post; undefined for a new one, and when it can not be read
 */
export function editorStart(
  draft: Draft | undefined,
  current: TaggedPost | undefined,
): EditorStart {
  const published = current && baseOf(current);
  if (draft === undefined) {
    return published === undefined
      ? { title: '', body: '', from: 'nothing' }
      : { title: published.title, body: published.body, base: published, from: 'post' };
  }
  const { title, body, base } = draft;
  const start = { title, body, from: 'draft', ...(base && { base }) } as const;
  if (published === undefined) return start;
  if (published.version === base?.version) return { ...start, base: published };
  const isSame = published.title === title && published.body === body;
  return isSame
    ? { title, body, base: published, from: 'post' }
    : { ...start, conflict: published };
}

/** A post as the base of a change. */
export function baseOf({ post, etag }: TaggedPost): DraftBase {
  const { title, body, version } = post;
  return { title, body, version, etag };
}

/** The unconfirmed write that publishes the content of an editor; undefined when there is none. */
export function writeOf(
  writes: readonly PendingWrite[],
  userId: string,
  postId: string | undefined,
): PendingWrite | undefined {
  return writes.findLast(
    ({ operation, userId: author }) =>
      author === userId &&
      (postId === undefined
        ? operation.kind === 'post.create'
        : operation.kind === 'post.update' && operation.postId === postId),
  );
}
