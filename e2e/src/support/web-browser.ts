import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from './console-browser.ts';
import type { Target } from './target.ts';
import { startWebServer, type Host, type WebServer } from './web-server.ts';

/** The origin that a stack in development allows with CORS: the template's default. */
export const WEB_ORIGIN = 'http://localhost:3000';

/**
 * A script for each page, which reports what the content security policy refused. Events of this
 * type bubble to the document.
 */
const TELL_REFUSED = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('refused by ' + event.violatedDirective + ': ' + event.blockedURI);
});`;

/**
 * Chromium, in which the web app's export is at `WEB_ORIGIN`. Requests to that origin go to a
 * server on a free port, so port 3000 need not be free.
 */
export class WebBrowser {
  /**
   * What the content security policy refused, errors of scripts, and errors in the browser's
   * console.
   */
  readonly problems: string[] = [];
  readonly #browser: Browser;
  readonly #server: WebServer;

  private constructor(browser: Browser, server: WebServer) {
    this.#browser = browser;
    this.#server = server;
  }

  /** Starts Chromium. @throws Error when there is no Chromium, or no export */
  static async launch(target: Target, folder?: string): Promise<WebBrowser> {
    const server = await startWebServer(target, folder);
    try {
      const browser = await chromium.launch({
        executablePath: CHROMIUM ?? '',
        args: [
          '--no-sandbox',
          '--disable-background-networking',
          `--host-resolver-rules=MAP ${new URL(WEB_ORIGIN).host} 127.0.0.1:${server.port}`,
        ],
      });
      return new WebBrowser(browser, server);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Makes a new browser context, which shares nothing with other contexts. */
  async context(): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ baseURL: WEB_ORIGIN });
    context.setDefaultTimeout(20_000);
    context.on('page', (page) => {
      this.#listen(page);
    });
    // The browser's console also reports refusals, but not for each directive.
    await context.addInitScript({ content: TELL_REFUSED });
    return context;
  }

  /** Replaces the site at `WEB_ORIGIN`. */
  deploy(folder: string, host: Host): void {
    this.#server.deploy(folder, host);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
  }

  #listen(page: Page): void {
    page.on('pageerror', ({ message }) => this.problems.push(`${page.url()}: ${message}`));
    page.on('console', (message) => {
      const { url } = message.location();
      if (message.type() === 'error') this.problems.push(`${url}: ${message.text()}`);
    });
  }
}
