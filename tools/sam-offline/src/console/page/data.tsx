import { useState } from 'preact/hooks';
import { get, part, send } from './api.ts';
import { goTo, linkTo, type Place, setQuery } from './place.ts';
import { Aside, Code, Empty, Fields, Problem } from './ui.tsx';
import { useData } from './use-data.ts';

type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface KeySchema {
  readonly partitionKey: string;
  readonly sortKey?: string;
}

interface Table {
  readonly tableName: string;
  readonly logicalId: string;
  readonly keySchema: KeySchema;
  readonly globalSecondaryIndexes: readonly { indexName: string; keySchema: KeySchema }[];
  readonly localSecondaryIndexes: readonly { indexName: string; keySchema: KeySchema }[];
  readonly ttlAttribute?: string;
  readonly streamViewType?: string;
  readonly items?: number;
}

interface Queue {
  readonly queueName: string;
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  readonly deadLettersOf: readonly string[];
}

interface Fn {
  readonly logicalId: string;
  readonly functionName: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly memorySizeMb: number;
  readonly timeoutMs: number;
  readonly reservedConcurrency?: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly role?: object;
}

const KINDS = ['tables', 'queues', 'functions'] as const;

/** Tables, queues and functions. */
export function Data({ place }: { place: Place }) {
  const [, kind = 'tables', name] = place.path;
  return (
    <section class="page" tabIndex={0} aria-label="Data">
      <div class="tools" role="navigation" aria-label="Kinds of data">
        {KINDS.map((one) => (
          <a
            key={one}
            class="tab"
            href={linkTo(['data', one])}
            aria-current={one === kind ? 'page' : undefined}
          >
            {one}
          </a>
        ))}
      </div>
      {kind === 'tables' && <Tables name={name} place={place} />}
      {kind === 'queues' && <Queues name={name} />}
      {kind === 'functions' && <Functions name={name} />}
    </section>
  );
}

