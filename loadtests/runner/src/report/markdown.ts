import type { Cell, ReportView, TableView } from './view.ts';

/**
 * Writes the tables of the report as Markdown, for a pull request or a log. Only the HTML has
 * charts.
 */
export function toMarkdown({
  title,
  description,
  verdict,
  warnings,
  headlines,
  sections,
}: ReportView): string {
  return [
    `# ${title}: ${verdict.text}`,
    description,
    ...warnings.map((warning) => `> **Warning:** ${warning}`),
    headlines
      .map(
        ({ label, value, note, bad }) =>
          `- ${bad === true ? '**' : ''}${label}: ${value}${note === undefined ? '' : ` (${note})`}${bad === true ? '**' : ''}`,
      )
      .join('\n'),
    ...sections
      .filter(({ tables, missing }) => tables.length > 0 || missing !== undefined)
      .map(({ title: text, missing, tables }) =>
        [`## ${text}`, ...(missing === undefined ? [] : [missing]), ...tables.map(tableOf)].join(
          '\n\n',
        ),
      ),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function tableOf({ columns, rows, numeric }: TableView): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, column) => (numeric.includes(column) ? '---:' : '---'));
  return [line(columns), line(rule), ...rows.map((cells) => line(cells.map(textOf)))].join('\n');
}

function textOf(cell: Cell): string {
  const clean = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
  if (typeof cell === 'string') return clean(cell);
  const { text, tone } = cell;
  if (tone === 'code') return `\`${clean(text).replaceAll('`', "'")}\``;
  return tone === 'bad' ? `**${clean(text)}**` : clean(text);
}
