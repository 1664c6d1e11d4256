import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DeployError } from '../errors.ts';
import { filesIn } from '../package/index.ts';

/**
 * The kinds of files in the order of their upload: what a page refers to is uploaded before the
 * page.
 */
export const FILE_KINDS = ['assets', 'data', 'workers', 'pages'] as const;

export type FileKind = (typeof FILE_KINDS)[number];

/** How long browsers and CloudFront cache the files of a kind. */
export const CACHE_CONTROL: Readonly<Record<FileKind, string>> = {
  // Their names are hashes of their content.
  assets: 'public, max-age=31536000, immutable',
  data: 'public, max-age=60',
  // A browser must find the newest script, so no cache may keep an earlier one.
  workers: 'no-cache',
  pages: 'public, max-age=60',
};

/** A file of the site. */
export interface SiteFile {
  /** Its path in the site, with "/" as separator and not at the start. */
  readonly path: string;
  readonly kind: FileKind;
  readonly bytes: Buffer;
}

/**
 * The names of files below this folder are hashes: Next.js gives them, and so does the build's step
 * that moves inline scripts.
 */
const HASHED = '_next/static/';

/** The service workers of `apps/web/public`. */
const WORKERS: readonly string[] = ['offline-worker.js', 'service-worker.js', 'sw.js'];

/** The kind of a file, by its path in the site. */
export function kindOf(path: string): FileKind {
  if (path.startsWith(HASHED)) return 'assets';
  if (WORKERS.includes(path)) return 'workers';
  return path.endsWith('.html') ? 'pages' : 'data';
}

/**
 * The MD5 of a file: S3 uses it as the entity tag of an object that was uploaded in one part and is
 * encrypted with S3's own key.
 */
export function entityTag({ bytes }: SiteFile): string {
  return createHash('md5').update(bytes).digest('hex');
}

/**
 * Reads the export of the web app.
 *
 * @param folder `dist/apps/web`
 * @throws DeployError when it was not built
 */
export function readSite(folder: string): readonly SiteFile[] {
  if (statSync(join(folder, 'index.html'), { throwIfNoEntry: false }) === undefined) {
    throw new DeployError(
      `There is no ${join(folder, 'index.html')}; build it: npx nx run-many -t build`,
    );
  }
  return filesIn(folder).map((path) => siteFile(path, readFileSync(join(folder, path))));
}

/** Makes a file of the site. A text is written as UTF-8. */
export function siteFile(path: string, content: Buffer | string): SiteFile {
  return { path, kind: kindOf(path), bytes: Buffer.from(content) };
}
