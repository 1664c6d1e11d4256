import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inlinePartsOf, type InlineScript } from './inline-parts.ts';

/** The folder is next to Next.js's own files: hosts cache files below `_next/static` for ever. */
const FOLDER = '_next/static/inline';

/** A file that replaces inline scripts. */
interface ScriptFile {
  readonly path: string;
  readonly code: string;
}

/**
 * Moves the inline scripts of each page of an export into files whose names are hashes of their content, so that the
 * pages work under a content security policy without `unsafe-inline`. Next.js's static export has no other way: a nonce
 * needs a server. https://nextjs.org/docs/app/guides/content-security-policy
 *
 * @param folder the export
 * @returns how many pages were changed
 * @throws Error that names the page in which something else is inline
 */
export function moveInlineScripts(folder: string): number {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html'))
    .toSorted();
  const faults: string[] = [];
  let changed = 0;
  for (const page of pages) {
    const html = readFileSync(join(folder, page), 'utf8');
    const { scripts, others } = inlinePartsOf(html);
    faults.push(...others.map((part) => `${page}: ${part}`));
    if (scripts.length === 0) continue;
    const { text, files } = withoutInlineScripts(html, scripts);
    mkdirSync(join(folder, FOLDER), { recursive: true });
    for (const { path, code } of files) writeFileSync(join(folder, path), code);
    writeFileSync(join(folder, page), text);
    changed += 1;
  }
  if (faults.length === 0) return changed;
  throw new Error(
    `The content security policy refuses what is inline in these pages; use a class or a file:\n${faults.join('\n')}`,
  );
}

/**
 * A page in which a script file replaces each run of scripts. They run in the same order and at the
 * same point of parsing, because the parser waits for a script without `async` and `defer`.
 */
export function withoutInlineScripts(
  html: string,
  scripts: readonly InlineScript[],
): { readonly text: string; readonly files: readonly ScriptFile[] } {
  const files: ScriptFile[] = [];
  let text = '';
  let position = 0;
  for (const run of runsOf(html, scripts)) {
    // Each script is complete, so only a line break is needed between them.
    const code = run.scripts.map((script) => script.code).join('\n;');
    const hash = createHash('sha256').update(code).digest('hex').slice(0, 20);
    const path = `${FOLDER}/${hash}.js`;
    files.push({ path, code });
    const attributes = run.attributes === '' ? '' : ` ${run.attributes}`;
    text += `${html.slice(position, run.start)}<script${attributes} src="/${path}"></script>`;
    position = run.end;
  }
  return { text: text + html.slice(position), files };
}

interface Run {
  readonly scripts: InlineScript[];
  readonly attributes: string;
  readonly start: number;
  end: number;
}

/**
 * Groups scripts with the same attributes and only space between them into runs: one request
 * instead of many.
 */
function runsOf(html: string, scripts: readonly InlineScript[]): readonly Run[] {
  const runs: Run[] = [];
  for (const script of scripts) {
    const last = runs.at(-1);
    const isNext = last !== undefined && html.slice(last.end, script.start).trim() === '';
    if (isNext && last.attributes === script.attributes && !script.attributes.includes('id=')) {
      last.scripts.push(script);
      last.end = script.end;
    } else {
      const { attributes, start, end } = script;
      runs.push({ scripts: [script], attributes, start, end });
    }
  }
  return runs;
}
