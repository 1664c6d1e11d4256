import type { PostSummary } from '@blogapp/shared-types/rest';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { createFeed, type Feed } from '../posts/index.ts';
import { PostList } from './PostList.tsx';

jest.mock('next/navigation', () => ({ useRouter: () => ({ prefetch: () => undefined }) }));

const post = (number: number): PostSummary => ({
  postId: `01KAR6M0G0${String(number).padStart(16, '0')}`,
  authorId: 'alice',
  authorName: 'Alice',
  title: `Post ${number}`,
  excerpt: '**Text**',
  createdAt: '2026-11-23T08:00:00.000Z',
  version: 1,
  commentCount: 1,
  favoriteCount: 0,
  countsVersion: 0,
});

let root: Root;
let posts: PostSummary[];
let broken: boolean;
let feed: Feed;

beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const config = { apiUrl: 'http://api.test', webSocketUrl: 'ws://ws.test', development: true };
  jest
    .spyOn(globalThis, 'fetch')
    .mockImplementation(() => Promise.resolve(new Response(JSON.stringify(config))));
});
afterAll(() => {
  jest.restoreAllMocks();
});
beforeEach(() => {
  posts = [post(1)];
  broken = false;
  feed = createFeed(() =>
    broken ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve({ items: posts }),
  );
  document.body.innerHTML = '<div></div>';
  root = createRoot(document.body.firstElementChild ?? document.body);
});
afterEach(() => {
  act(() => {
    root.unmount();
  });
});

const show = (): Promise<void> =>
  act(async () => {
    root.render(<PostList feed={feed} empty={<p>Nothing yet</p>} />);
  });
const titles = (): (string | null)[] =>
  [...document.querySelectorAll('h2')].map(({ textContent }) => textContent);
const button = (name: string): HTMLButtonElement | undefined =>
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name);
const press = (name: string): Promise<void> =>
  act(async () => {
    button(name)?.click();
  });

test('new posts are shown by a button, which says how many there are', async () => {
  await show();
  posts = [post(3), post(2), post(1)];
  await act(() => feed.lookForNew());
  expect(titles()).toEqual(['Post 1']);
  await press('2 new posts');
  expect(titles()).toEqual(['Post 3', 'Post 2', 'Post 1']);
  expect(button('2 new posts')).toBeUndefined();
});

test('when the API does not respond, a message says so, and a button tries again', async () => {
  broken = true;
  await show();
  expect(document.querySelector('[role=alert]')?.textContent).toMatch(/does not respond/);
  broken = false;
  await press('Try again');
  expect(titles()).toEqual(['Post 1']);
  expect(document.querySelector('[role=alert]')).toBeNull();
});

test('says when there are no posts yet, and shows a text without its markup', async () => {
  posts = [];
  await show();
  expect(document.body.textContent).toBe('Nothing yet');
  posts = [post(1)];
  await act(() => feed.lookForNew());
  await press('1 new post');
  expect(document.querySelector('article')?.textContent).toMatch(/Alice.*Text1 comment0 favorites/);
});
