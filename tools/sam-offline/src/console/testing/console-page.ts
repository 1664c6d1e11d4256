import { existsSync } from 'node:fs';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

/**
 * The paths at which Linux distributions install Chromium. The end-to-end tests have the same list.
 * They must not import from sam-offline (`eslint.config.mjs`), and there is no module that both may
 * import.
 */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

/** The reason why the page cannot be tested. Undefined if it can. */
export const WHY_NO_PAGE =
  CHROMIUM === undefined ? 'there is no Chromium: apt-get install chromium' : undefined;

/**
 * Starts Chromium.
 *
 * @throws Error if there is none
 */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM ?? '',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

/**
 * Presses Tab until an element has the focus.
 *
 * @throws Error if the element is not reached
 */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  const focused = wanted.and(page.locator(':focus'));
  for (let presses = 0; presses < 60; presses++) {
    if ((await focused.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(wanted)}`);
}
