import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Context } from './context.mts';

const bundles = resolve(import.meta.dirname, '../../../dist/apps');
/** A comment at a bundle's end: it changes the content and nothing else. */
const MARK = '\n// deployed again by the load test';

/**
 * Changes the content of every bundle, as a deployment does, so that `sam-offline start --watch` serves new
 * ones: a mark is added at the end, or removed where it is there already. A deployed stack is deployed by hand meanwhile.
 *
 * @throws Error where there are no bundles
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
