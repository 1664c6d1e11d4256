import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Cell, ReportView, Section, TableView } from './view.ts';

/** The path is found from here by the name of the folder, since Jest runs this file as CommonJS. */
const pageFolder = join(import.meta.dirname, '../../page');
const require = createRequire(join(pageFolder, 'main.ts'));

/**
 * Writes a report as one HTML file that needs no other file. Styles, script, charts and data are in
 * it, and its content security policy forbids the browser to load anything.
 */
export function toHtml(view: ReportView): string {
  const { script, style, licence } = loadPage();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<title>${escape(view.title)}</title>
<!-- The charts are drawn by uPlot:
${licence}-->
<style>${style}</style>
</head>
<body>
${header(view)}
<main>
${view.sections.map((section, index) => renderSection(section, index)).join('\n')}
</main>
<script id="view" type="application/json">${toInlineJson(view)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function header({
  title,
  description,
  verdict,
  warnings,
  headlines,
  sections,
}: ReportView): string {
  const tiles = headlines.map(
    ({ label, value, note, bad }) =>
      `<div class="tile${bad ? ' bad' : ''}"><dt>${escape(label)}</dt><dd>${escape(value)}` +
      `${note === undefined ? '' : `<small>${escape(note)}</small>`}</dd></div>`,
  );
  const links = sections.map(({ id, title: text }) => `<a href="#${id}">${escape(text)}</a>`);
  return `<header>
<h1>${escape(title)} <span class="verdict ${verdict.tone}">${escape(verdict.text)}</span></h1>
<p>${withCode(description)}</p>
${warnings.map((warning) => `<p class="warning" role="alert">${escape(warning)}</p>`).join('\n')}
<dl class="tiles">${tiles.join('')}</dl>
<nav>${links.join(' ')}</nav>
</header>`;
}

function renderSection(
  { id, title, help, missing, charts, tables }: Section,
  index: number,
): string {
  const frames = charts.map(
    (chart, position) => `<figure data-section="${index}" data-chart="${position}">
<figcaption><b>${escape(chart.title)}</b>${chart.unit === '' ? '' : ` <span class="unit">${escape(chart.unit)}</span>`}<br><span class="help">${escape(chart.help)}</span></figcaption>
<div class="plot"></div></figure>`,
  );
  return `<section id="${id}">
<h2>${escape(title)}</h2>
<p class="help">${withCode(help)}</p>
${missing === undefined ? '' : `<p class="missing">${escape(missing)}</p>`}
${tables.map(renderTable).join('\n')}
${frames.length === 0 ? '' : `<div class="charts">${frames.join('\n')}</div>`}
</section>`;
}

function renderTable({ columns, rows, numeric }: TableView): string {
  const side = (column: number): string => (numeric.includes(column) ? ' class="number"' : '');
  const head = columns.map((text, column) => `<th${side(column)}>${escape(text)}</th>`);
  const body = rows.map(
    (cells) =>
      `<tr>${cells.map((cell, column) => `<td${side(column)}>${renderCell(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody>
</table></div>`;
}

function renderCell(cell: Cell): string {
  if (typeof cell === 'string') return escape(cell);
  const { text, tone } = cell;
  return tone === 'code'
    ? `<code>${escape(text)}</code>`
    : `<span class="${tone}">${escape(text)}</span>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Marks the texts between backticks as code. */
function withCode(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

/** Writes JSON for a script element. No value can produce `</script>` or `<!--`. */
function toInlineJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

interface Page {
  readonly script: string;
  readonly style: string;
  readonly licence: string;
}

let page: Page | undefined;

/** Bundles the page's script with uPlot, once in each process. */
function loadPage(): Page {
  if (page !== undefined) return page;
  const { outputFiles } = buildSync({
    entryPoints: [join(pageFolder, 'main.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
  });
  const uplot = require.resolve('uplot/package.json');
  const inFolder = (file: string): string => readFileSync(join(uplot, '..', file), 'utf8');
  page = {
    script: (outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script'),
    style: inFolder('dist/uPlot.min.css') + readFileSync(join(pageFolder, 'style.css'), 'utf8'),
    licence: inFolder('LICENSE').replaceAll('--', '—'),
  };
  return page;
}
