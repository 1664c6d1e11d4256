import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Asset } from './http/index.ts';

const PAGE_DIRECTORY = join(import.meta.dirname, 'page');
/** The folder of the built files. A package has it instead of the page's sources. */
const BUILT_DIRECTORY = resolve(import.meta.dirname, '../../dist/console');

const FILES: Readonly<Record<string, { readonly file: string; readonly contentType: string }>> = {
  '/console.js': { file: 'main.js', contentType: 'text/javascript; charset=utf-8' },
  '/console.css': { file: 'main.css', contentType: 'text/css; charset=utf-8' },
};

/** The HTML page. Its script reads from the fragment of the address what to show. */
const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>sam-offline console</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/console.css" />
    <script type="module" src="/console.js"></script>
  </head>
  <body>
    <noscript>The console needs JavaScript. Its data is at /api/openapi.json, too.</noscript>
  </body>
</html>
`;

/** Gives the page's files. They are read, and built if needed, at the first request. */
export function createPageAssets(): (path: string) => Promise<Asset | undefined> {
  let built: Promise<unknown> | undefined;
  return async (path) => {
    if (path === '/') return { contentType: 'text/html; charset=utf-8', body: HTML };
    const asset = FILES[path];
    if (asset === undefined) return undefined;
    await (built ??= buildIfNeeded().catch((error: unknown) => {
      built = undefined;
      throw error;
    }));
    const { file, contentType } = asset;
    return { contentType, body: await readFile(join(BUILT_DIRECTORY, file)) };
  };
}

/** In the workspace, builds the page if there is no build of its present sources. */
async function buildIfNeeded(): Promise<void> {
  const sources = await newestOf(PAGE_DIRECTORY);
  if (sources === undefined) return;
  const builtMs = await stat(join(BUILT_DIRECTORY, 'main.css')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (builtMs < sources) await buildPage();
}

/**
 * The time at which the newest file of a folder was written. Undefined if the folder has no file.
 */
async function newestOf(directory: string): Promise<number | undefined> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const times = await Promise.all(
    names
      .filter((name) => /\.(?:tsx?|css)$/.test(name))
      .map(async (name) => (await stat(join(directory, name))).mtimeMs),
  );
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * Bundles the page into one script and one style sheet. The Nx targets `build` and `pack` use this
 * too.
 */
export async function buildPage(folder = BUILT_DIRECTORY): Promise<void> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(PAGE_DIRECTORY, 'main.tsx')],
    outdir: folder,
    ...{ bundle: true, minify: true, format: 'esm', target: 'es2022', write: false },
    ...{ jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  });
  await mkdir(folder, { recursive: true });
  for (const { path, contents } of outputFiles) {
    // A process that reads meanwhile gets either the earlier file or the new one, never a part.
    const temporary = `${path}.${process.pid}`;
    await writeFile(temporary, contents);
    await rename(temporary, path);
  }
}
