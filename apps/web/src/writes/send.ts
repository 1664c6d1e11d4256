import { ApiProblemError, type ApiClient } from '@blogapp/api-client';
import type { Comment, Post } from '@blogapp/shared-types/rest';
import type { Operation, PendingWrite } from './pending-write.ts';

/** The API's response to an accepted write. */
export interface WriteResult {
  readonly comment?: Comment;
  readonly post?: Post;
  readonly etag?: string;
}

/**
 * Sends a write. It may have been sent before and its response lost, so a result of the first try
 * counts as success.
 *
 * @throws what the client throws: see `outcomeOf`
 */
export async function sendWrite(api: ApiClient, write: PendingWrite): Promise<WriteResult> {
  const { operation, id: idempotencyKey } = write;
  const isRepeated = write.tries > 1;
  switch (operation.kind) {
    case 'post.create': {
      const { title, body } = operation;
      return await api.posts.create({ title, body }, { idempotencyKey });
    }
    case 'post.update':
      return await updatePost(api, operation, isRepeated);
    case 'post.delete':
      return await deleted(api.posts.delete(operation.postId, operation.etag), isRepeated);
    case 'comment.create': {
      const { postId, body } = operation;
      return { comment: await api.comments.create(postId, { body }, { idempotencyKey }) };
    }
    case 'comment.update': {
      const { postId, commentId, body } = operation;
      return { comment: await api.comments.update(postId, commentId, { body }) };
    }
    case 'comment.delete':
      return await deleted(api.comments.delete(operation.postId, operation.commentId), isRepeated);
    case 'favorite':
      await (operation.isFavorite
        ? api.favorites.put(operation.postId)
        : api.favorites.delete(operation.postId));
      return {};
  }
}

/**
 * Changes a post. A change has no idempotency key, but a version. So when the first try succeeded,
 * the repeat is refused (412), and the post already has the author's text: that counts as success.
 */
async function updatePost(
  api: ApiClient,
  { postId, title, body, etag }: Extract<Operation, { kind: 'post.update' }>,
  isRepeated: boolean,
): Promise<WriteResult> {
  try {
    return await api.posts.update(postId, { title, body }, etag);
  } catch (error) {
    if (!isRepeated || !isProblem(error, 'version-conflict')) throw error;
    const current = await api.posts.get(postId);
    if (current.post.title !== kept(title) || current.post.body !== kept(body)) throw error;
    return current;
  }
}

/**
 * Waits for a deletion. A repeated deletion may find nothing, because the first try has deleted it.
 */
async function deleted(deletion: Promise<void>, isRepeated: boolean): Promise<WriteResult> {
  try {
    await deletion;
  } catch (error) {
    if (!isRepeated || !isProblem(error, 'not-found')) throw error;
  }
  return {};
}

/** A text as the API stores it: composed (NFC), with line feeds. */
export function kept(text: string): string {
  return text.replaceAll('\r\n', '\n').normalize('NFC');
}

function isProblem(error: unknown, name: 'version-conflict' | 'not-found'): boolean {
  return error instanceof ApiProblemError && error.is(name);
}
