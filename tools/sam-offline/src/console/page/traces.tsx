import { useMemo, useState } from 'preact/hooks';
import type { ShownMessage } from '../api/index.ts';
import type { TraceResponse, TraceRow, TracesResponse, WaterfallRow } from '../traces/index.ts';
import { get, part } from './api.ts';
import { clock, duration } from './format.ts';
import { ListView } from './list-view.tsx';
import { useLive } from './live.ts';
import { linkTo, type Place, setQuery, timeOf } from './place.ts';
import { Aside, Badge, Code, Fields, Problem, Search, VirtualRows } from './ui.tsx';
import { useData } from './use-data.ts';

/** The list of traces in the range, or the waterfall of one trace. */
export function Traces({ place }: { place: Place }) {
  const [, id] = place.path;
  return id === undefined ? (
    <TraceList place={place} />
  ) : (
    <Waterfall key={id} id={id} place={place} />
  );
}

function TraceList({ place }: { place: Place }) {
  const { q = '' } = place.query;
  const time = timeOf(place);
  const key = JSON.stringify([q, place.query.range, place.query.from, place.query.to]);
  const { data, error, reload } = useData(key, () =>
    get<TracesResponse>('traces', { q, limit: 500, ...time.now() }),
  );
  useLive(
    time.isLive,
    [
      'invocation.succeeded',
      'invocation.failed',
      'invocation.timed-out',
      'http.request',
      'connections.call',
    ],
    1500,
    reload,
  );
  const traces = data?.traces ?? [];
  const longest = useMemo(() => Math.max(1, ...traces.map((trace) => trace.durationMs)), [traces]);
  return (
    <ListView
      name="Traces"
      search={{
        value: q,
        label: 'Search traces',
        placeholder:
          'route:"GET /posts" status:5* duration>250 function:*-api correlation:… connection:… error:*',
      }}
      count={
        <>
          {traces.length.toLocaleString()} traces
          {data !== undefined &&
            data.left > 0 &&
            ` (newest; ${data.left.toLocaleString()} more match)`}
        </>
      }
      error={error}
      rows={data?.traces}
      rowHeight={28}
      label="Traces, newest first"
      empty={{
        title: 'No traces in this range',
        advice:
          q === ''
            ? 'Call one of the stack’s URLs, or open a WebSocket connection: each request is a trace.'
            : 'Nothing matches the search.',
      }}
      head={
        <div class="row trace head" aria-hidden="true">
          <span>began</span>
          <span>what</span>
          <span>status</span>
          <span>parts</span>
          <span>duration</span>
        </div>
      }
    >
      {(trace) => <TraceLine key={trace.id} trace={trace} longest={longest} />}
    </ListView>
  );
}

function TraceLine({ trace, longest }: { trace: TraceRow; longest: number }) {
  return (
    <div role="listitem" class={`row ${trace.status}`}>
      <a class="row-button trace" href={linkTo(['traces', trace.id])}>
        <time>{clock(trace.startMs)}</time>
        <span class="message">
          {trace.name}
          {trace.functions.length > 0 && <small> {trace.functions.join(', ')}</small>}
        </span>
        <span>
          <Badge tone={trace.status}>{trace.statusCode ?? trace.status}</Badge>
          {trace.coldStarts > 0 && <Badge tone="cold">cold</Badge>}
        </span>
        <span class="number">
          {trace.parts}
          {trace.pushes > 0 && <small> · {trace.pushes} pushes</small>}
        </span>
        <span class="bar-cell">
          <span class="number">{duration(trace.durationMs)}</span>
          <span class="meter" aria-hidden="true">
            <span style={{ width: `${Math.max(1, (trace.durationMs / longest) * 100)}%` }} />
          </span>
        </span>
      </a>
    </div>
  );
}

interface Opened {
  readonly rows: readonly WaterfallRow[];
  readonly total: number;
}

