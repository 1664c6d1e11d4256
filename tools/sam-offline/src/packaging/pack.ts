/**
 * The Nx target `pack`: makes `dist/blogapp-sam-offline-….tgz`, the file for `npm install` and `npm
 * publish`.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { buildPackage, packFolder } from './build-package.ts';

const folder = await mkdtemp(join(tmpdir(), 'sam-offline-package-'));
try {
  await buildPackage(folder);
  const file = await packFolder(folder, resolve(import.meta.dirname, '../../dist'));
  const { size } = await stat(file);
  process.stdout.write(`${relative(process.cwd(), file)} (${Math.round(size / 1024)} KB)\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