function Chooser({
  names,
  chosen,
  kind,
}: {
  names: readonly string[];
  chosen: string | undefined;
  kind: string;
}) {
  return (
    <label>
      <span class="label">{kind}</span>
      <select
        value={chosen}
        onChange={(event) => {
          goTo(['data', kind, event.currentTarget.value]);
        }}
      >
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

interface ItemsAnswer {
  readonly items: readonly Item[];
  readonly read: number;
  readonly nowMs: number;
  readonly next?: string;
}

function Tables({ name, place }: { name: string | undefined; place: Place }) {
  const { data, error } = useData('tables', () => get<{ tables: readonly Table[] }>('tables'));
  const table = data?.tables.find((one) => one.tableName === name) ?? data?.tables[0];
  const { index = '', partition = '', prefix = '', contains = '' } = place.query;
  const [next, setNext] = useState<string>();
  const [reveal, setReveal] = useState(false);
  const [edited, setEdited] = useState<Item>();
  const key = JSON.stringify([table?.tableName, index, partition, prefix, contains, next, reveal]);
  const items = useData(key, async (): Promise<ItemsAnswer | undefined> =>
    table === undefined
      ? undefined
      : get<ItemsAnswer>(`tables/${part(table.tableName)}/items`, {
          ...{
            index,
            contains,
            next,
            partition: partition || undefined,
            reveal: reveal || undefined,
          },
          sortPrefix: prefix || undefined,
        }),
  );
  if (data !== undefined && table === undefined) {
    return <Empty title="The template has no tables">Add an AWS::DynamoDB::Table to it.</Empty>;
  }
  if (table === undefined) return <Problem text={error} />;
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
        <Chooser
          kind="tables"
          names={data?.tables.map((one) => one.tableName) ?? []}
          chosen={table.tableName}
        />
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
        <input
          aria-label={`Value of ${partitionKey}`}
          placeholder={`${partitionKey} = (all: a scan)`}
          value={partition}
          onChange={(event) => {
            set({ partition: event.currentTarget.value });
          }}
        />
        {sortKey !== undefined && (
          <input
            aria-label={`What ${sortKey} begins with`}
            placeholder={`${sortKey} begins with`}
            value={prefix}
            onChange={(event) => {
              set({ prefix: event.currentTarget.value });
            }}
          />
        )}
        <input
          class="search"
          aria-label="Text in the item"
          placeholder="contains"
          value={contains}
          onChange={(event) => {
            set({ contains: event.currentTarget.value });
          }}
        />
        <button type="button" class="quiet" onClick={() => void items.reload()}>
          Read again
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={reveal}
            onChange={(event) => {
              setReveal(event.currentTarget.checked);
            }}
          />
          Show secrets
        </label>
        <span class="count">
          {items.data?.items.length ?? 0} of {items.data?.read ?? 0} read
          {table.ttlAttribute !== undefined && ` · TTL: ${table.ttlAttribute}`}
          {table.streamViewType !== undefined && ` · stream: ${table.streamViewType}`}
        </span>
      </div>
      <Problem text={error ?? items.error} />
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

function ItemEditor({
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
      setProblem(error instanceof Error ? error.message : String(error));
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

/** The keys first, then what most items have; a table of more columns is not read. */
function columnsOf(items: readonly Item[], keys: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of items) {
    for (const name of Object.keys(item)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const others = [...counts].filter(([name]) => !keys.includes(name)).sort(([, a], [, b]) => b - a);
  return [...keys.filter((key) => key !== ''), ...others.slice(0, 10).map(([name]) => name)];
}

function valueOf(attribute: Readonly<Record<string, unknown>> | undefined): string {
  if (attribute === undefined) return '';
  const [value] = Object.values(attribute);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
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

/** A message, and why it is a dead letter. */
interface PeekedMessage {
  readonly reason?: string;
  readonly message: object;
}

function Queues({ name }: { name: string | undefined }) {
  const { data, error, reload } = useData('queues', () =>
    get<{ queues: readonly Queue[] }>('queues'),
  );
  const [messages, setMessages] = useState<readonly PeekedMessage[]>();
  const [said, setSaid] = useState<string>();
  const queue = data?.queues.find((one) => one.queueName === name);
  const act = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (failure) {
      setSaid(failure instanceof Error ? failure.message : String(failure));
    }
    await reload();
  };
  if (data?.queues.length === 0) {
    return <Empty title="The template has no queues">Add an AWS::SQS::Queue to it.</Empty>;
  }
  return (
    <>
      <Problem text={error} />
      <table>
        <thead>
          <tr>
            <th>queue</th>
            <th class="number">visible</th>
            <th class="number">in flight</th>
            <th class="number">delayed</th>
            <th>dead letters of</th>
          </tr>
        </thead>
        <tbody>
          {data?.queues.map((one) => (
            <tr key={one.queueName} class={one.queueName === name ? 'selected' : ''}>
              <td>
                <a href={linkTo(['data', 'queues', one.queueName])}>{one.queueName}</a>
              </td>
              <td class="number">{one.visible}</td>
              <td class="number">{one.notVisible}</td>
              <td class="number">{one.delayed}</td>
              <td>{one.deadLettersOf.join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {queue !== undefined && (
        <>
          <div class="tools">
            <button
              type="button"
              onClick={() =>
                void act(async () => {
                  const answer = await send<{
                    messages: readonly PeekedMessage[];
                  }>('POST', `queues/${part(queue.queueName)}/peek`);
                  setMessages(answer.messages);
                  setSaid(answer.messages.length === 0 ? 'No message is visible.' : undefined);
                })
              }
            >
              Look at messages
            </button>
            <small>It counts as a receive of each.</small>
            {queue.deadLettersOf.map((to) => (
              <button
                key={to}
                type="button"
                onClick={() =>
                  void act(async () => {
                    const { moved } = await send<{ moved: number }>(
                      'POST',
                      `queues/${part(queue.queueName)}/redrive`,
                      { to },
                    );
                    setSaid(`${moved} messages moved to ${to}.`);
                  })
                }
              >
                Redrive to {to}
              </button>
            ))}
          </div>
          {said !== undefined && <p role="status">{said}</p>}
          {messages?.map(({ reason, message }, index) => (
            <div key={index}>
              {reason !== undefined && <p>{reason}</p>}
              <Code text={JSON.stringify(message)} label={`Message ${index + 1}`} />
            </div>
          ))}
        </>
      )}
    </>
  );
}

function Functions({ name }: { name: string | undefined }) {
  const [reveal, setReveal] = useState(false);
  const { data, error } = useData(`functions ${reveal}`, () =>
    get<{ functions: readonly Fn[] }>('stack', { reveal: reveal || undefined }),
  );
  const [event, setEvent] = useState('{}');
  const [problem, setProblem] = useState<string>();
  const fn = data?.functions.find((one) => one.functionName === name) ?? data?.functions[0];
  if (fn === undefined) {
    return data === undefined ? (
      <Problem text={error} />
    ) : (
      <Empty title="The template has no functions" />
    );
  }
  return (
    <>
      <div class="tools">
        <Chooser
          kind="functions"
          names={data?.functions.map((one) => one.functionName) ?? []}
          chosen={fn.functionName}
        />
        <a href={linkTo(['invocations'], { q: `function:${fn.functionName}` })}>Invocations</a>
        <a href={linkTo(['logs'], { q: `function:${fn.functionName}` })}>Logs</a>
        <label class="check">
          <input
            type="checkbox"
            checked={reveal}
            onChange={(change) => {
              setReveal(change.currentTarget.checked);
            }}
          />
          Show secrets
        </label>
      </div>
      <Problem text={error ?? problem} />
      <Fields
        of={{
          'logical id': fn.logicalId,
          runtime: fn.runtime,
          handler: fn.handler,
          memory: `${fn.memorySizeMb} MB`,
          timeout: `${fn.timeoutMs / 1000} s`,
          'reserved concurrency': fn.reservedConcurrency,
        }}
      />
      <div class="columns">
        <div>
          <h2>Environment</h2>
          <Code text={JSON.stringify(fn.environment)} label="Environment variables" />
        </div>
        <div>
          <h2>Invoke it</h2>
          <textarea
            aria-label="Event"
            rows={8}
            spellcheck={false}
            value={event}
            onInput={(input) => {
              setEvent(input.currentTarget.value);
            }}
          />
          <button
            type="button"
            onClick={() => {
              setProblem(undefined);
              send<{ requestId: string }>('POST', `functions/${part(fn.logicalId)}/invocations`, {
                event,
              })
                .then(({ requestId }) => {
                  goTo(['invocations', requestId]);
                })
                .catch((failure: unknown) => {
                  setProblem(failure instanceof Error ? failure.message : String(failure));
                });
            }}
          >
            Invoke
          </button>
        </div>
      </div>
      {fn.role !== undefined && (
        <>
          <h2>Role</h2>
          <Code text={JSON.stringify(fn.role)} label="Role" />
        </>
      )}
    </>
  );
}
