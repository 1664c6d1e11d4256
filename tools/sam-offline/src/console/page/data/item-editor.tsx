import { useState } from 'preact/hooks';
import { part, problemOf, send } from '../api.ts';
import { TextArea } from '../fields.tsx';
import { Aside, Problem } from '../ui.tsx';
import { Confirm } from './confirm.tsx';
import type { Item, Table } from './table.ts';

/** An item that can be changed or deleted after a confirmation. */
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
  const [problem, setProblem] = useState<string>();
  const { partitionKey, sortKey } = table.keySchema;
  const path = `tables/${part(table.tableName)}/items`;
  const act = async (action: 'Save' | 'Delete'): Promise<void> => {
    try {
      if (action === 'Save') await send('PUT', path, { item: JSON.parse(text) as Item });
      else {
        const keys = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])];
        await send('DELETE', path, {
          key: Object.fromEntries(keys.map((key) => [key, item[key]])),
        });
      }
      onDone(true);
    } catch (error) {
      setProblem(problemOf(error));
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
      <TextArea label="Item in DynamoDB’s JSON" rows={22} value={text} onType={setText} />
      <Confirm
        actions={{ Save: 'Write it', Delete: 'Delete it' }}
        dangerous={['Delete']}
        question={(action) =>
          `${action === 'Save' ? 'Write' : 'Delete'} this item in ${table.tableName}? Streams and what they trigger see it.`
        }
        onConfirm={act}
      />
    </Aside>
  );
}
