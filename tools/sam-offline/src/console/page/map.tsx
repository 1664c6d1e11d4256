import { useMemo } from 'preact/hooks';
import type { MapEdge, MapKind, MapNode, MapResponse } from '../map/index.ts';
import { get } from './api.ts';
import { figure } from './format.ts';
import { useLive } from './live.ts';
import { linkTo, type Place, timeOf } from './place.ts';
import { Empty, Problem } from './ui.tsx';
import { useData } from './use-data.ts';

const WIDTH = 184;
const HEIGHT = 54;
const GAP_X = 30;
const GAP_Y = 18;
/** A name with more letters than fit is set closer, and is cut if that is not enough. */
const FITTING = 20;
const LONGEST = 27;
/** The figures below the name have smaller letters. */
const FITTING_FIGURES = 28;

/** Below this rate, in calls a second, the number of calls is shown instead. */
const SEEN_RATE = 0.1;

const SET_CLOSER = { textLength: WIDTH - 24, lengthAdjust: 'spacingAndGlyphs' } as const;

/** The map of the stack: which part calls which, with the calls in the time range. */
export function StackMap({ place }: { place: Place }) {
  const time = timeOf(place);
  const key = JSON.stringify([place.query.range, place.query.from, place.query.to]);
  const { data, error, reload } = useData(key, () => get<MapResponse>('map', time.now()));
  useLive(time.isLive, undefined, 2000, reload);
  const shape = JSON.stringify([
    data?.nodes.map(({ id }) => id),
    data?.edges.map(({ from, to }) => [from, to]),
  ]);
  const columns = useMemo(() => (data === undefined ? [] : columnsOf(data)), [shape]);
  if (data?.nodes.length === 0) {
    return <Empty title="The template has no resources that are on the map" />;
  }
  const seconds = data === undefined ? 1 : (data.endMs - data.startMs) / 1000;
  const nodes = new Map(data?.nodes.map((node) => [node.id, node]));
  const places = new Map(
    columns.flatMap((ids, column) =>
      ids.map(
        (id, row) =>
          [id, { x: 10 + column * (WIDTH + GAP_X), y: 10 + row * (HEIGHT + GAP_Y) }] as const,
      ),
    ),
  );
  const width = columns.length * (WIDTH + GAP_X);
  const height = Math.max(...columns.map((ids) => ids.length), 1) * (HEIGHT + GAP_Y) + 20;
  return (
    <section class="page" tabIndex={0} aria-label="Map of the stack">
      <Problem text={error} />
      <div class="map" tabIndex={0} role="region" aria-label="Map, scrolls">
        <svg
          viewBox={`0 0 ${width} ${height}`}
          style={{ maxWidth: `${width}px` }}
          role="group"
          aria-label="What calls what"
        >
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 8 8"
              refX="8"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0 L8 4 L0 8 z" class="arrow" />
            </marker>
          </defs>
          {data?.edges.map((edge) => (
            <Edge key={`${edge.from} ${edge.to}`} {...{ edge, places }} />
          ))}
          {[...places].map(([id, at]) => {
            const node = nodes.get(id);
            return node && <Node key={id} {...{ node, at, seconds }} />;
          })}
        </svg>
      </div>
      <p class="muted">Solid lines were seen in the time range; dashed ones are of the template.</p>
    </section>
  );
}

function Node({
  node,
  at,
  seconds,
}: {
  node: MapNode;
  at: { x: number; y: number };
  seconds: number;
}) {
  const rate = node.calls / seconds;
  const figures = [
    rate >= SEEN_RATE
      ? `${figure(Number(rate.toPrecision(2)))}/s`
      : node.calls > 0
        ? `${node.calls} calls`
        : '',
    node.errors > 0 ? `${node.errors} errors` : '',
    node.concurrency === undefined
      ? ''
      : node.kind === 'function'
        ? node.concurrency > 0
          ? `${node.concurrency} running`
          : ''
        : `${node.concurrency} open`,
  ].filter((text) => text !== '');
  const below = [node.kind, ...figures].join(' · ');
  return (
    <a href={placeOf(node)} class={`node ${node.kind}${node.errors > 0 ? ' failing' : ''}`}>
      <title>{node.key}</title>
      <rect x={at.x} y={at.y} width={WIDTH} height={HEIGHT} rx="6" />
      <text
        x={at.x + 12}
        y={at.y + 22}
        class="node-name"
        {...(node.name.length > FITTING && SET_CLOSER)}
      >
        {node.name.length > LONGEST ? `${node.name.slice(0, LONGEST - 1)}…` : node.name}
      </text>
      <text
        x={at.x + 12}
        y={at.y + 41}
        class="node-figures"
        {...(below.length > FITTING_FIGURES && SET_CLOSER)}
      >
        {below}
      </text>
    </a>
  );
}

