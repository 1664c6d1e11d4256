import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds wrong with the accessibility of a page as it is now, each as `rule: element`. */
export async function findingsOf(page: Page): Promise<string[]> {
  // Not as a script of the page: its policy would refuse it.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const tester = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations } = await tester.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
}
