import {
  newPostSchema,
  postChangeSchema,
  postParamsSchema,
  postsQuerySchema,
} from '@blogapp/shared-types/rest';
import type { Route } from '../http/index.ts';

export const listPosts = {
  method: 'get',
  path: '/posts',
  operationId: 'listPosts',
  tag: 'Posts',
  summary: 'Reads the feed, newest first',
  description: 'Everybody’s posts without their bodies, or those of one author.',
  access: 'public',
  query: postsQuerySchema,
  response: {
    status: 200,
    description: 'A page of posts.',
    schema: 'PostPage',
    headers: ['etag', 'link'],
    cacheControl: 'public, no-cache',
  },
} as const satisfies Route;

export const createPost = {
  method: 'post',
  path: '/posts',
  operationId: 'createPost',
  tag: 'Posts',
  summary: 'Writes a post',
  access: 'user',
  body: newPostSchema,
  idempotent: true,
  response: {
    status: 201,
    description: 'The post, as it is stored.',
    schema: 'Post',
    headers: ['etag', 'location', 'idempotency-replayed'],
  },
} as const satisfies Route;

export const getPost = {
  method: 'get',
  path: '/posts/{postId}',
  operationId: 'getPost',
  tag: 'Posts',
  summary: 'Reads a post',
  access: 'public',
  params: postParamsSchema,
  response: {
    status: 200,
    description: 'The post with its body.',
    schema: 'Post',
    headers: ['etag'],
    cacheControl: 'public, no-cache',
  },
} as const satisfies Route;

export const updatePost = {
  method: 'patch',
  path: '/posts/{postId}',
  operationId: 'updatePost',
  tag: 'Posts',
  summary: 'Changes a post of the caller',
  access: 'user',
  params: postParamsSchema,
  body: postChangeSchema,
  ifMatch: true,
  response: {
    status: 200,
    description: 'The post, as it is now.',
    schema: 'Post',
    headers: ['etag'],
  },
  problems: ['forbidden'],
} as const satisfies Route;

export const deletePost = {
  method: 'delete',
  path: '/posts/{postId}',
  operationId: 'deletePost',
  tag: 'Posts',
  summary: 'Deletes a post of the caller',
  description:
    'The post is deleted at once; its comments and favorites are deleted in the background.',
  access: 'user',
  params: postParamsSchema,
  ifMatch: true,
  response: { status: 204, description: 'The post is deleted.' },
  problems: ['forbidden'],
} as const satisfies Route;
