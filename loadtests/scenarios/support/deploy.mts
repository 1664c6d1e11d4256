import { readdir, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Context } from './context.mts';

const bundles = resolve(import.meta.dirname, '../../../dist/apps');

/**
 * Makes the local stack load all bundles again, as a deployment does: their files get a new time, which
 * `sam-offline start --watch` notices. A deployed stack is deployed by hand meanwhile.
 */
export async function redeploy({ vars }: Context): Promise<void> {
  if (!/127\.0\.0\.1|localhost/.test(String(vars.target))) return;
  const files = await readdir(bundles, { recursive: true });
  const now = new Date();
  for (const file of files.filter((name) => name.endsWith('index.mjs'))) {
    await utimes(join(bundles, file), now, now);
  }
}