function Waterfall({ id, place }: { id: string; place: Place }) {
  const { data, error, reload } = useData(id, () => get<TraceResponse>(`traces/${part(id)}`));
  const [opened, setOpened] = useState<Readonly<Record<string, Opened>>>({});
  const selectedId = place.query.span;
  const isRecent = data !== undefined && Date.now() - data.startMs < 60_000;
  useLive(isRecent, undefined, 1500, reload);
  const { find = '' } = place.query;
  const rows = useMemo(() => {
    const wanted = find.toLowerCase();
    return withOpened(data?.rows ?? [], opened).filter(
      ({ kind, name, detail = '' }) =>
        wanted === '' || `${kind} ${name} ${detail}`.toLowerCase().includes(wanted),
    );
  }, [data, opened, find]);
  const selected = rows.find((row) => row.id === selectedId);

  const toggle = async (row: WaterfallRow, limit = 500): Promise<void> => {
    if (row.id in opened && limit === 500) {
      setOpened(({ [row.id]: _closed, ...others }) => others);
      return;
    }
    const response = await get<Opened>(`traces/${part(id)}/groups/${part(row.id)}`, { limit });
    setOpened((before) => ({ ...before, [row.id]: response }));
  };

  return (
    <div class="split">
      <section class="list" aria-label="Waterfall">
        <div class="tools">
          <a href={linkTo(['traces'])}>← Traces</a>
          <Search
            value={find}
            label="Search spans"
            placeholder="push, DynamoDB, a table, a connection"
            onChange={(value) => {
              setQuery({ find: value });
            }}
          />
          {data !== undefined && (
            <>
              <strong>{data.rows[0]?.name}</strong>
              <span>{new Date(data.startMs).toLocaleString()}</span>
              <span>{duration(data.durationMs)}</span>
              <span class="count">
                {data.spans.toLocaleString()} spans
                {data.left > 0 && `, and ${data.left.toLocaleString()} that are not shown`}
              </span>
              <a href={linkTo(['logs'], { q: `trace:${id}`, level: 'trace' })}>
                Logs of this trace
              </a>
              {data.correlationIds.map((one) => (
                <a key={one} href={linkTo(['logs'], { q: `correlation:${one}`, level: 'trace' })}>
                  Follow correlation id {one}
                </a>
              ))}
            </>
          )}
        </div>
        <Problem text={error} />
        {data !== undefined && (
          <>
            <div class="axis" aria-hidden="true">
              <span />
              <div>
                {[0, 0.25, 0.5, 0.75, 1].map((share) => (
                  <span key={share} style={{ left: `${share * 100}%` }}>
                    {duration(data.durationMs * share)}
                  </span>
                ))}
              </div>
            </div>
            <VirtualRows rows={rows} rowHeight={26} label="Spans, depth first">
              {(row) => (
                <SpanLine
                  key={row.id}
                  row={row}
                  startMs={data.startMs}
                  durationMs={data.durationMs}
                  isSelected={row.id === selectedId}
                  isOpen={row.id in opened}
                  onToggle={() => void toggle(row)}
                />
              )}
            </VirtualRows>
            {data.related.length > 0 && (
              <section class="related" aria-label="Related traces">
                <h2>Began with</h2>
                {data.related.map((trace) => (
                  <TraceLine
                    key={trace.id}
                    trace={trace}
                    longest={Math.max(...data.related.map((one) => one.durationMs), 1)}
                  />
                ))}
              </section>
            )}
          </>
        )}
      </section>
      {selected !== undefined && (
        <SpanDetail
          row={selected}
          opened={opened[selected.id]}
          onMore={() => void toggle(selected, 5000)}
        />
      )}
    </div>
  );
}

function withOpened(
  rows: readonly WaterfallRow[],
  opened: Readonly<Record<string, Opened>>,
): WaterfallRow[] {
  return rows.flatMap((row) => {
    const inside = row.kind === 'group' ? opened[row.id]?.rows : undefined;
    if (inside === undefined) return [row];
    const deeper = inside.map((one) => ({ ...one, depth: one.depth + row.depth + 1 }));
    return [row, ...withOpened(deeper, opened)];
  });
}

/**
 * The position of the duration of a bar: after it, before it, or in it if there is no space beside
 * it.
 */
function timePlace(left: number, width: number) {
  if (left + width <= 85) return { class: 'span-time', style: { left: `${left + width}%` } };
  if (left >= 15) return { class: 'span-time', style: { right: `${100 - left}%` } };
  return { class: 'span-time inside', style: { right: `${100 - left - width}%` } };
}

