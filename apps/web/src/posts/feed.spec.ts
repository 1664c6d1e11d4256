/** @jest-environment node */
import type { PostPage, PostSummary } from '@blogapp/shared-types/rest';
import { createFeed, PAGE_SIZE, type Feed, type ReadPosts } from './feed.ts';

const idOf = (number: number): string => `01KAR6M0G0${String(number).padStart(16, '0')}`;

const post = (number: number, change: Partial<PostSummary> = {}): PostSummary => ({
  postId: idOf(number),
  authorId: 'alice',
  title: `Post ${number}`,
  excerpt: 'Text',
  createdAt: '2026-11-23T08:00:00.000Z',
  version: 1,
  commentCount: 0,
  favoriteCount: 0,
  countsVersion: 0,
  ...change,
});

/** A blog of posts by number, newest first; the cursor is the number before which a page begins. */
class Blog {
  posts: PostSummary[] = [];
  broken = false;
  reads = 0;

  write(...numbers: number[]): void {
    this.posts.unshift(...numbers.map((number) => post(number)));
  }

  readonly read: ReadPosts = ({ limit, cursor }) => {
    this.reads += 1;
    if (this.broken) return Promise.reject(new TypeError('fetch failed'));
    const left = this.posts.filter(({ postId }) => cursor === undefined || postId < cursor);
    const items = left.slice(0, limit);
    const last = items.at(-1);
    return Promise.resolve({
      items,
      ...(left.length > limit && last && { nextCursor: last.postId }),
    } satisfies PostPage);
  };
}

const titles = ({ state }: Feed): string[] => state.posts.map(({ title }) => title);
const range = (from: number, to: number): number[] =>
  Array.from({ length: from - to + 1 }, (_, index) => from - index);

let blog: Blog;
let feed: Feed;

beforeEach(() => {
  blog = new Blog();
  feed = createFeed(blog.read);
});

test('posts of others do not move the list, and are added above it on request', async () => {
  blog.write(2, 1);
  await feed.start();
  blog.write(4, 3);
  await feed.lookForNew();
  expect(titles(feed)).toEqual(['Post 2', 'Post 1']);
  expect(feed.state.fresh).toHaveLength(2);
  feed.showNew();
  expect(titles(feed)).toEqual(['Post 4', 'Post 3', 'Post 2', 'Post 1']);
  expect(feed.state.fresh).toEqual([]);
});

test('every post is shown once while pages are read and others write', async () => {
  blog.write(...range(45, 1));
  await feed.start();
  blog.write(46);
  await feed.loadMore();
  await feed.lookForNew();
  await feed.loadMore();
  feed.showNew();
  expect(titles(feed)).toEqual(range(46, 1).map((number) => `Post ${number}`));
  expect(feed.state.hasMore).toBe(false);
  await feed.loadMore();
  expect(blog.reads).toBe(4);
});

test('when there are more new posts than a page has, the list starts again and leaves nothing out', async () => {
  blog.write(...range(5, 1));
  await feed.start();
  blog.write(...range(5 + PAGE_SIZE + 3, 6));
  await feed.lookForNew();
  expect(feed.state).toMatchObject({ freshIsPartial: true });
  feed.showNew();
  await feed.loadMore();
  expect(titles(feed)).toEqual(range(28, 1).map((number) => `Post ${number}`));
});

test('a page that was requested before the list started again is dropped', async () => {
  blog.write(...range(30, 1));
  await feed.start();
  blog.write(...range(60, 31));
  await feed.lookForNew();
  const older = feed.loadMore();
  feed.showNew();
  await older;
  expect(titles(feed)).toEqual(range(60, 41).map((number) => `Post ${number}`));
});

test('counts and titles in the list are updated, and never become older', async () => {
  blog.posts = [post(1, { version: 2, title: 'Second', commentCount: 5, countsVersion: 9 })];
  await feed.start();
  blog.posts = [post(1, { version: 1, title: 'First', commentCount: 6, countsVersion: 10 })];
  await feed.lookForNew();
  expect(feed.state.posts[0]).toMatchObject({
    title: 'Second',
    commentCount: 6,
    countsVersion: 10,
  });
  blog.posts = [post(1, { version: 3, title: 'Third', commentCount: 4, countsVersion: 8 })];
  await feed.lookForNew();
  expect(feed.state.posts[0]).toMatchObject({ title: 'Third', commentCount: 6, countsVersion: 10 });
});

test('a failure says what failed, keeps the list, and is removed by the next try', async () => {
  blog.broken = true;
  await feed.start();
  expect(feed.state).toMatchObject({ loading: 'nothing', failure: { of: 'first' } });
  blog.broken = false;
  blog.write(...range(25, 1));
  await feed.start();
  expect(feed.state.failure).toBeUndefined();
  blog.broken = true;
  await feed.loadMore();
  expect(feed.state).toMatchObject({ failure: { of: 'more' } });
  expect(titles(feed)).toHaveLength(PAGE_SIZE);
  await feed.lookForNew();
  blog.broken = false;
  await feed.loadMore();
  expect(titles(feed)).toHaveLength(25);
});

test('a deleted post stays while somebody reads the list, and is removed when they come back', async () => {
  blog.write(...range(30, 1));
  await feed.start();
  await feed.loadMore();
  blog.posts = blog.posts.filter(({ title }) => title !== 'Post 29' && title !== 'Post 2');
  await feed.lookForNew();
  expect(titles(feed)).toHaveLength(30);
  await feed.lookForNew('drop-deleted');
  // Only one page is read, so posts beyond it stay.
  expect(titles(feed)).toEqual([30, ...range(28, 1)].map((number) => `Post ${number}`));
});
