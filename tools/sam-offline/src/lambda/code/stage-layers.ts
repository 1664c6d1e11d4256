import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { unpack } from './unpack.ts';

/**
 * Makes one folder of a function's layers, which it has at `/opt` on AWS: of a file that several have, the last
 * layer's counts (https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html).
 *
 * @param layers folders and archives, absolute, in the function's order
 * @param directory where files may be written, of this function alone
 * @returns absolute; undefined without layers
 * @throws Error when a layer does not exist, or is a damaged archive
 */
export function stageLayers(layers: readonly string[], directory: string): string | undefined {
  const folders = layers.map((layer, index) => {
    if (statSync(layer).isDirectory()) return layer;
    const folder = join(directory, `layer-${index}`);
    unpack(layer, folder);
    return folder;
  });
  if (folders.length < 2) return folders[0];
  const merged = join(directory, 'opt');
  rmSync(merged, { recursive: true, force: true });
  for (const folder of folders) overlay(folder, merged);
  return merged;
}

function overlay(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(target);
      overlay(source, target);
      continue;
    }
    rmSync(target, { recursive: true, force: true });
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkOrCopy(source, target);
  }
}

/** Links cost no space, and a module in one finds its neighbours in the merged folder. */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // Another file system, or one without links.
    copyFileSync(source, target);
  }
}
