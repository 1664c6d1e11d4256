import type { Page } from 'playwright-core';
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
  '/offline/',
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

(why === undefined ? describe : describe.skip)(`the web app${why ? ` (${why})` : ''}`, () => {
  let browser: WebBrowser;

  beforeAll(async () => {
    browser = await WebBrowser.launch(target);
  });

  afterAll(async () => {
    // The browser is closed first, because an open browser keeps Jest from exiting.
    await browser.close();
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    let page: Page;
    beforeAll(async () => {
      page = await (await browser.context({ colorScheme })).newPage();
    });
    afterAll(() => page.context().close());

    test.each(PAGES)(
      '%s is hydrated under the deployed policy, and is accessible',
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

  test('made no error, and the policy refused nothing', () => {
    // These errors are expected: for a page and a post that do not exist, and for Next.js's
    // prefetches, which the measurement stops.
    const known = /_rsc=|(?:no-such-page|01ARZ3NDEKTSV4RRFFQ69G5FAV)\S*: .* 404 /;
    expect(browser.problems.filter((problem) => !known.test(problem))).toEqual([]);
  });
});