function SpanLine({
  row,
  startMs,
  durationMs,
  isSelected,
  isOpen,
  onToggle,
}: {
  row: WaterfallRow;
  startMs: number;
  durationMs: number;
  isSelected: boolean;
  isOpen: boolean;
  onToggle: () => void;
}) {
  const total = Math.max(durationMs, 0.001);
  const left = Math.min(100, Math.max(0, ((row.startMs - startMs) / total) * 100));
  const width = Math.min(100 - left, (row.durationMs / total) * 100);
  return (
    <div role="listitem" class={`row span ${row.status}${isSelected ? ' selected' : ''}`}>
      <span class="span-name" style={{ paddingLeft: `${8 + Math.min(row.depth, 12) * 14}px` }}>
        {row.kind === 'group' && (
          <button
            type="button"
            class="small quiet"
            aria-expanded={isOpen}
            aria-label={`${isOpen ? 'Close' : 'Open'} group ${row.name}`}
            onClick={onToggle}
          >
            {isOpen ? '▾' : '▸'}
          </button>
        )}
        <button
          type="button"
          class="span-button"
          title={`${row.name} ${row.detail ?? ''}`}
          onClick={() => {
            setQuery({ span: row.id });
          }}
        >
          {row.name} <small>{row.detail}</small>
        </button>
      </span>
      <span class="lane" aria-hidden="true">
        <span
          class={`span-bar ${row.kind}`}
          style={{ left: `${left}%`, width: `max(2px, ${width}%)` }}
        />
        <span {...timePlace(left, width)}>
          {row.durationMs > 0 ? duration(row.durationMs) : ''}
        </span>
      </span>
    </div>
  );
}

function SpanDetail({
  row,
  opened,
  onMore,
}: {
  row: WaterfallRow;
  opened: Opened | undefined;
  onMore: () => void;
}) {
  const close = (): void => {
    setQuery({ span: undefined });
  };
  return (
    <Aside title={row.name} onClose={close}>
      <Fields
        of={{
          kind: row.kind,
          what: row.detail,
          status: <Badge tone={row.status}>{row.status}</Badge>,
          began: clock(row.startMs),
          duration: duration(row.durationMs),
          request: row.requestId && (
            <a
              href={
                row.kind === 'invocation'
                  ? linkTo(['invocations', row.requestId])
                  : linkTo(['logs'], { q: `request:${row.requestId}`, level: 'trace' })
              }
            >
              {row.requestId}
            </a>
          ),
          connection: row.connectionId && (
            <a href={linkTo(['connections', row.connectionId])}>{row.connectionId}</a>
          ),
        }}
      />
      {row.connectionId !== undefined && FRAMED.has(row.kind) && <Frame key={row.id} row={row} />}
      {opened !== undefined && opened.rows.length < opened.total && (
        <p>
          The first {opened.rows.length.toLocaleString()} of {opened.total.toLocaleString()} are
          open.{' '}
          <button type="button" class="small" onClick={onMore}>
            Open more
          </button>
        </p>
      )}
      {row.attributes !== undefined && (
        <Code text={JSON.stringify(row.attributes)} label="Attributes" />
      )}
    </Aside>
  );
}

/** The kinds of bars that are a frame from the client or to it. */
const FRAMED: ReadonlySet<WaterfallRow['kind']> = new Set(['push', 'frame', 'message']);
/** The largest difference, in ms, between a frame and the fact about it. */
const FRAME_MS = 50;

/** The frame of a push or a message, if it is still in memory. */
function Frame({ row }: { row: WaterfallRow }) {
  const id = row.connectionId ?? '';
  const { data } = useData(row.id, () =>
    get<{ messages: readonly ShownMessage[] }>(`connections/${part(id)}`, { limit: 5000 }),
  );
  const endMs = row.startMs + row.durationMs;
  const direction = row.kind === 'message' ? 'in' : 'out';
  const [frame] = (data?.messages ?? [])
    .filter((message) => message.direction === direction)
    .map((message) => ({ message, distanceMs: Math.abs(message.timeMs - endMs) }))
    .filter(({ distanceMs }) => distanceMs < FRAME_MS)
    .sort((a, b) => a.distanceMs - b.distanceMs);
  if (data === undefined) return null;
  return (
    <>
      <h3>Frame</h3>
      {frame === undefined ? (
        <p class="muted">It is no longer kept in memory.</p>
      ) : (
        <Code text={frame.message.text ?? ''} label="Content of the frame" />
      )}
    </>
  );
}
