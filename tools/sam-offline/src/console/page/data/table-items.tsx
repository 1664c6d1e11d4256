import { useState } from 'preact/hooks';
import { get, part } from '../api.ts';
import { TextField } from '../fields.tsx';
import { setQuery } from '../place.ts';
import { Empty, Problem, ShowSecrets } from '../ui.tsx';
import { useData } from '../use-data.ts';
import { ItemEditor } from './item-editor.tsx';
import { type Item, type TableViewProps, valueOf } from './table.ts';

interface Items {
  readonly items: readonly Item[];
  readonly read: number;
  readonly nowMs: number;
  readonly next?: string;
}

/** The items of one partition of a table, or all items. */
export function TableItems({ table, place, tools }: TableViewProps) {
  const { index = '', partition = '', prefix = '', contains = '' } = place.query;
  const [next, setNext] = useState<string>();
  const [reveal, setReveal] = useState(false);
  const [edited, setEdited] = useState<Item>();
  const key = JSON.stringify([table.tableName, index, partition, prefix, contains, next, reveal]);
  const items = useData(key, () =>
    get<Items>(`tables/${part(table.tableName)}/items`, {
      ...{ index, contains, next },
      ...{ partition, sortPrefix: prefix, reveal: reveal || undefined },
    }),
  );
  const indexes = [...table.globalSecondaryIndexes, ...table.localSecondaryIndexes];
  const { partitionKey, sortKey } = (indexes.find(({ indexName }) => indexName === index) ?? table)
    .keySchema;
  const columns = columnsOf(items.data?.items ?? [], [partitionKey, sortKey ?? '']);
  const set = (changes: Record<string, string>): void => {
    setNext(undefined);
    setQuery(changes);
  };
  return (
    <>
      <div class="tools">
        {tools}
        <label>
          <span class="label">index</span>
          <select
            value={index}
            onChange={(event) => {
              set({ index: event.currentTarget.value });
            }}
          >
            <option value="">(the table)</option>
            {indexes.map(({ indexName }) => (
              <option key={indexName}>{indexName}</option>
            ))}
          </select>
        </label>
        <TextField
          label={`Value of ${partitionKey}`}
          placeholder={`${partitionKey} = (all: a scan)`}
          value={partition}
          onDone={(typed) => {
            set({ partition: typed });
          }}
        />
        {sortKey !== undefined && (
          <TextField
            label={`Prefix of ${sortKey}`}
            placeholder={`prefix of ${sortKey}`}
            value={prefix}
            onDone={(typed) => {
              set({ prefix: typed });
            }}
          />
        )}
        <TextField
          kind="search"
          label="Text in the item"
          placeholder="contains"
          value={contains}
          onDone={(typed) => {
            set({ contains: typed });
          }}
        />
        <button type="button" class="quiet" onClick={() => void items.reload()}>
          Read again
        </button>
        <ShowSecrets isOn={reveal} onChange={setReveal} />
        <span class="count">
          {items.data?.items.length ?? 0} of {items.data?.read ?? 0} read
          {table.ttlAttribute !== undefined && ` · TTL: ${table.ttlAttribute}`}
        </span>
      </div>
      <Problem text={items.error} />
      {items.data?.items.length === 0 ? (
        <Empty title="No items">Nothing was written yet, or nothing matches.</Empty>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Items">
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column}>{column}</th>
                ))}
                {table.ttlAttribute !== undefined && <th>expires</th>}
              </tr>
            </thead>
            <tbody>
              {items.data?.items.map((item, row) => (
                <tr key={row}>
                  {columns.map((column, place) => (
                    <td key={column}>
                      {place === 0 ? (
                        <button
                          type="button"
                          class="link"
                          onClick={() => {
                            setEdited(item);
                          }}
                        >
                          {valueOf(item[column])}
                        </button>
                      ) : (
                        valueOf(item[column])
                      )}
                    </td>
                  ))}
                  {table.ttlAttribute !== undefined && (
                    <td>{countdown(item[table.ttlAttribute], items.data?.nowMs ?? 0)}</td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {items.data?.next !== undefined && (
        <button
          type="button"
          class="small"
          onClick={() => {
            setNext(items.data?.next);
          }}
        >
          Next page
        </button>
      )}
      {edited !== undefined && (
        <ItemEditor
          key={JSON.stringify(edited)}
          {...{ table, item: edited }}
          onDone={(isChanged) => {
            setEdited(undefined);
            if (isChanged) void items.reload();
          }}
        />
      )}
    </>
  );
}

/** The most columns that are shown. The table scrolls sideways. */
const MAXIMUM_COLUMNS = 30;

/**
 * The columns: first the keys, then the attributes that most items have. Attributes that equally
 * many items have are sorted by name, since DynamoDB returns the attributes of an item in no order.
 */
function columnsOf(items: readonly Item[], keys: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of items) {
    for (const name of Object.keys(item)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const others = [...counts]
    .filter(([name]) => !keys.includes(name))
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1));
  return [
    ...keys.filter((key) => key !== ''),
    ...others.slice(0, MAXIMUM_COLUMNS).map(([name]) => name),
  ];
}

function countdown(
  attribute: Readonly<Record<string, unknown>> | undefined,
  nowMs: number,
): string {
  const seconds = Number(attribute?.N) - nowMs / 1000;
  if (Number.isNaN(seconds)) return '';
  if (seconds < 0) return 'expired';
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return `in ${Math.floor(hours / 24)} days`;
  return hours > 0
    ? `in ${hours} h ${Math.floor((seconds % 3600) / 60)} m`
    : `in ${Math.floor(seconds / 60)} m ${Math.floor(seconds % 60)} s`;
}
