import type { BrowserContext, Locator, Page } from 'playwright-core';
import { whyNoBrowser } from './support/console-browser.ts';
import { signIn, type SignedIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';
import { findingsOf } from './support/web-axe.ts';
import { WebBrowser } from './support/web-browser.ts';

const target = readTarget();
const why = whyNoBrowser(target);

// The steps of these tests have their own time-outs.
jest.setTimeout(120_000);

(why === undefined ? describe : describe.skip)(
  `the web app without a network${why ? ` (${why})` : ''}`,
  () => {
    let browser: WebBrowser;
    let context: BrowserContext;
    let carol: SignedIn;
    let postId: string;

    beforeAll(async () => {
      browser = await WebBrowser.launch(target);
      context = await browser.context();
      carol = await signIn(target, 'Carol');
      const { post } = await carol.api.posts.create({ title: 'Of larks', body: 'They sing.' });
      ({ postId } = post);
    });

    afterAll(async () => {
      // The browser is closed first, because an open browser keeps Jest from exiting.
      await browser.close();
    });

    async function openPost(): Promise<Page> {
      const page = await context.newPage();
      await page.goto(`/post/?id=${postId}`);
      await page.getByLabel('Your comment').waitFor();
      await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
      return page;
    }
    const shown = (page: Page, text: string): Locator =>
      page.getByRole('listitem').filter({ hasText: text });

    test('a first comment is shown in every tab, and sent once when the network is back', async () => {
      const first = await context.newPage();
      await first.goto('/sign-in/');
      await first.getByLabel('Name to sign in with').fill('Dora');
      await first.getByRole('button', { name: 'Sign in as this name' }).click();
      await first.getByRole('navigation').getByRole('link', { name: 'Dora' }).waitFor();
      // The pages have no part of the outbox's notice yet, which they need now.
      const pages = [await openPost(), await openPost()] as const;
      await context.setOffline(true);
      await pages[0].getByLabel('Your comment').fill('In the dark');
      await pages[0].getByRole('button', { name: 'Send', exact: true }).click();
      for (const page of pages) {
        await shown(page, 'In the dark').getByText('when the network is back').waitFor();
        await page.getByRole('heading', { name: 'Of larks' }).waitFor();
      }
      await context.setOffline(false);
      for (const page of pages) {
        await page.locator('li[id^="comment-"]').filter({ hasText: 'In the dark' }).waitFor();
        expect(await shown(page, 'In the dark').count()).toBe(1);
      }
      const { items } = await carol.api.comments.list(postId);
      expect(items.map(({ body }) => body)).toEqual(['In the dark']);
    });

    test('a page that can not be loaded says so, and is loaded when the network is back', async () => {
      const page = await context.newPage();
      await page.goto('/');
      await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
      await context.setOffline(true);
      await page.goto(`/post/?id=${postId}`);
      await page.getByRole('heading', { name: 'You are offline' }).waitFor();
      expect(await findingsOf(page)).toEqual([]);
      await context.setOffline(false);
      await page.getByRole('link', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'Of larks' }).waitFor();
      await page.close();
    });

    test('a page whose component fails says so in the style of the app, which the policy allows', async () => {
      const page = await context.newPage();
      // The page counts comments in words.
      await page.addInitScript({
        content: 'Intl.PluralRules.prototype.select = () => { throw 1; };',
      });
      const before = browser.problems.length;
      await page.goto(`/post/?id=${postId}`);
      await page.getByRole('heading', { name: 'This page has failed' }).waitFor();
      expect(browser.problems.slice(before).filter((text) => text.includes('refused'))).toEqual([]);
      await page.close();
    });
  },
);
