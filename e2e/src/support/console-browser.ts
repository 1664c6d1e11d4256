import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Target } from './target.ts';

/**
 * Where Linux distributions put a Chromium. sam-offline's tests of the page look in the same places. The end-to-end tests import nothing of what they test
 * (`eslint.config.mjs`), and there is nothing that both may import.
 */
export const CHROMIUM = [
  '/usr/lib/chromium/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path));

/**
 * Why the console can't be tested in a browser; undefined where it can.
 *
 * @param target absent where a test starts a stack of its own
 */
export function whyNoBrowser(target?: Target): string | undefined {
  if (target !== undefined && target.ConsoleUrl === undefined) {
    return 'a deployed stack has no console';
  }
  return CHROMIUM === undefined ? 'there is no Chromium: apt-get install chromium' : undefined;
}

/** A page of Chromium that looks at a stack's console. */
export class ConsoleBrowser {
  /** Errors of the page's script, and what it wrote to the browser's console as errors. */
  readonly problems: string[] = [];
  readonly page: Page;
  readonly #browser: Browser;
  readonly #url: string;

  private constructor(browser: Browser, page: Page, url: string) {
    this.#browser = browser;
    this.page = page;
    this.#url = url;
    page.on('pageerror', ({ message }) => this.problems.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
  }

  /** @throws Error where there is no Chromium */
  static async launch({ ConsoleUrl = '' }: Partial<Target> = {}): Promise<ConsoleBrowser> {
    const browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: ['--no-sandbox', '--disable-background-networking'],
    });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    return new ConsoleBrowser(browser, await context.newPage(), ConsoleUrl);
  }

  /** Another tab. */
  newPage(): Promise<Page> {
    return this.page.context().newPage();
  }

  /**
   * Opens a place of the console: `traces?q=health`.
   *
   * @param url of another stack's console than the target's
   */
  async open(place: string, url = this.#url): Promise<void> {
    await this.page.goto(`${url}/#/${place}`);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