/** The views under Data, by the kinds of resources that have one. */
const VIEWS: Partial<Record<MapKind, string>> = {
  table: 'tables',
  queue: 'queues',
  bucket: 'buckets',
  topic: 'topics',
  rule: 'rules',
  schedule: 'schedules',
};

function placeOf({ kind, key, name, logicalId }: MapNode): string {
  const view = VIEWS[kind];
  if (view !== undefined) return linkTo(['data', view, key]);
  switch (kind) {
    case 'function':
      return linkTo(['invocations'], { q: `function:${key}` });
    case 'event-bus':
      return linkTo(['data', 'rules']);
    case 'http-api':
      return linkTo(['logs'], { q: `source:${logicalId ?? name}` });
    default:
      return linkTo(['connections']);
  }
}

function Edge({
  edge,
  places,
}: {
  edge: MapEdge;
  places: ReadonlyMap<string, { x: number; y: number }>;
}) {
  const from = places.get(edge.from);
  const to = places.get(edge.to);
  if (from === undefined || to === undefined) return null;
  const isForward = to.x > from.x;
  const x1 = isForward ? from.x + WIDTH : from.x;
  const x2 = isForward ? to.x : to.x + WIDTH;
  const y1 = from.y + HEIGHT / 2;
  const y2 = to.y + HEIGHT / 2;
  const bend = isForward ? Math.max(30, (x2 - x1) / 2) : -40;
  return (
    <path
      class={`edge ${edge.isSeen ? 'seen' : ''}`}
      d={`M${x1} ${y1} C${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`}
      marker-end="url(#arrow)"
    >
      <title>{`${edge.label}${edge.calls > 0 ? `, ${edge.calls} times` : ''}`}</title>
    </path>
  );
}

/** The kinds of resources that pass on what they receive. */
const SOURCES: readonly MapKind[] = ['table', 'queue', 'bucket', 'topic', 'event-bus', 'rule'];
/** The columns of the nodes that clients call, and of those that these call. */
const FIRST_COLUMNS: Partial<Record<MapKind, number>> = {
  client: 0,
  'http-api': 1,
  'websocket-api': 1,
  schedule: 1,
};
const ASKED_COLUMN = 2;
const CALLED_COLUMN = 3;
/** The most hops. Rules and buses may form a cycle. */
const MAXIMUM_HOPS = 6;

/**
 * The nodes in columns, in the order in which a request passes them: clients; APIs and schedules;
 * the functions that these invoke; the services that functions call; the targets of these, hop by
 * hop; and at the end the dead-letter queues.
 */
function columnsOf({ nodes, edges }: MapResponse): string[][] {
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const isFrom = (id: string, from: readonly MapKind[]): boolean =>
    edges.some((edge) => {
      const kind = edge.to === id ? kinds.get(edge.from) : undefined;
      return kind !== undefined && from.includes(kind);
    });
  const fixed = new Map<string, number>();
  const columns = new Map<string, number>();
  for (const { id, kind } of nodes) {
    const first = FIRST_COLUMNS[kind];
    if (first !== undefined) fixed.set(id, first);
    else if (kind === 'rule' && !isFrom(id, ['event-bus'])) fixed.set(id, 1);
    else if (kind === 'function' && isFrom(id, ['http-api', 'websocket-api', 'schedule'])) {
      fixed.set(id, ASKED_COLUMN);
    } else columns.set(id, kind === 'function' ? ASKED_COLUMN : CALLED_COLUMN);
  }
  const columnOf = (id: string): number => fixed.get(id) ?? columns.get(id) ?? 0;
  const hops = edges.filter(({ from, to, label }) => {
    const kind = kinds.get(from);
    return kind !== undefined && SOURCES.includes(kind) && columns.has(to) && !isDead(label);
  });
  for (let hop = 0; hop < MAXIMUM_HOPS; hop++) {
    for (const { from, to } of hops) columns.set(to, Math.max(columnOf(to), columnOf(from) + 1));
  }
  const last = Math.max(...columns.values(), ASKED_COLUMN) + 1;
  for (const { to, label } of edges) {
    if (isDead(label) && kinds.get(to) === 'queue') columns.set(to, last);
  }
  const found: string[][] = Array.from({ length: last + 1 }, () => []);
  for (const { id } of nodes) found[columnOf(id)]?.push(id);
  return found.filter((column) => column.length > 0);
}

/** Whether an edge is for messages that failed. */
function isDead(label: string): boolean {
  return label === 'dead letters' || label === 'on failure';
}
