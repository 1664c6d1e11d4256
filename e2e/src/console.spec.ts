import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { readTarget } from './support/target.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
const { HttpApiUrl, ConsoleUrl } = readTarget();
// A deployed stack has no console.
const isPossible = CHROMIUM !== undefined && ConsoleUrl !== undefined;
const why =
  CHROMIUM === undefined ? 'there is no Chromium: apt-get install chromium' : 'not a local stack';

(isPossible ? describe : describe.skip)(`the console${isPossible ? '' : ` (${why})`}`, () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: ['--no-sandbox', '--disable-background-networking'],
    });
    page = await browser.newPage();
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await fetch(new URL('health', `${HttpApiUrl}/`));
  });

  afterAll(() => browser.close());

  const open = async (place: string): Promise<void> => {
    await page.goto(`${ConsoleUrl ?? ''}/#/${place}`);
  };

  test('shows a request’s trace, and what it logged', async () => {
    await open('traces?q=health');
    await page.locator('a.trace').first().click();
    await page.getByRole('listitem').filter({ hasText: 'GET /health' }).first().waitFor();
    await page.getByRole('link', { name: 'Logs of this trace' }).click();
    await page
      .getByText(/REPORT RequestId/)
      .first()
      .waitFor();
  });

  test('invokes again, and compares', async () => {
    await open('invocations?q=function:*-api');
    await page.locator('a.invocation').first().click();
    await page.getByRole('button', { name: 'Invoke again' }).click();
    await page.getByText('Compared with').waitFor();
  });

  test.each([
    'logs',
    'traces',
    'dashboards',
    'alarms',
    'map',
    'invocations',
    'connections',
    'data',
    'permissions',
  ])('has an accessible room of %s', async (room) => {
    await open(room);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText(/^live/).waitFor();
    // Not as a script of the page: its security policy would refuse it.
    await page.evaluate(axe.source);
    const serious = await page.evaluate(async () => {
      const tester = (globalThis as unknown as { axe: typeof axe }).axe;
      const { violations } = await tester.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
    });
    expect(serious).toEqual([]);
  });

  test('made no error', () => {
    expect(problems).toEqual([]);
  });
});
