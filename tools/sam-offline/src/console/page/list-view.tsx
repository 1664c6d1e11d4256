import type { ComponentChildren } from 'preact';
import { setQuery } from './place.ts';
import { Empty, Problem, Search, VirtualRows } from './ui.tsx';

interface ListViewProps<Row> {
  /** The heading of the list: `Traces`. */
  readonly name: string;
  readonly search: { readonly value: string; readonly label: string; readonly placeholder: string };
  /** Controls after the search field. */
  readonly tools?: ComponentChildren;
  /** The number of rows, and of those that are not listed. */
  readonly count: ComponentChildren;
  /** Further content above the rows. */
  readonly above?: ComponentChildren;
  readonly error: string | undefined;
  /** Undefined until the rows are loaded. */
  readonly rows: readonly Row[] | undefined;
  readonly rowHeight: number;
  /** The name of the list for screen readers, with its order. */
  readonly label: string;
  /** The text if there are no rows, with advice on how to get some. */
  readonly empty: { readonly title: string; readonly advice: string };
  /** The names of the columns. */
  readonly head?: ComponentChildren;
  readonly follow?: boolean;
  readonly onLeaveEnd?: (isAtEnd: boolean) => void;
  /** Details of the selected row. */
  readonly aside?: ComponentChildren;
  readonly children: (row: Row) => ComponentChildren;
}

/** A view that lists what a search finds, with the details of one row beside the list. */
export function ListView<Row>({
  name,
  search,
  tools,
  count,
  above,
  error,
  rows,
  rowHeight,
  label,
  empty,
  head,
  follow = false,
  onLeaveEnd,
  aside,
  children,
}: ListViewProps<Row>) {
  return (
    <div class="split">
      <section class="list" aria-label={name}>
        <div class="tools">
          <Search
            {...search}
            onChange={(q) => {
              setQuery({ q });
            }}
          />
          {tools}
          <span class="count">{count}</span>
        </div>
        {above}
        <Problem text={error} />
        {rows?.length === 0 ? (
          <Empty title={empty.title}>{empty.advice}</Empty>
        ) : (
          <>
            {head}
            <VirtualRows
              rows={rows ?? []}
              {...{ rowHeight, label, follow, ...(onLeaveEnd && { onLeaveEnd }) }}
            >
              {children}
            </VirtualRows>
          </>
        )}
      </section>
      {aside}
    </div>
  );
}
