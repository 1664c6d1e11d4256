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
 * Merges a function's layers into one folder, as AWS does at `/opt`. A file of a later layer
 * replaces one of an earlier layer
 * (https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html).
 *
 * @param layers the absolute paths of folders and archives, in the function's order
 * @param directory the folder for new files; it belongs to this function only
 * @returns the absolute path; undefined if there are no layers
 * @throws Error if a layer does not exist, or is a damaged archive
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

/**
 * Links a file, which needs no disk space. A module that is a hard link finds the other modules of
 * the merged folder.
 */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // The file is on another file system, or the file system does not support links.
    copyFileSync(source, target);
  }
}
