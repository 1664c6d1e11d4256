import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Matches the positions in `at handler (file:///…/index.mjs:12:34)` and `at /…/index.mjs:12:34`.
 */
const FRAME = /((?:file:\/\/)?\/[^\s():]+\.[cm]?js):(\d+):(\d+)/g;
/**
 * The maximum size of a source map, in bytes. Larger ones are not read, because reading them would
 * delay the error's display.
 */
const MAXIMUM_MAP_BYTES = 64 * 1024 * 1024;

/**
 * Replaces the positions in an error's stack with those in the TypeScript sources, by the source
 * maps beside the bundles. A position without a source map is not changed.
 */
export class SourcePositions {
  readonly #maps = new Map<string, SourceMap | undefined>();
  /** The folders of the functions' code. The running code may be a copy of them. */
  readonly #codeDirectories: readonly string[];

  constructor(codeDirectories: readonly string[] = []) {
    this.#codeDirectories = codeDirectories;
  }

  mapStack(text: string): string {
    if (!text.includes('js:')) return text;
    return text.replace(FRAME, (whole, file: string, line: string, column: string) => {
      const path = file.startsWith('file://') ? fileURLToPath(file) : file;
      const entry = this.#mapOf(path)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (entry === undefined || !('originalSource' in entry)) return whole;
      const source = this.#sourcePath(path, entry.originalSource);
      return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    });
  }

  #mapOf(path: string): SourceMap | undefined {
    if (this.#maps.has(path)) return this.#maps.get(path);
    const map =
      readSourceMap(path) ??
      this.#originalsOf(path)
        .map(readSourceMap)
        .find((found) => found);
    this.#maps.set(path, map);
    // Each version of the code has other paths, so the oldest source map is removed.
    const [oldest] = this.#maps.keys();
    if (this.#maps.size > 50 && oldest !== undefined) this.#maps.delete(oldest);
    return map;
  }

  /**
   * Gives the path of a source. Source maps name it relative to the folder in which the bundle was
   * built, and the running code may be a copy in another folder.
   */
  #sourcePath(path: string, source: string): string {
    if (source.startsWith('file://')) return shorten(fileURLToPath(source));
    if (isAbsolute(source)) return shorten(source);
    const [original = path] = this.#originalsOf(path).filter((candidate) => existsSync(candidate));
    return shorten(resolve(dirname(original), source));
  }

  /**
   * Gives the paths that a file may have been copied from: each end of its path, in each folder of
   * code.
   */
  #originalsOf(path: string): string[] {
    const parts = path.split('/').filter((part) => part !== '');
    return this.#codeDirectories.flatMap((directory) =>
      parts.map((_part, index) => join(directory, ...parts.slice(index))),
    );
  }
}

function readSourceMap(path: string): SourceMap | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const comment = text.lastIndexOf('//# sourceMappingURL=');
    if (comment === -1) return undefined;
    const url = text.slice(comment + '//# sourceMappingURL='.length).trim();
    const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(url)?.[1];
    const json =
      inline === undefined
        ? readFileSync(join(dirname(path), decodeURIComponent(url)), 'utf8')
        : Buffer.from(inline, 'base64').toString('utf8');
    if (json.length > MAXIMUM_MAP_BYTES) return undefined;
    return new SourceMap(JSON.parse(json) as SourceMapPayload);
  } catch {
    return undefined;
  }
}

function shorten(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
