import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { whyNoBrowser } from './support/console-browser.ts';
import { startLocalStack } from './support/local-stack.ts';
import { signIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';
import { WebBrowser } from './support/web-browser.ts';

/*
 * `npm run screenshots`, after `npx nx build web`, makes the pictures of the README: it starts the
 * stack, writes some posts and comments, and takes screenshots of the web app.
 */

const FOLDER = resolve(import.meta.dirname, '../../apps/web/screenshots');
/** At this quality, a picture of text is legible and has some ten kilobytes. */
const WEBP_QUALITY = 75;

const TEXT = `Swifts spend **ten months** of a year in the air. They eat there, and they sleep there.

## How do they sleep?

They climb to some 2,500 m at dusk, and glide. Half of the brain rests at a time:

\`\`\`ts
const awake = isDusk ? brain.left : brain.both;
\`\`\`
`;

const POSTS = [
  ['A week without a terminal', 'I wrote all of it on paper. What I missed was the way back.'],
  [
    'Tea, and how long to wait',
    'Four minutes is a habit, not a law. I measured it with a thermometer.',
  ],
  ['صباح الخير من عمّان', 'القهوة هنا تُشرب ببطء، والحديث أطول من الفنجان.'],
  ['Of swifts', TEXT],
] as const;

const why = whyNoBrowser();
if (why !== undefined) throw new Error(why);
const stack = await startLocalStack();
try {
  process.env.E2E_OUTPUTS = stack.outputsFile;
  const target = readTarget();
  await mkdir(FOLDER, { recursive: true });
  const [mina, omar] = await Promise.all([signIn(target, 'Mina'), signIn(target, 'Omar')]);
  let postId = '';
  for (const [title, body] of POSTS) {
    ({ postId } = (
      await (title.startsWith('ص') ? omar : mina).api.posts.create({ title, body })
    ).post);
  }
  await omar.api.comments.create(postId, { body: 'Half of the brain? So do I, on Mondays.' });
  await mina.api.comments.create(postId, { body: 'Dolphins do it as well.' });

  const browser = await WebBrowser.launch(target);
  try {
    const context = await browser.context();
    const page = await context.newPage();
    await page.setViewportSize({ width: 1100, height: 820 });
    await page.goto('/sign-in/');
    await page.getByLabel('Name to sign in with').fill('Lena');
    await page.getByRole('button', { name: 'Sign in as this name' }).click();
    await page.getByRole('navigation').getByRole('link', { name: 'Lena' }).waitFor();

    await page.goto('/');
    await page.getByRole('link', { name: 'Of swifts' }).first().waitFor();
    await take(page, 'feed-light', 'light');

    await page.goto(`/post/?id=${postId}`);
    await page.getByText('Dolphins').waitFor();
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await take(page, 'post-dark', 'dark');
  } finally {
    await browser.close();
  }
} finally {
  await stack.stop();
}

async function take(page: Page, name: string, scheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', {
    ...{ format: 'webp', quality: WEBP_QUALITY },
  });
  await session.detach();
  await writeFile(join(FOLDER, `${name}.webp`), Buffer.from(data, 'base64'));
}
