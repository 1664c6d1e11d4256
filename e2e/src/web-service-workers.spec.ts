import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { whyNoBrowser } from './support/console-browser.ts';
import { readTarget } from './support/target.ts';
import { WebBrowser } from './support/web-browser.ts';
import { EXPORT } from './support/web-server.ts';

const target = readTarget();
const why = whyNoBrowser(target);

jest.setTimeout(120_000);

/** Answers all navigations with the old page, so the server is not asked for pages any more. */
const OLD_PAGES = `self.addEventListener('install', (event) => {
  event.waitUntil(caches.open('old').then((cache) => cache.add('/')).then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (event.request.mode === 'navigate') event.respondWith(caches.match('/'));
});`;

/** Answers only requests for the configuration, with an API that does not exist any more. */
const OLD_CONFIG = `self.addEventListener('install', (event) => {
  const config = { apiUrl: 'http://127.0.0.1:9', webSocketUrl: 'ws://127.0.0.1:9', development: true };
  event.waitUntil(caches.open('old')
    .then((cache) => cache.put('/config.json', new Response(JSON.stringify(config))))
    .then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname === '/config.json') event.respondWith(caches.match('/config.json'));
});`;

/** The scripts of the origin's service workers, without the app's own, and the names of its caches. */
const LEFT = `Promise.all([
  navigator.serviceWorker.getRegistrations().then((all) => all
    .map(({ active, waiting, installing }) => (active ?? waiting ?? installing).scriptURL)
    .filter((url) => new URL(url).pathname !== '/offline-worker.js')),
  caches.keys(),
]).then((all) => all.flat())`;

(why === undefined ? describe : describe.skip)(
  `service workers of an earlier site${why ? ` (${why})` : ''}`,
  () => {
    let browser: WebBrowser;
    let folder: string;
    let page: Page;

    beforeAll(async () => {
      browser = await WebBrowser.launch(target);
    });

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'blogapp-old-site-'));
      page = await (await browser.context()).newPage();
    });

    afterEach(async () => {
      await page.context().close();
      rmSync(folder, { recursive: true });
    });

    afterAll(async () => {
      // The browser is closed first, because an open browser keeps Jest from exiting.
      await browser.close();
    });

    /** Visits the earlier site, until its worker controls the page. */
    async function visitOldSite(script: string, code: string): Promise<void> {
      const files = {
        'index.html': '<script src="/old.js"></script>',
        '404.html': 'not found',
        'old.js': `navigator.serviceWorker.oncontrollerchange = () => { document.body.textContent = 'controlled'; };
          navigator.serviceWorker.register('${script}')`,
        [script]: code,
      };
      for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
      browser.deploy(folder, 'plain');
      await page.goto('/');
      await page.getByText('controlled').waitFor();
    }

    test.each([
      ['/sw.js', 'plain'],
      ['/service-worker.js', 'plain'],
      ['/ngsw-worker.js', 'cloudfront'],
    ] as const)(
      'one at %s that answers with its old page is replaced at the next visit (%s)',
      async (script, host) => {
        await visitOldSite(script, OLD_PAGES);
        browser.deploy(EXPORT, host);
        await page.goto('/');
        await page.getByRole('link', { name: 'blogapp' }).waitFor();
        expect(await page.evaluate(LEFT)).toEqual([]);
      },
    );

    test('one whose script is not there any more is removed by the app, and answers none of its requests', async () => {
      await visitOldSite('/gone.js', OLD_CONFIG);
      browser.deploy(EXPORT, 'plain');
      await page.goto('/');
      // The feed is shown, so the configuration is that of the new site.
      await page.getByText('There are no posts yet').or(page.locator('article')).first().waitFor();
      expect(await page.evaluate(LEFT)).toEqual([]);
    });
  },
);
