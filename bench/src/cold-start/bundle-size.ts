import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface BundleSize {
  /** The size of what a cold start loads (KB of 1,000 bytes): the module and its static imports. */
  readonly loadedKb: number;
  readonly loadedGzipKb: number;
  /** The size of everything that is deployed, without source maps (KB). */
  readonly deployedKb: number;
}

/** The sizes of a function's folder, whose entry point is `index.mjs`. */
export async function sizeOf(directory: string): Promise<BundleSize> {
  const loaded = new Map<string, Buffer>();
  await load(join(directory, 'index.mjs'), loaded);
  const files = (await readdir(directory, { recursive: true })).filter((name) =>
    name.endsWith('.mjs'),
  );
  const deployed = await Promise.all(files.map((name) => readFile(join(directory, name))));
  const all = [...loaded.values()];
  return {
    loadedKb: kb(all),
    loadedGzipKb: kb(all.map((content) => gzipSync(content))),
    deployedKb: kb(deployed),
  };
}

/** Adds a module and what it imports statically: `from "./x"` and `import "./x"`, not `import()`. */
async function load(path: string, loaded: Map<string, Buffer>): Promise<void> {
  if (loaded.has(path)) return;
  const content = await readFile(path);
  loaded.set(path, content);
  for (const [, relative = ''] of content
    .toString()
    .matchAll(/\b(?:from|import)\s*"(\.[^"]+\.mjs)"/g)) {
    await load(join(dirname(path), relative), loaded);
  }
}

function kb(contents: readonly Uint8Array[]): number {
  return contents.reduce((sum, { length }) => sum + length, 0) / 1000;
}
