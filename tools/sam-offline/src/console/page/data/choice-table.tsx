import type { ComponentChildren } from 'preact';
import { linkTo } from '../place.ts';

/** A column: the content of a row's cell, and whether it is a number. */
export interface Column<Row> {
  readonly of: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
}

/** A table of resources, of which one can be selected by its name. */
export function ChoiceTable<Row>({
  kind,
  title,
  rows,
  nameOf,
  chosen,
  columns,
}: {
  /** The kind, as in the address: `queues`. */
  kind: string;
  /** The head of the column with the names. */
  title: string;
  rows: readonly Row[];
  nameOf: (row: Row) => string;
  chosen: string | undefined;
  /** The columns by their heads. */
  columns: Readonly<Record<string, Column<Row>>>;
}) {
  const all = Object.entries(columns);
  return (
    <table>
      <thead>
        <tr>
          <th>{title}</th>
          {all.map(([head, { isNumber }]) => (
            <th key={head} class={isNumber ? 'number' : ''}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const name = nameOf(row);
          return (
            <tr key={name} class={name === chosen ? 'selected' : ''}>
              <td>
                <a
                  href={linkTo(['data', kind, name])}
                  aria-current={name === chosen ? 'true' : undefined}
                >
                  {name}
                </a>
              </td>
              {all.map(([head, { of, isNumber }]) => (
                <td key={head} class={isNumber ? 'number' : ''}>
                  {of(row)}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
