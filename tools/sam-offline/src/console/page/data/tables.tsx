import { get } from '../api.ts';
import { linkTo, type Place } from '../place.ts';
import { Empty, Problem } from '../ui.tsx';
import { useData } from '../use-data.ts';
import { Chooser } from './chooser.tsx';
import { TableItems } from './table-items.tsx';
import { TableStream } from './table-stream.tsx';
import type { Table } from './table.ts';

/** A table, with its items or the records of its stream. */
export function Tables({ name, place }: { name: string | undefined; place: Place }) {
  const { data, error } = useData('tables', () => get<{ tables: readonly Table[] }>('tables'));
  const table = data?.tables.find((one) => one.tableName === name) ?? data?.tables[0];
  if (data !== undefined && table === undefined) {
    return <Empty title="The template has no tables">Add an AWS::DynamoDB::Table to it.</Empty>;
  }
  if (table === undefined) return <Problem text={error} />;
  const isStream = place.query.view === 'stream' && table.streamViewType !== undefined;
  const View = isStream ? TableStream : TableItems;
  return (
    <>
      <Problem text={error} />
      <View
        key={table.tableName}
        {...{ table, place }}
        tools={
          <>
            <Chooser
              kind="tables"
              names={data?.tables.map((one) => one.tableName) ?? []}
              chosen={table.tableName}
            />
            {table.streamViewType !== undefined && (
              <span role="navigation" aria-label="Views of the table">
                <a
                  class="tab"
                  href={linkTo(['data', 'tables', table.tableName])}
                  aria-current={isStream ? undefined : 'page'}
                >
                  items
                </a>
                <a
                  class="tab"
                  href={linkTo(['data', 'tables', table.tableName], { view: 'stream' })}
                  aria-current={isStream ? 'page' : undefined}
                >
                  stream
                </a>
              </span>
            )}
          </>
        }
      />
    </>
  );
}
