/** @jest-environment node */
import type { TaggedPost } from '@blogapp/api-client';
import { createResource } from '../api/index.ts';
import { createComments } from './comments.ts';
import { loadPost } from './post-data.ts';

/** A post whose requests get no response. */
function waitingPost(requests: string[]) {
  const request = (name: string) => () => {
    requests.push(name);
    return new Promise<never>(() => undefined);
  };
  return {
    postId: '01JDAAAAAAAAAAAAAAAAAAAAAA',
    post: createResource<TaggedPost>(request('post')),
    comments: createComments(request('comments')),
  };
}

test('a post and its comments are requested at the same time, and only once', async () => {
  const requests: string[] = [];
  const data = waitingPost(requests);
  loadPost(data);
  await Promise.resolve();
  expect(requests.toSorted()).toEqual(['comments', 'post']);
  // The reader pointed at a link, and then opened it.
  loadPost(data);
  await Promise.resolve();
  expect(requests).toHaveLength(2);
});
