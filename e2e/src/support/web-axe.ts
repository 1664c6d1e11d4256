import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** The rules that depend on the colours. */
const COLORS = ['color-contrast', 'link-in-text-block'];

/**
 * The accessibility faults that axe finds in the current state of a page, in light and in dark, each as
 * `scheme: rule: element`. Afterwards, the page is in light, and nothing in it is animated.
 */
export async function findingsOf(page: Page): Promise<string[]> {
  // axe is not added as a script of the page, because the content security policy would refuse it.
  await page.evaluate(axe.source);
  const findings = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // All other rules would find the same in dark.
    const rules = colorScheme === 'dark' ? COLORS : undefined;
    const found = await page.evaluate(async (runOnly) => {
      const tester = (globalThis as unknown as { axe: typeof axe }).axe;
      const { violations } = await tester.run(runOnly ? { runOnly } : {});
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
    }, rules);
    findings.push(...found.map((finding) => `${colorScheme}: ${finding}`));
  }
  return findings;
}
