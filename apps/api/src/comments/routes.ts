import {
  commentChangeSchema,
  commentParamsSchema,
  commentsQuerySchema,
  newCommentSchema,
  postParamsSchema,
} from '@blogapp/shared-types/rest';
import type { Route } from '../http/index.ts';

export const listComments = {
  method: 'get',
  path: '/posts/{postId}/comments',
  operationId: 'listComments',
  tag: 'Comments',
  summary: 'Reads a post’s comments',
  access: 'public',
  params: postParamsSchema,
  query: commentsQuerySchema,
  response: {
    status: 200,
    description: 'A page of comments.',
    schema: 'CommentPage',
    headers: ['etag', 'link'],
    cacheControl: 'public, no-cache',
  },
} as const satisfies Route;

export const createComment = {
  method: 'post',
  path: '/posts/{postId}/comments',
  operationId: 'createComment',
  tag: 'Comments',
  summary: 'Writes a comment',
  description: 'Everybody who is subscribed to the channel of the post gets a `comment.created`.',
  access: 'user',
  params: postParamsSchema,
  body: newCommentSchema,
  idempotent: true,
  response: {
    status: 201,
    description: 'The comment, as it is stored.',
    schema: 'Comment',
    headers: ['location', 'idempotency-replayed'],
  },
} as const satisfies Route;

export const getComment = {
  method: 'get',
  path: '/posts/{postId}/comments/{commentId}',
  operationId: 'getComment',
  tag: 'Comments',
  summary: 'Reads a comment',
  access: 'public',
  params: commentParamsSchema,
  response: {
    status: 200,
    description: 'The comment.',
    schema: 'Comment',
    headers: ['etag'],
    cacheControl: 'public, no-cache',
  },
} as const satisfies Route;

export const updateComment = {
  method: 'patch',
  path: '/posts/{postId}/comments/{commentId}',
  operationId: 'updateComment',
  tag: 'Comments',
  summary: 'Changes a comment of the caller',
  access: 'user',
  params: commentParamsSchema,
  body: commentChangeSchema,
  response: { status: 200, description: 'The comment, as it is now.', schema: 'Comment' },
  problems: ['forbidden'],
} as const satisfies Route;

export const deleteComment = {
  method: 'delete',
  path: '/posts/{postId}/comments/{commentId}',
  operationId: 'deleteComment',
  tag: 'Comments',
  summary: 'Deletes a comment',
  description: 'The caller must be the author of the comment or of its post.',
  access: 'user',
  params: commentParamsSchema,
  response: { status: 204, description: 'The comment is deleted.' },
  problems: ['forbidden'],
} as const satisfies Route;
