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

/** A text so long that a worker renders it, which the content security policy must allow. Its headings skip levels. */
const LONG_TEXT = `### Swifts\n\n###### In the air\n\n# At home\n\nThey *sleep* in the air. ${'And they eat there. '.repeat(150)}`;

/** Markup that would have an effect if any of it were read as HTML. */
const HARMFUL =
  '<script>document.title="harmed"</script><img src=x onerror="document.title=\'harmed\'">' +
  '<a href="javascript:document.title=\'harmed\'">click</a> </li></ol> \u202Eright to left';

(why === undefined ? describe : describe.skip)(
  `people in the web app${why ? ` (${why})` : ''}`,
  () => {
    let browser: WebBrowser;
    let writers: BrowserContext;
    let readers: BrowserContext;
    let writer: Page;
    let reader: Page;
    /** The path of the post, after it was written. */
    let postPath: string;
    /** A user who writes through the API, without a page. */
    let carol: SignedIn;

    beforeAll(async () => {
      browser = await WebBrowser.launch(target);
      writers = await browser.context();
      readers = await browser.context();
      writer = await writers.newPage();
      reader = await readers.newPage();
      carol = await signIn(target, 'Carol');
    });

    afterAll(async () => {
      // The browser is closed first, because an open browser keeps Jest from exiting.
      await browser.close();
    });

    async function signInAs(page: Page, name: string): Promise<void> {
      await page.goto('/sign-in/');
      await page.getByLabel('Name to sign in with').fill(name);
      await page.getByRole('button', { name: 'Sign in as this name' }).click();
      await page.getByRole('navigation').getByRole('link', { name }).waitFor();
    }
    const comments = (page: Page): Locator => page.getByRole('list').locator('li[id^="comment-"]');
    const comment = (page: Page, text: string): Locator => comments(page).filter({ hasText: text });
    const heading = (page: Page, title: string): Locator =>
      page.getByRole('heading', { name: title, exact: true });
    const live = (page: Page): Promise<void> =>
      page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    const postId = (): string => new URL(postPath, 'http://x').searchParams.get('id') ?? '';

    test('sign in, write a post, and find it in the feed', async () => {
      await signInAs(writer, 'Alice');
      await signInAs(reader, 'Bob');
      await writer.goto('/write/');
      await writer.getByLabel('Title').fill('Of birds');
      await writer.getByLabel('Text').fill(LONG_TEXT);
      await writer.getByRole('button', { name: 'Publish' }).click();
      await heading(writer, 'Of birds').waitFor();
      await heading(writer, 'Swifts').waitFor();
      await writer.locator('em', { hasText: 'sleep' }).waitFor();
      const { pathname, search } = new URL(writer.url());
      postPath = pathname + search;
      await reader.goto('/');
      await reader.getByRole('link', { name: 'Of birds' }).first().click();
      await heading(reader, 'Swifts').waitFor();
    });

    test('see a comment, its change and its deletion without reloading', async () => {
      await Promise.all([live(writer), live(reader)]);
      await reader.getByLabel('Your comment').fill('They do!');
      await reader.getByRole('button', { name: 'Send', exact: true }).click();
      await comment(writer, 'They do!').getByText('Bob').waitFor();
      // Screen readers announce it politely: the text is not seen.
      const said = writer.getByRole('status').filter({ hasText: 'New comment by Bob: They do!' });
      await said.waitFor({ state: 'attached' });

      await comment(reader, 'They do!').getByRole('button', { name: 'Edit' }).click();
      await reader.getByLabel('Change your comment').fill('They do, mostly.');
      await reader.getByRole('button', { name: 'Save' }).click();
      await comment(writer, 'They do, mostly.').getByText('(edited)').waitFor();
      expect(await comments(writer).count()).toBe(1);

      await comment(reader, 'mostly').getByRole('button', { name: 'Delete' }).click();
      await reader.getByRole('button', { name: 'Delete it' }).click();
      await comment(writer, 'mostly').waitFor({ state: 'detached' });
      await comment(reader, 'mostly').waitFor({ state: 'detached' });
      expect(await comments(writer).count()).toBe(0);
    });

    test('read markup and script in a comment as text', async () => {
      await carol.api.comments.create(postId(), { body: HARMFUL });
      await comment(writer, '<script>document.title="harmed"</script>').waitFor();
      const body = comment(writer, 'onerror').locator('p').last();
      expect(await body.textContent()).toBe(HARMFUL);
      // Text in Arabic or Hebrew begins at the right.
      expect(await body.getAttribute('dir')).toBe('auto');
      expect(await comments(writer).locator('script, img, a[href^="javascript"]').count()).toBe(0);
      expect(await writer.title()).toContain('Of birds');
      await writer.reload();
      await comment(writer, 'onerror').waitFor();
      expect(await writer.title()).not.toContain('harmed');
    });

    test('mark a favorite, and find it in their profile', async () => {
      await reader.getByRole('button', { name: 'Favorite, 0 favorites' }).click();
      await reader.getByRole('button', { name: 'Favorite, 1 favorite', pressed: true }).waitFor();
      await writer.getByRole('button', { name: /^Favorite, 1 favorite/, pressed: false }).waitFor();
      await reader.getByRole('navigation').getByRole('link', { name: 'Bob' }).click();
      await reader.getByRole('group', { name: 'What to show' }).getByText('Favorites').click();
      await reader.getByRole('link', { name: 'Of birds' }).first().waitFor();
      await reader.goto(postPath);
      await reader.getByRole('button', { name: 'Favorite, 1 favorite', pressed: true }).waitFor();
    });

    test('miss ten comments while offline, and get each once when they are online again', async () => {
      await live(reader);
      const before = await comments(reader).count();
      await readers.setOffline(true);
      await reader.getByText('Offline: comments will appear when you are back').waitFor();
      const missed = Array.from(
        { length: 10 },
        (_, index) => `missed ${String(index).padStart(2, '0')}`,
      );
      for (const body of missed) await carol.api.comments.create(postId(), { body });
      await comment(writer, 'missed 09').waitFor();
      expect(await comment(reader, 'missed').count()).toBe(0);
      await readers.setOffline(false);
      await comment(reader, 'missed 09').waitFor();
      await live(reader);
      const bodies = await comment(reader, 'missed').locator('p:nth-of-type(2)').allTextContents();
      expect(bodies).toEqual(missed);
      expect(await comments(reader).count()).toBe(before + 10);
    });

    test('see a preview with long lines on a small screen', async () => {
      const page = await (await browser.context()).newPage();
      await signInAs(page, 'Dora');
      await page.setViewportSize({ width: 320, height: 700 });
      await page.goto('/write/');
      await page.getByLabel('Text').fill(`*One line of code:*\n\n    ${'a long line '.repeat(9)}`);
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByRole('region', { name: 'Preview' }).locator('em').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      await page.context().close();
    });

    test('have accessible pages in light and dark', async () => {
      const page = await writers.newPage();
      const places: [string, Locator][] = [
        ['/', page.getByRole('link', { name: 'Of birds' }).first()],
        [postPath, comment(page, 'missed 09')],
        [`/write/?id=${postId()}`, page.getByLabel('Title')],
        ['/profile/?user=alice', page.getByRole('link', { name: 'Of birds' }).first()],
      ];
      const findings = [];
      for (const [path, shown] of places) {
        await page.goto(path);
        await shown.waitFor();
        findings.push(...(await findingsOf(page)).map((finding) => `${path}: ${finding}`));
      }
      await page.close();
      expect(findings).toEqual([]);
    });

    test('continue when the tab that has the connection is closed', async () => {
      const second = await readers.newPage();
      await second.goto(postPath);
      await live(second);
      await comment(second, 'missed 09').waitFor();
      // The older tab has the connection of both.
      await reader.close();
      const { commentId } = await carol.api.comments.create(postId(), { body: 'after the leader' });
      await second.locator(`#comment-${commentId}`).waitFor();
      expect(await comment(second, 'after the leader').count()).toBe(1);
      reader = second;
    });

    test('are told of a change by somebody else when they save, and of a deleted post', async () => {
      const bobs = await (await browser.context()).newPage();
      await signInAs(bobs, 'Alice');
      await bobs.goto(`/write/?id=${postId()}`);
      await writer.goto(`/write/?id=${postId()}`);
      await bobs.getByLabel('Title').fill('Of swifts');
      await writer.getByLabel('Title').fill('Of larks');
      await bobs.getByRole('button', { name: 'Save' }).click();
      await heading(bobs, 'Of swifts').waitFor();
      await writer.getByRole('button', { name: 'Save' }).click();
      await writer.getByText('Of swifts').first().waitFor();
      await bobs.getByRole('button', { name: 'Delete', exact: true }).first().click();
      await bobs.getByRole('button', { name: 'Delete it' }).click();
      await reader.getByText('The author has deleted this post').waitFor();
      await bobs.context().close();
    });

    test('made no error, and the policy refused nothing', () => {
      // These errors are expected: requests while offline, and the refused change.
      const known = /ERR_INTERNET_DISCONNECTED|status of 412/;
      expect(browser.problems.filter((problem) => !known.test(problem))).toEqual([]);
    });
  },
);
