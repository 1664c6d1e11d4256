import { useState } from 'preact/hooks';
import type { BucketRow, ObjectListing, ObjectResponse } from '../../api/index.ts';
import { get, part, problemOf } from '../api.ts';
import { TextField } from '../fields.tsx';
import { bytes } from '../format.ts';
import { useLive } from '../live.ts';
import { type Place, setQuery } from '../place.ts';
import { Aside, Badge, Code, downloadBlob, Empty, Fields, Problem, ShowSecrets } from '../ui.tsx';
import { useData } from '../use-data.ts';
import { ChoiceTable } from './choice-table.tsx';
import { Target } from './deliveries.tsx';
import { Moment } from './moment.tsx';

/** The types of facts after which a bucket may have other objects. */
const WRITTEN = ['aws.call'];

/** The buckets, and the notifications and objects of the selected one. */
export function Buckets({ name, place }: { name: string | undefined; place: Place }) {
  const { data, error, reload } = useData('buckets', () =>
    get<{ buckets: readonly BucketRow[] }>('buckets'),
  );
  useLive(true, WRITTEN, 1000, reload);
  const bucket = data?.buckets.find(({ bucketName }) => bucketName === name);
  if (data?.buckets.length === 0) {
    return <Empty title="The template has no buckets">Add an AWS::S3::Bucket to it.</Empty>;
  }
  return (
    <>
      <Problem text={error} />
      <ChoiceTable
        {...{ kind: 'buckets', title: 'bucket', rows: data?.buckets ?? [], chosen: name }}
        nameOf={({ bucketName }) => bucketName}
        columns={{
          'logical id': { of: ({ logicalId }) => logicalId },
          objects: { of: ({ objects }) => objects.toLocaleString(), isNumber: true },
          size: { of: (row) => bytes(row.bytes), isNumber: true },
          tells: {
            of: ({ notifications, sendsToEventBridge }) => (
              <>
                {notifications.map(({ event, targetArn }, index) => (
                  <span key={index}>
                    <Target arn={targetArn} /> <small>{event}</small>{' '}
                  </span>
                ))}
                {sendsToEventBridge && 'EventBridge'}
              </>
            ),
          },
        }}
      />
      {bucket !== undefined && <Objects key={bucket.bucketName} {...{ bucket, place }} />}
    </>
  );
}

function Objects({ bucket, place }: { bucket: BucketRow; place: Place }) {
  const { prefix = '', object } = place.query;
  // The start of each page so far, for the way back.
  const [pages, setPages] = useState<readonly string[]>([]);
  const after = pages.at(-1) ?? '';
  const { bucketName, objects } = bucket;
  const { data, error, reload } = useData(JSON.stringify([bucketName, prefix, after]), () =>
    get<ObjectListing>(`buckets/${part(bucketName)}/objects`, { prefix, after }),
  );
  useLive(true, WRITTEN, 1000, reload);
  const next = data?.next;
  return (
    <>
      <div class="tools">
        <TextField
          kind="search"
          label="Prefix of the keys"
          placeholder="prefix of the keys"
          value={prefix}
          onDone={(typed) => {
            setPages([]);
            setQuery({ prefix: typed });
          }}
        />
        <span class="count">
          {data?.objects.length.toLocaleString() ?? 0} shown of {objects.toLocaleString()}
        </span>
        {pages.length > 0 && (
          <button
            type="button"
            class="small"
            onClick={() => {
              setPages(pages.slice(0, -1));
            }}
          >
            Page before
          </button>
        )}
        {next !== undefined && (
          <button
            type="button"
            class="small"
            onClick={() => {
              setPages([...pages, next]);
            }}
          >
            Next page
          </button>
        )}
      </div>
      <Problem text={error} />
      {data?.objects.length === 0 ? (
        <Empty title="No objects">Nothing was put into the bucket yet, or no key begins so.</Empty>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Objects">
          <table>
            <thead>
              <tr>
                <th>key</th>
                <th class="number">size</th>
                <th>type</th>
                <th>written</th>
              </tr>
            </thead>
            <tbody>
              {data?.objects.map((one) => (
                <tr key={one.key} class={one.key === object ? 'selected' : ''}>
                  <td>
                    <button
                      type="button"
                      class="link"
                      onClick={() => {
                        setQuery({ object: one.key });
                      }}
                    >
                      {one.key}
                    </button>
                  </td>
                  <td class="number">{bytes(one.bytes)}</td>
                  <td>{one.contentType}</td>
                  <td>
                    <Moment ms={one.lastModifiedMs} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {object !== undefined && <StoredObject key={object} {...{ bucketName, name: object }} />}
    </>
  );
}

function StoredObject({ bucketName, name }: { bucketName: string; name: string }) {
  const [reveal, setReveal] = useState(false);
  const [problem, setProblem] = useState<string>();
  const path = `buckets/${part(bucketName)}`;
  const { data, error } = useData(JSON.stringify([bucketName, name, reveal]), () =>
    get<ObjectResponse>(`${path}/object`, { key: name, reveal: reveal || undefined }),
  );
  const save = async (): Promise<void> => {
    setProblem(undefined);
    try {
      const { base64 } = await get<{ base64: string }>(`${path}/content`, { key: name });
      const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      // The download does not have the object's own type, so that nothing of it is opened as a page
      // of this origin.
      downloadBlob(name.split('/').at(-1) ?? name, new Blob([content]));
    } catch (failure) {
      setProblem(problemOf(failure));
    }
  };
  return (
    <Aside
      title="Object"
      onClose={() => {
        setQuery({ object: undefined });
      }}
    >
      <Problem text={error ?? problem} />
      {data !== undefined && (
        <>
          <Fields
            of={{
              key: <code>{data.key}</code>,
              size: `${bytes(data.bytes)} (${data.bytes.toLocaleString()} bytes)`,
              type: data.contentType,
              written: <Moment ms={data.lastModifiedMs} />,
              ETag: data.etag,
              ...data.metadata,
              ...Object.fromEntries(
                Object.entries(data.tags).map(([tag, value]) => [`tag ${tag}`, value]),
              ),
            }}
          />
          <button type="button" onClick={() => void save()}>
            Download
          </button>
          {data.isBinary && <Badge tone="cold">binary, as hexadecimal digits</Badge>}
          <Code text={data.text} label="Content of the object" />
          {data.left > 0 && (
            <p class="muted">{data.left.toLocaleString()} more bytes are not shown.</p>
          )}
          <ShowSecrets isOn={reveal} onChange={setReveal} />
        </>
      )}
    </Aside>
  );
}
