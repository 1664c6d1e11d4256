import type { BrowserContext } from 'playwright-core';
import * as z from 'zod';

/** What Chromium says of a page that was loaded without a cache. */
export interface PageMeasure {
  /** Scripts that the page loads, compressed with gzip (bytes); without what is fetched ahead for pages that it links to. */
  readonly scriptBytes: number;
  /** When the largest thing was painted (ms after the navigation began). */
  readonly largestPaintMs: number;
  /** How much moved without anybody's doing; 0 is nothing. https://web.dev/articles/cls */
  readonly layoutShift: number;
}

/**
 * An empty page of the framework, as `npx nx run web:measure` measures it. What the web app loads is compared with it; when
 * one of the versions changes, measure it again.
 */
export const EMPTY_PAGE = { next: '16.4.6', react: '19.3.1', scriptBytes: 135_173 } as const;

/** What the feed may load beyond an empty page (bytes). */
export const FEED_SCRIPT_BUDGET = 45_000;

/** Collects what an observer tells from the beginning of the page on. */
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
 * @param context a new one, so that nothing is in its cache
 * @param ready what the page shows when it has everything
 */
export async function measurePage(
  context: BrowserContext,
  path: string,
  ready: string,
): Promise<PageMeasure> {
  await context.addInitScript({ content: OBSERVE });
  const page = await context.newPage();
  // Next.js asks for the linked pages' data first, and learns from it which scripts they need.
  await page.route(/[?&]_rsc=/, (route) => route.abort());
  await page.goto(path);
  await page.locator(ready).first().waitFor();
  await page.waitForLoadState('networkidle');
  const measure = measureSchema.parse(await page.evaluate(READ));
  await page.close();
  return measure;
}
