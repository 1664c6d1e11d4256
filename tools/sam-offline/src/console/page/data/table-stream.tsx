import { useState } from 'preact/hooks';
import type { StreamRow, StreamRows } from '../../api/index.ts';
import { get, part } from '../api.ts';
import { TextField } from '../fields.tsx';
import { clock } from '../format.ts';
import { useLive } from '../live.ts';
import { linkTo, setQuery } from '../place.ts';
import { Aside, Badge, Code, Empty, Fields, Problem, ShowSecrets } from '../ui.tsx';
import { useData } from '../use-data.ts';
import { type Item, type TableViewProps, valueOf } from './table.ts';

/** The types of facts after which a stream may have new records. */
const WRITTEN = ['aws.call', 'batch.read', 'ttl.removed'];

/** The view types of a stream, with the images that its records have. */
const IMAGES: Readonly<Record<string, string>> = {
  KEYS_ONLY: 'keys only, no images',
  NEW_IMAGE: 'keys and the new image',
  OLD_IMAGE: 'keys and the old image',
  NEW_AND_OLD_IMAGES: 'keys, the old and the new image',
};

/**
 * The latest records of a table’s stream, newest first. The list is updated while records are
 * written.
 */
export function TableStream({ table, place, tools }: TableViewProps) {
  const { contains = '' } = place.query;
  const [reveal, setReveal] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const { data, error, reload } = useData(JSON.stringify([table.tableName, contains, reveal]), () =>
    get<StreamRows>(`tables/${part(table.tableName)}/stream`, {
      ...{ contains, reveal: reveal || undefined, limit: 200 },
    }),
  );
  useLive(true, WRITTEN, 1000, reload);
  const record = data?.records.find(({ sequenceNumber }) => sequenceNumber === chosen);
  return (
    <>
      <div class="tools">
        {tools}
        <TextField
          kind="search"
          label="Text in the record"
          placeholder="contains"
          value={contains}
          onDone={(typed) => {
            setQuery({ contains: typed });
          }}
        />
        <ShowSecrets isOn={reveal} onChange={setReveal} />
        <span class="count">
          {data?.records.length.toLocaleString() ?? 0} records
          {data !== undefined && data.left > 0 && ` (newest; ${data.left.toLocaleString()} more)`}
          {` · ${table.streamViewType ?? ''}: ${IMAGES[table.streamViewType ?? ''] ?? ''}`}
        </span>
      </div>
      <Problem text={error} />
      {data?.records.length === 0 ? (
        <Empty title="No stream records">
          A record appears here when an item of the table is written, changed or deleted. Records
          are kept for 24 hours.
        </Empty>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Stream records, newest first">
          <table>
            <thead>
              <tr>
                <th>written</th>
                <th>event</th>
                <th>key</th>
                <th>changed</th>
                <th>carried by</th>
              </tr>
            </thead>
            <tbody>
              {data?.records.map((one) => (
                <tr
                  key={one.sequenceNumber}
                  class={one.sequenceNumber === chosen ? 'selected' : ''}
                >
                  <td class="short">{clock(one.timeMs).replace(/\.\d+$/, '')}</td>
                  <td class="short">
                    <Badge tone={TONES[one.eventName] ?? ''}>{one.eventName}</Badge>
                    {one.isExpiry && ' by TTL'}
                  </td>
                  <td>
                    <button
                      type="button"
                      class="link"
                      onClick={() => {
                        setChosen(one.sequenceNumber);
                      }}
                    >
                      {Object.values(one.keys as Item)
                        .map(valueOf)
                        .join(' · ')}
                    </button>
                  </td>
                  <td>{changedIn(one)}</td>
                  <td>
                    {one.traceId !== undefined && (
                      <a href={linkTo(['traces', one.traceId])}>trace</a>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {record !== undefined && (
        <Aside
          title="Stream record"
          onClose={() => {
            setChosen(undefined);
          }}
        >
          <Record record={record} />
        </Aside>
      )}
    </>
  );
}

const TONES: Readonly<Record<string, string>> = { INSERT: 'ok', REMOVE: 'fault' };

function Record({ record }: { record: StreamRow }) {
  const { keys, oldImage, newImage, eventName, sequenceNumber, timeMs, traceId } = record;
  return (
    <>
      <Fields
        of={{
          event: record.isExpiry ? `${eventName}, by the table’s time to live` : eventName,
          written: new Date(timeMs).toISOString().replace('.000', ''),
          'sequence number': sequenceNumber,
          'carried by': traceId && <a href={linkTo(['traces', traceId])}>{traceId}</a>,
        }}
      />
      <h3>Keys</h3>
      <Code text={JSON.stringify(keys)} label="Keys of the record" />
      {oldImage !== undefined && (
        <>
          <h3>Old image</h3>
          <Code text={JSON.stringify(oldImage)} label="Old image" />
        </>
      )}
      {newImage !== undefined && (
        <>
          <h3>New image</h3>
          <Code text={JSON.stringify(newImage)} label="New image" />
        </>
      )}
    </>
  );
}

/**
 * The attributes whose values a change has modified. For a record with one image, all attributes of
 * the image.
 */
function changedIn({ keys, oldImage, newImage }: StreamRow): string {
  const before = (oldImage ?? {}) as Item;
  const after = (newImage ?? {}) as Item;
  const names = Object.keys({ ...before, ...after }).filter(
    (name) =>
      !(name in (keys as Item)) && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} …` : names.join(', ');
}
