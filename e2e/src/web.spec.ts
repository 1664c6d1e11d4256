import type { CommentPage } from '@blogapp/shared-types/rest';
import type { Locator, Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { whyNoBrowser } from './support/console-browser.ts';
import { signIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';
import { findingsOf } from './support/web-axe.ts';
import { WebBrowser } from './support/web-browser.ts';
import { EMPTY_PAGE, FEED_SCRIPT_BUDGET, measurePage } from './support/web-measure.ts';

const target = readTarget();
const why = whyNoBrowser(target);

const PAGES = [
  '/',
  '/post/?id=01ARZ3NDEKTSV4RRFFQ69G5FAV',
  '/write/',
  '/profile/',
  '/sign-in/',
  '/debug/realtime/',
  '/no-such-page/',
] as const;

// The steps of these tests have their own time-outs.
jest.setTimeout(120_000);

/** Waits until React has hydrated the page that was served. */
const hydrated = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => {
    const { document } = globalThis as unknown as {
      document: { querySelector(selector: string): object | null };
    };
    return Object.keys(document.querySelector('main') ?? {}).some((key) =>
      key.startsWith('__react'),
    );
  });

function installedVersion(name: string): string {
  const file = resolve(import.meta.dirname, `../../node_modules/${name}/package.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

const MANY = 10_000;
const manyIds = (number: number): string => `01KAR6M0G0${String(number).padStart(16, '0')}`;

/** A page of a post's 10,000 comments, as the API gives it: writing them would take minutes. */
function manyComments(postId: string, query: URLSearchParams): CommentPage {
  const step = query.get('order') === 'newest' ? -1 : 1;
  const start = Number(query.get('cursor') ?? (step === 1 ? 1 : MANY));
  const left = step === 1 ? MANY - start + 1 : start;
  const count = Math.min(Number(query.get('limit')), left);
  const items = Array.from({ length: count }, (_, index) => {
    const commentId = manyIds(start + index * step);
    const body = `Comment ${start + index * step}. ${'Some words. '.repeat(index % 9)}`;
    const createdAt = '2026-11-23T08:00:00.000Z';
    return { postId, commentId, authorId: 'bob', body, createdAt, changeId: commentId };
  });
  return { items, ...(count < left && { nextCursor: String(start + count * step) }) };
}

(why === undefined ? describe : describe.skip)(`the web app${why ? ` (${why})` : ''}`, () => {
  let browser: WebBrowser;

  beforeAll(async () => {
    browser = await WebBrowser.launch(target);
  });

  afterAll(async () => {
    // The browser is closed first, because an open browser keeps Jest from exiting.
    await browser.close();
  });

  describe('each page', () => {
    let page: Page;
    beforeAll(async () => {
      page = await (await browser.context()).newPage();
    });
    afterAll(() => page.context().close());

    test.each(PAGES)(
      '%s is hydrated under the deployed policy, and is accessible in light and dark',
      async (path) => {
        const response = await page.goto(path);
        expect(response?.headers()['content-security-policy']).toContain("default-src 'none'");
        await hydrated(page);
        await page.waitForLoadState('networkidle');
        expect(await findingsOf(page)).toEqual([]);
      },
    );
  });

  test('is served without inline scripts and styles', async () => {
    const page = await (await browser.context()).newPage();
    await page.goto('/');
    const inline = await page.evaluate(`Promise.all(${JSON.stringify(PAGES)}.map(async (path) => {
      const text = await (await fetch(path)).text();
      const served = new DOMParser().parseFromString(text, 'text/html');
      const all = [...served.querySelectorAll('*')];
      return all.filter((element) => element.matches('script:not([src]), style') ||
        element.getAttributeNames().some((name) => name.startsWith('on') || name === 'style'))
        .map((element) => path + ': ' + element.outerHTML);
    })).then((found) => found.flat())`);
    expect(inline).toEqual([]);
    await page.context().close();
  });

  test('the feed loads little more script than an empty page of the framework, and its layout does not shift', async () => {
    const alice = await signIn(target, 'Alice');
    // The feed gets more posts than fit on a screen.
    for (let count = 0; count < 12; count++) {
      await alice.api.posts.create({ title: `Measured ${count}`, body: 'Some words. '.repeat(40) });
    }
    for (const [name, version] of [
      ['next', EMPTY_PAGE.next],
      ['react', EMPTY_PAGE.react],
    ]) {
      // If the version changed, measure its empty page (npx nx run web:measure), and record the
      // result.
      expect([name, installedVersion(name ?? '')]).toEqual([name, version]);
    }
    const context = await browser.context();
    const { scriptBytes, layoutShift } = await measurePage(context, '/', 'article');
    await context.close();
    expect(scriptBytes - EMPTY_PAGE.scriptBytes).toBeLessThanOrEqual(FEED_SCRIPT_BUDGET);
    expect(layoutShift).toBe(0);
  });

  test('nothing moves in a list that is shorter than a screen', async () => {
    const dora = await signIn(target, 'Dora');
    await dora.api.posts.create({ title: 'The only one', body: 'Short.' });
    const context = await browser.context();
    const { layoutShift } = await measurePage(context, `/profile/?user=${dora.userId}`, 'article');
    await context.close();
    expect(layoutShift).toBe(0);
  });

  test('of 10,000 comments, the first and the latest are a click away, and reading on needs none', async () => {
    const dora = await signIn(target, 'Dora');
    const { postId } = (await dora.api.posts.create({ title: 'Much read', body: 'Short.' })).post;
    const page = await (await browser.context()).newPage();
    await page.route(`**/posts/${postId}/comments?*`, (route) =>
      route.fulfill({
        json: manyComments(postId, new URL(route.request().url()).searchParams),
        headers: { 'access-control-allow-origin': '*' },
      }),
    );
    await page.goto(`/post/?id=${postId}`);
    const comment = (number: number): Locator => page.locator(`#comment-${manyIds(number)}`);
    await comment(10_000).waitFor();
    expect(await comment(1).count()).toBe(0);
    expect(await findingsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show the first comments' }).click();
    await page.locator(`#comment-${manyIds(1)}:focus`).waitFor();
    // More comments are loaded before the reader is at the end.
    await comment(90).scrollIntoViewIfNeeded();
    await comment(190).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Latest comments' }).click();
    await page.locator(`#comment-${manyIds(10_000)}:focus`).waitFor();
    // A gap above the screen loads nothing by itself. Its button does, and the comments below stay in place.
    const loaded = await page.locator('li[id^="comment-"]').count();
    const earlier = page.getByRole('button', { name: 'Show earlier comments' });
    await earlier.scrollIntoViewIfNeeded();
    const top = async (): Promise<number> => (await comment(9_951).boundingBox())?.y ?? 0;
    const before = await top();
    await earlier.click();
    await comment(9_851).waitFor({ state: 'attached' });
    expect(await page.locator('li[id^="comment-"]').count()).toBe(loaded + 100);
    expect(Math.abs((await top()) - before)).toBeLessThan(1);
    await page.context().close();
  });

  test('made no error, and the policy refused nothing', () => {
    // These errors are expected: for a page and a post that do not exist, and for Next.js's
    // prefetches, which the measurement stops.
    const known = /_rsc=|(?:no-such-page|01ARZ3NDEKTSV4RRFFQ69G5FAV)\S*: .* 404 /;
    expect(browser.problems.filter((problem) => !known.test(problem))).toEqual([]);
  });
});
