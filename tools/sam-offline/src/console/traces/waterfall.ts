import type { Span, SpanNode, WaterfallRow } from './span.ts';

/** More siblings of one kind and name than this are one bar. */
const GROUPED_FROM = 8;

/**
 * Orders the spans of a trace as a tree. A span whose parent is not known goes under the invocation
 * or request that it happened in, by time; what happened in none is a root.
 */
export function treeOf(spans: readonly Span[]): SpanNode[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const unique = [...byId.values()].sort(
    (a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs,
  );
  const byRequest = new Map<string, Span>();
  for (const span of unique) {
    if (span.kind === 'invocation' && span.requestId !== undefined)
      byRequest.set(span.requestId, span);
  }
  const holders = unique.filter(({ kind, durationMs }) => HOLDERS.has(kind) && durationMs > 0);
  const children = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of unique) {
    const parent = parentOf(span, byId, byRequest, holders);
    if (parent === undefined) roots.push(span);
    else {
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [span]);
      else siblings.push(span);
    }
  }
  const seen = new Set<string>();
  const nodeOf = (span: Span): SpanNode => {
    // Documents are functions' own: two may name each other as parents.
    seen.add(span.id);
    const own = (children.get(span.id) ?? []).filter(({ id }) => !seen.has(id));
    return { ...span, children: grouped(span.id, own.map(nodeOf)) };
  };
  const nodes = roots.map(nodeOf);
  for (const span of unique) if (!seen.has(span.id)) nodes.push(nodeOf(span));
  return grouped('root', nodes);
}

const HOLDERS: ReadonlySet<Span['kind']> = new Set(['gateway', 'invocation', 'connection']);

function parentOf(
  span: Span,
  byId: ReadonlyMap<string, Span>,
  byRequest: ReadonlyMap<string, Span>,
  holders: readonly Span[],
): string | undefined {
  if (span.parentId !== undefined && span.parentId !== span.id && byId.has(span.parentId)) {
    return span.parentId;
  }
  const invocation = span.requestId === undefined ? undefined : byRequest.get(span.requestId);
  if (invocation !== undefined && invocation.id !== span.id) return invocation.id;
  const isEntry = span.kind === 'message' || span.kind === 'gateway' || span.kind === 'connection';
  if (isEntry && span.parentId === undefined) return undefined;
  // The one that began last holds it most closely.
  const endMs = span.startMs + span.durationMs;
  return holders.findLast(
    (holder) =>
      holder.id !== span.id &&
      holder.startMs <= span.startMs &&
      holder.startMs + holder.durationMs >= endMs - 0.001 &&
      holder.durationMs > span.durationMs &&
      holder.parentId !== span.id,
  )?.id;
}

/** Puts many siblings of one kind and name under one bar. */
function grouped(parentId: string, nodes: readonly SpanNode[]): SpanNode[] {
  const alike = new Map<string, SpanNode[]>();
  for (const node of nodes) {
    const key = `${node.kind} ${node.name}`;
    const same = alike.get(key);
    if (same === undefined) alike.set(key, [node]);
    else same.push(node);
  }
  return [...alike.values()]
    .flatMap((same): readonly SpanNode[] => {
      const [first] = same;
      return first === undefined || same.length <= GROUPED_FROM
        ? same
        : [groupOf(parentId, first, same)];
    })
    .sort((a, b) => a.startMs - b.startMs);
}

function groupOf(parentId: string, first: SpanNode, same: readonly SpanNode[]): SpanNode {
  let endMs = first.startMs;
  let failed = 0;
  for (const { startMs, durationMs, status } of same) {
    endMs = Math.max(endMs, startMs + durationMs);
    if (status !== 'ok') failed++;
  }
  return {
    id: `${parentId}/${first.kind}/${first.name}`,
    ...{ parentId: first.parentId, kind: 'group', name: first.name },
    detail: `${same.length} times${failed === 0 ? '' : `, ${failed} failed`}`,
    ...{ startMs: first.startMs, durationMs: endMs - first.startMs },
    ...{ status: failed === 0 ? 'ok' : 'error', count: same.length, failed, children: same },
  };
}

/** The rows of a tree, groups closed. */
export function rowsOf(nodes: readonly SpanNode[], depth = 0): WaterfallRow[] {
  return nodes.flatMap(({ children, ...span }) => [
    { ...span, depth },
    ...(span.kind === 'group' ? [] : rowsOf(children, depth + 1)),
  ]);
}

/** The node with an id, at any depth. */
export function findNode(nodes: readonly SpanNode[], id: string): SpanNode | undefined {
  for (const node of nodes) {
    const found = node.id === id ? node : findNode(node.children, id);
    if (found !== undefined) return found;
  }
  return undefined;
}
