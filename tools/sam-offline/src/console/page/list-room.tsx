import type { ComponentChildren } from 'preact';
import { setQuery } from './place.ts';
import { Empty, Problem, Search, VirtualRows } from './ui.tsx';

interface ListRoomProps<Row> {
  /** What the rows are, as a heading would say it: `Traces`. */
  readonly name: string;
  readonly search: { readonly value: string; readonly label: string; readonly placeholder: string };
  /** Controls behind the search. */
  readonly tools?: ComponentChildren;
  /** How many rows there are, and what of them is not listed. */
  readonly count: ComponentChildren;
  /** What else is above the rows. */
  readonly above?: ComponentChildren;
  readonly error: string | undefined;
  /** Undefined until they are loaded. */
  readonly rows: readonly Row[] | undefined;
  readonly rowHeight: number;
  /** What a screen reader calls the list, with its order. */
  readonly label: string;
  /** What is said where there are no rows, and what to do for some to be there. */
  readonly empty: { readonly title: string; readonly advice: string };
  /** The names of the columns. */
  readonly head?: ComponentChildren;
  readonly follow?: boolean;
  readonly onLeaveEnd?: (isAtEnd: boolean) => void;
  /** Details of the row that was chosen. */
  readonly aside?: ComponentChildren;
  readonly children: (row: Row) => ComponentChildren;
}

/** A room that lists what a search finds, with the details of one row beside it. */
export function ListRoom<Row>({
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
}: ListRoomProps<Row>) {
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
