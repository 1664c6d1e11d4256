import { RawClient } from '@blogapp/realtime-client/raw';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConsoleBrowser, whyNoBrowser } from './support/console-browser.ts';
import { startLocalStack } from './support/local-stack.ts';
import { signIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';

/*
 * `npm run screenshots` makes the pictures of sam-offline's README: it starts the stack, makes
 * traffic, and takes screenshots of the console.
 */

const FOLDER = resolve(import.meta.dirname, '../../tools/sam-offline/screenshots');
/** At this quality, a picture of text is legible and has some ten kilobytes. */
const WEBP_QUALITY = 70;

const stack = await startLocalStack();
try {
  process.env.E2E_OUTPUTS = stack.outputsFile;
  const target = readTarget();
  const why = whyNoBrowser(target);
  if (why !== undefined) throw new Error(why);
  await mkdir(FOLDER, { recursive: true });

  const alice = await signIn(target, 'Alice');
  const { post } = await alice.api.posts.create({ title: 'Hello', body: 'A first post.' });
  const readers = await Promise.all(
    Array.from({ length: 12 }, () => RawClient.connect(target.WebSocketUrl)),
  );
  const channels = [`post:${post.postId}`];
  await Promise.all(
    readers.map((reader) => reader.ask({ action: 'subscribe', channels }, 'subscribed')),
  );
  // Each user may write some comments a minute, so several users write.
  for (let user = 0; user < 4; user++) {
    const bob = await signIn(target, `Bob ${user}`);
    for (const body of ['First!', 'I like this.', 'So do I.', 'Well written.']) {
      const comment = await bob.api.comments.create(post.postId, { body });
      await Promise.all(readers.map((one) => one.next(({ id }) => id === comment.changeId)));
      await alice.api.posts.get(post.postId);
    }
  }
  await fetch(`${target.HttpApiUrl}/posts/01ARZ3NDEKTSV4RRFFQ69G5FAV`);

  const browser = await ConsoleBrowser.launch(target);
  try {
    const { page } = browser;
    const session = await page.context().newCDPSession(page);
    const take = async (name: string, scheme: 'light' | 'dark'): Promise<void> => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      const { data } = await session.send('Page.captureScreenshot', {
        ...{ format: 'webp', quality: WEBP_QUALITY },
      });
      await writeFile(join(FOLDER, `${name}.webp`), Buffer.from(data, 'base64'));
    };

    await browser.open('traces?q=POST%20/comments&range=5m');
    await page.locator('a.trace').first().click();
    await page.getByRole('listitem').filter({ hasText: 'dynamodb-stream' }).first().waitFor();
    await take('trace-light', 'light');
    await page.getByLabel('Search spans').fill('push');
    await page.getByRole('button', { name: 'Open group push' }).click();
    await page
      .getByRole('listitem')
      .filter({ hasText: /^push .*bytes/ })
      .first()
      .getByRole('button')
      .click();
    await page.getByLabel('Content of the frame').waitFor();
    await take('frame-dark', 'dark');

    await browser.open('logs?range=5m');
    await page.locator('.row.log').first().waitFor();
    await take('logs-light', 'light');

    await browser.open('map?range=5m');
    await page.locator('.node').first().waitFor();
    await take('map-light', 'light');

    await browser.open(`data/tables/${target.PostsTableName}?view=stream`);
    await page.locator('tbody button').first().click();
    await page.getByLabel('New image').waitFor();
    await take('stream-light', 'light');

    await browser.open('dashboards?range=15m');
    await page.getByRole('article', { name: 'HTTP errors, share' }).scrollIntoViewIfNeeded();
    await page.getByRole('article', { name: 'HTTP requests' }).locator('.chart').waitFor();
    await page.getByRole('article', { name: 'HTTP requests' }).evaluate((element) => {
      (element as unknown as { scrollIntoView(): void }).scrollIntoView();
    });
    await take('dashboards-dark', 'dark');
  } finally {
    await browser.close();
    await Promise.all(readers.map((reader) => reader.close()));
  }
} finally {
  await stack.stop();
}
