import { CATALOGUE, DERIVED, type MetricDefinition } from './catalogue.ts';

/** The table in `libs/observability/README.md` is between these two lines. */
export const CATALOGUE_TABLE_START = '<!-- metrics: made from src/catalogue.ts -->';
export const CATALOGUE_TABLE_END = '<!-- end of metrics -->';

/**
 * The catalogue as a Markdown table. Its cells are not padded, because the formatter ignores this
 * table in the README.
 */
export function catalogueTable(): string {
  const rows = Object.entries<MetricDefinition>(CATALOGUE).map(
    ([name, { unit, dimensions = [], distribution, meaning, whenItMoves }]) => [
      `\`${name}\``,
      distribution === true ? `${unit}, as a distribution` : unit,
      dimensions.map((dimension) => `\`${dimension}\``).join(', '),
      meaning,
      whenItMoves,
    ],
  );
  const derived = Object.entries(DERIVED).map(([name, { expression, meaning, accuracy }]) => [
    `\`${name}\` (derived)`,
    `\`${expression}\``,
    '',
    meaning,
    accuracy,
  ]);
  return [
    ['metric', 'unit', 'more dimensions', 'what it means', 'when it moves'],
    ['---', '---', '---', '---', '---'],
    ...rows,
    ...derived,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
