import { existsSync } from 'node:fs';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

/**
 * Where Linux distributions put a Chromium. The end-to-end tests look in the same places. They import nothing of sam-offline (`eslint.config.mjs`), and there is
 * nothing that both may import.
 */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

/** Why the page can't be tested; undefined where it can. */
export const WHY_NO_PAGE =
  CHROMIUM === undefined ? 'there is no Chromium: apt-get install chromium' : undefined;

/** @throws Error where there is no Chromium */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM ?? '',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

/** Presses Tab until an element has the focus. @throws Error when it is not reached */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  const focused = wanted.and(page.locator(':focus'));
  for (let presses = 0; presses < 60; presses++) {
    if ((await focused.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(wanted)}`);
}
