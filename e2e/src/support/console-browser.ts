import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Target } from './target.ts';

/**
 * The paths of Chromium in Linux distributions. sam-offline's tests have the same list: end-to-end
 * tests may not import the code that they test (`eslint.config.mjs`), and there is no module that
 * both may import.
 */
export const CHROMIUM = [
  '/usr/lib/chromium/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path));

/**
 * Why the console can't be tested in a browser; undefined when it can.
 *
 * @param target absent when a test starts its own stack
 */
export function whyNoBrowser(target?: Target): string | undefined {
  if (target !== undefined && target.ConsoleUrl === undefined) {
    return 'a deployed stack has no console';
  }
  return CHROMIUM === undefined ? 'there is no Chromium: apt-get install chromium' : undefined;
}

/** Chromium with a page of a stack's console. */
export class ConsoleBrowser {
  /** Errors of the page's script, and errors that it wrote to the browser's console. */
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

  /** Starts Chromium. @throws Error when there is no Chromium */
  static async launch({ ConsoleUrl = '' }: Partial<Target> = {}): Promise<ConsoleBrowser> {
    const browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: ['--no-sandbox', '--disable-background-networking'],
    });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    return new ConsoleBrowser(browser, await context.newPage(), ConsoleUrl);
  }

  /** Opens another tab. */
  newPage(): Promise<Page> {
    return this.page.context().newPage();
  }

  /**
   * Opens a page of the console: `traces?q=health`.
   *
   * @param url the URL of the console, if it is not the target's
   */
  async open(place: string, url = this.#url): Promise<void> {
    await this.page.goto(`${url}/#/${place}`);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
