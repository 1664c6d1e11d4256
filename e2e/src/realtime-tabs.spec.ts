import { CuttableNetwork } from '@blogapp/realtime-client/raw';
import { build } from 'esbuild';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { CHROMIUM } from './support/console-browser.ts';
import { signIn, type SignedIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';

const target = readTarget();
const canRun = CHROMIUM !== undefined && target.WebSocketUrl.startsWith('ws:');

/**
 * A page that shows the comments of a post as they arrive, with the library's React hooks, in
 * strict mode.
 */
const SCRIPT = `
  import { createRealtimeClient } from '@blogapp/realtime-client';
  import { useChannel, useConnectionState } from '@blogapp/realtime-client/react';
  import { createElement, StrictMode, useMemo, useState } from 'react';
  import { createRoot } from 'react-dom/client';

  const { url, postId } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const client = createRealtimeClient({ url });
  function Comments() {
    const [ids, setIds] = useState([]);
    useChannel(client, 'post:' + postId, {
      since: postId,
      onEvent: ({ type, id }) => {
        if (type === 'comment.created') setIds((before) => [...before, id]);
      },
    });
    const { status } = useConnectionState(client);
    return createElement('main', { 'data-status': status }, ids.join(' '));
  }
  createRoot(document.body).render(createElement(StrictMode, null, createElement(Comments)));
`;

const PAGE = `<!doctype html><title>tab</title><body><script type="module" src="/tab.js"></script>`;

(canRun ? describe : describe.skip)('tabs of one browser', () => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let network: CuttableNetwork;
  let bob: SignedIn;
  let postId: string;
  let problems: Error[];

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: SCRIPT, resolveDir: import.meta.dirname, loader: 'js' },
      ...{
        bundle: true,
        write: false,
        format: 'esm',
        define: { 'process.env.NODE_ENV': '"development"' },
      },
    });
    const script = outputFiles[0]?.contents;
    server = createServer(({ url }, response) => {
      if (url === '/tab.js') response.setHeader('content-type', 'text/javascript').end(script);
      else response.setHeader('content-type', 'text/html').end(PAGE);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });
  beforeEach(async () => {
    problems = [];
    [bob, network, context] = await Promise.all([
      signIn(target),
      CuttableNetwork.to(target.WebSocketUrl),
      browser.newContext(),
    ]);
    ({ postId } = (await bob.api.posts.create({ title: 'Live', body: 'x' })).post);
  });
  afterEach(async () => {
    await context.close();
    await network.close();
  });

  async function openTab(): Promise<Page> {
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error));
    const { port } = server.address() as AddressInfo;
    await page.goto(
      `http://127.0.0.1:${port}/#${String(new URLSearchParams({ url: network.url, postId }))}`,
    );
    // The element is still empty, so it is not visible.
    await page.locator('main[data-status=open]').waitFor({ state: 'attached' });
    return page;
  }

  const shows = (pages: readonly Page[], ids: readonly string[]) =>
    Promise.all(pages.map((page) => page.getByText(ids.join(' '), { exact: true }).waitFor()));
  const comment = async (body: string): Promise<string> =>
    (await bob.api.comments.create(postId, { body })).changeId;

  test('share one connection, and continue when the tab that has it is closed', async () => {
    const leader = await openTab();
    const others = [await openTab(), await openTab()];
    const ids = [await comment('one')];
    await shows([leader, ...others], ids);
    expect(network.connections).toBe(1);

    await Promise.all([leader.close(), comment('two').then((id) => ids.push(id))]);
    ids.push(await comment('three'));
    await shows(others, ids);
    expect(network.connections).toBe(2);
    expect(problems).toEqual([]);
  });
});
