import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Context } from './context.mts';

const bundles = resolve(import.meta.dirname, '../../../dist/apps');
/** A comment at the end of a bundle. It changes the content of the bundle, and nothing else. */
const MARK = '\n// deployed again by the load test';

/**
 * Changes the content of every bundle, as a deployment does, so that `sam-offline start --watch`
 * serves new ones. It adds a mark at the end, or removes it if it is there. For a deployed stack,
 * start deployments yourself meanwhile.
 *
 * @throws Error if there are no bundles
 */
export async function redeploy({ vars }: Context): Promise<void> {
  if (!/127\.0\.0\.1|localhost/.test(String(vars.target))) return;
  const files = (await readdir(bundles, { recursive: true })).filter((name) =>
    name.endsWith('index.mjs'),
  );
  if (files.length === 0) throw new Error(`There are no bundles in ${bundles}; build them first.`);
  for (const file of files) {
    const path = join(bundles, file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.endsWith(MARK) ? text.slice(0, -MARK.length) : text + MARK);
  }
}
