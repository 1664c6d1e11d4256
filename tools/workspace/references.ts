/**
 * `node tools/workspace/references.ts`, which is a part of `nx lint docs`. It fails if a relative
 * link in Markdown leads to no file or heading, or if a text names an architecture decision record
 * that does not exist.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const TEXTS = /\.(?:md|mdx|tsx?|mjs|cjs|ya?ml)$/;
const RECORD = /^docs\/adr\/0*(\d+)-/;
/** Matches `](../docs/x.md#part)` and `](#part)`, but not URLs. */
const LINK = /\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)/g;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => TEXTS.test(file) && existsSync(resolve(root, file)));
const records = new Set(files.flatMap((file) => RECORD.exec(file)?.slice(1) ?? []));

const problems: string[] = [];
for (const file of files) {
  readFileSync(resolve(root, file), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const where = `${file}:${index + 1}`;
      for (const [, target = '', part] of file.endsWith('.md') ? line.matchAll(LINK) : []) {
        const path = resolve(root, target === '' ? '.' : dirname(file), decodeURI(target || file));
        if (!existsSync(path)) problems.push(`${where}: the link ${target} leads to no file`);
        else if (part !== undefined && path.endsWith('.md') && !partsOf(path).has(part)) {
          problems.push(`${where}: there is no heading for #${part} in ${target || file}`);
        }
      }
      for (const [name, number = ''] of line.matchAll(/\bADRs? 0*(\d+)\b/g)) {
        if (!records.has(number)) problems.push(`${where}: there is no ${name} in docs/adr`);
      }
    });
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

/** The ids of a page that a link can name: its headings, as GitHub turns them into ids. */
function partsOf(path: string): Set<string> {
  const prose = readFileSync(path, 'utf8').replaceAll(/^```.*?^```/gms, '');
  const ids = [...prose.matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
  const explicit = [...prose.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id = '']) => id);
  return new Set([...ids, ...explicit]);
}
