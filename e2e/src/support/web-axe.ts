import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * The accessibility faults that axe finds in the current state of a page, each as `rule: element`.
 */
export async function findingsOf(page: Page): Promise<string[]> {
  // axe is not added as a script of the page, because the content security policy would refuse it.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const tester = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations } = await tester.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
}
