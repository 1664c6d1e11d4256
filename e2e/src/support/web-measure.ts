import type { BrowserContext } from 'playwright-core';
import * as z from 'zod';

/** What Chromium measures for a page that was loaded without a cache. */
export interface PageMeasure {
  /**
   * The scripts that the page loads, compressed with gzip (bytes), without those that are
   * prefetched for linked pages.
   */
  readonly scriptBytes: number;
  /** The time of the largest contentful paint (ms after the navigation began). */
  readonly largestPaintMs: number;
  /**
   * The cumulative layout shift: how much moved without a user's action; 0 means nothing.
   * https://web.dev/articles/cls
   */
  readonly layoutShift: number;
}

/**
 * The size of an empty page of the framework, as `npx nx run web:measure` measures it. The web
 * app's scripts are compared with it. When one of the versions changes, measure it again.
 */
export const EMPTY_PAGE = { next: '16.4.6', react: '19.3.1', scriptBytes: 135_173 } as const;

/** How much more script than an empty page the feed may load (bytes). */
export const FEED_SCRIPT_BUDGET = 45_000;

/** Collects the entries of performance observers from the beginning of the page. */
const OBSERVE = `
  globalThis.measured = { largestPaintMs: 0, layoutShift: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) measured.largestPaintMs = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) measured.layoutShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
`;

const READ = `({
  ...measured,
  scriptBytes: performance.getEntriesByType('resource')
    .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
})`;

const measureSchema = z.object({
  scriptBytes: z.number(),
  largestPaintMs: z.number(),
  layoutShift: z.number(),
});

/**
 * Loads a page until the network is quiet.
 *
 * @param context a new context, so that its cache is empty
 * @param ready matches an element that the page shows when it is complete
 */
export async function measurePage(
  context: BrowserContext,
  path: string,
  ready: string,
): Promise<PageMeasure> {
  await context.addInitScript({ content: OBSERVE });
  const page = await context.newPage();
  // Next.js requests the linked pages' data first, which names the scripts that they need.
  await page.route(/[?&]_rsc=/, (route) => route.abort());
  await page.goto(path);
  await page.locator(ready).first().waitFor();
  await page.waitForLoadState('networkidle');
  const measure = measureSchema.parse(await page.evaluate(READ));
  await page.close();
  return measure;
}
