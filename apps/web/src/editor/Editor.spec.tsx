import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import type { TaggedPost } from '@blogapp/api-client';
import { sessionStore } from '../session/index.ts';
import { browserOutbox } from '../writes/index.ts';
import { EditorPage } from './EditorPage.tsx';

const push = jest.fn();
let query = '';
jest.mock('next/navigation', () => ({
  useRouter: () => ({ push }),
  usePathname: () => '/write/',
  useSearchParams: () => new URLSearchParams(query),
}));

const POST = '01KAR6M0G0A1B2C3D4E5F6G7H8';
const alice = { uid: 'alice', name: 'Alice' };
const tokens = { token: () => Promise.resolve('token'), signOut: () => Promise.resolve() };

/** The API with one post. It accepts changes of the current version. */
let post: TaggedPost['post'];
let refusal: number | undefined;
let sent: string[];

async function respond(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(new URL(input as string, 'http://page'), init);
  const { pathname } = new URL(request.url);
  if (pathname === '/config.json') {
    return Response.json({ apiUrl: 'http://api', webSocketUrl: 'ws://ws', development: true });
  }
  const { method, headers } = request;
  if (method !== 'GET') sent.push(`${method} ${pathname}`);
  const problem = (status: number, name: string): Response =>
    Response.json(
      {
        ...{ type: `https://blogapp.example/problems/${name}`, title: name, status },
        ...{ detail: 'It says why', instance: pathname, correlationId: 'id' },
      },
      { status },
    );
  if (refusal !== undefined && method !== 'GET') return problem(refusal, 'unauthenticated');
  if (method === 'PATCH') {
    const tag = headers.get('if-match');
    if (tag !== `"${post.version}-0"`) return problem(412, 'version-conflict');
    post = { ...post, ...(await request.json()), version: post.version + 1 };
  }
  if (method === 'POST') post = { ...post, ...(await request.json()) };
  return Response.json(post, { headers: { etag: `"${post.version}-0"` } });
}

let root: Root;
let page: HTMLElement;

beforeEach(() => {
  (globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true;
  [query, refusal, sent] = ['', undefined, []];
  push.mockClear();
  localStorage.clear();
  post = {
    ...{ postId: POST, authorId: 'alice', title: 'Title', body: 'one\ntwo', excerpt: '' },
    ...{ version: 1, commentCount: 0, favoriteCount: 0, countsVersion: 0 },
    createdAt: '2026-11-23T08:00:00.000Z',
  };
  globalThis.fetch = respond;
  sessionStore.signedIn('development', tokens, alice);
  page = document.body.appendChild(document.createElement('main'));
});

afterEach(async () => {
  await act(async () => {
    root.unmount();
  });
  page.remove();
});

async function open(): Promise<void> {
  root = createRoot(page);
  await act(async () => {
    root.render(<EditorPage />);
  });
}

/** Waits until a condition is true. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn += 1) {
    if (turn > 500) throw new Error(`the condition did not become true: ${page.textContent}`);
    await act(async () => new Promise((done) => setTimeout(done, 5)));
  }
}

function field(name: 'title' | 'body'): HTMLInputElement {
  const found = page.querySelector<HTMLInputElement>(`[name="${name}"]`);
  if (found === null) throw new Error(`there is no field ${name} in: ${page.textContent}`);
  return found;
}

async function write(name: 'title' | 'body', text: string): Promise<void> {
  const element = field(name);
  await act(async () => {
    // React replaces the element's own setter, so the setter of its class is called.
    const { prototype } = element.constructor as typeof HTMLInputElement;
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(element, text);
    element.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function press(label: string): Promise<void> {
  const button = [...page.querySelectorAll('button')].find(
    ({ textContent }) => textContent === label,
  );
  if (button === undefined) throw new Error(`there is no button ${label} in: ${page.textContent}`);
  await act(async () => {
    button.click();
  });
}

test('a draft is restored when the page is opened again, and removed when it is published', async () => {
  await open();
  await write('title', 'New');
  await write('body', 'Text');
  await act(async () => {
    root.unmount();
  });
  await open();
  expect([field('title').value, field('body').value]).toEqual(['New', 'Text']);
  await press('Publish');
  await until(() => push.mock.calls.length > 0);
  expect(sent).toEqual(['POST /posts']);
  expect(push).toHaveBeenCalledWith(`/post/?id=${POST}`);
  await act(async () => {
    root.unmount();
  });
  await open();
  expect(field('title').value).toBe('');
});

test('a field that is wrong is named, and has the focus', async () => {
  await open();
  await write('title', '\u200b');
  await press('Publish');
  expect(document.activeElement).toBe(field('title'));
  const described = field('title').getAttribute('aria-describedby') ?? '';
  expect(document.getElementById(described)?.textContent).toBe('Enter a title.');
  expect(sent).toEqual([]);
});

test('a text is kept when the session ends while it is written, and is sent after signing in again', async () => {
  await open();
  await write('title', 'New');
  await write('body', 'Long text');
  refusal = 401;
  await press('Publish');
  await until(() => page.textContent.includes('Sign in again'));
  expect(field('body').value).toBe('Long text');
  refusal = undefined;
  sent = [];
  await act(async () => {
    sessionStore.signedIn('development', tokens, alice);
  });
  await until(() => push.mock.calls.length > 0);
  expect(sent).toEqual(['POST /posts']);
  expect(post.body).toBe('Long text');
});

test('a post that was changed meanwhile is compared, and the merged text is saved', async () => {
  query = `id=${POST}`;
  await open();
  await until(() => page.querySelector('textarea') !== null);
  post = { ...post, body: 'one\ntwo\nthree of theirs', version: 2 };
  await write('body', 'one of mine\ntwo');
  await press('Save');
  await until(() => page.textContent.includes('The post was changed meanwhile'));
  await press('Use this text');
  // The merged text is a draft too, based on the version that is published now.
  await act(async () => {
    root.unmount();
  });
  await open();
  await until(() => page.querySelector('textarea') !== null);
  expect(field('body').value).toBe('one of mine\ntwo\nthree of theirs');
  await press('Save');
  await until(() => push.mock.calls.length > 0);
  expect(post).toMatchObject({ body: 'one of mine\ntwo\nthree of theirs', version: 3 });
  expect(browserOutbox().writes).toEqual([]);
});

test("somebody else's post can not be changed", async () => {
  query = `id=${POST}`;
  post = { ...post, authorId: 'bob' };
  await open();
  await until(() => page.textContent.includes('somebody else'));
  expect(page.querySelector('textarea')).toBeNull();
});
