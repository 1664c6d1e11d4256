import { useState } from 'preact/hooks';
import { part, problemOf, send } from '../api.ts';
import { Aside, Problem } from '../ui.tsx';
import type { Item, Table } from './table.ts';

/** An item that can be changed or deleted, after a confirmation. */
export function ItemEditor({
  table,
  item,
  onDone,
}: {
  table: Table;
  item: Item;
  onDone: (isChanged: boolean) => void;
}) {
  const [text, setText] = useState(() => JSON.stringify(item, undefined, 2));
  const [asked, setAsked] = useState<'put' | 'delete'>();
  const [problem, setProblem] = useState<string>();
  const { partitionKey, sortKey } = table.keySchema;
  const path = `tables/${part(table.tableName)}/items`;
  const act = async (): Promise<void> => {
    try {
      if (asked === 'put') await send('PUT', path, { item: JSON.parse(text) as Item });
      else {
        const keys = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])];
        await send('DELETE', path, {
          key: Object.fromEntries(keys.map((key) => [key, item[key]])),
        });
      }
      onDone(true);
    } catch (error) {
      setProblem(problemOf(error));
      setAsked(undefined);
    }
  };
  return (
    <Aside
      title="Item"
      onClose={() => {
        onDone(false);
      }}
    >
      <Problem text={problem} />
      <textarea
        aria-label="Item in DynamoDB’s JSON"
        rows={22}
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      {asked === undefined ? (
        <div class="tools">
          <button
            type="button"
            onClick={() => {
              setAsked('put');
            }}
          >
            Save
          </button>
          <button
            type="button"
            class="danger"
            onClick={() => {
              setAsked('delete');
            }}
          >
            Delete
          </button>
        </div>
      ) : (
        <div class="tools" role="alertdialog" aria-label="Confirm the change">
          <span>
            {asked === 'put' ? 'Write this item' : 'Delete this item'} in {table.tableName}? Streams
            and what they trigger see it.
          </span>
          <button type="button" class="danger" onClick={() => void act()}>
            {asked === 'put' ? 'Write it' : 'Delete it'}
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              setAsked(undefined);
            }}
          >
            Cancel
          </button>
        </div>
      )}
    </Aside>
  );
}
