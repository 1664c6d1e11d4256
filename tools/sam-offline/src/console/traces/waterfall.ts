import type { Span, SpanNode, WaterfallRow } from './span.ts';

/** The number of siblings of one kind and name above which they become one bar. */
const GROUPED_FROM = 8;

/**
 * Arranges the spans of a waterfall as a tree. A span whose parent is not known goes under the span
 * of its request, or else under the span in whose time it happened. A batch goes under the call or
 * delivery that wrote what it carries. If the fact of the call has no ids of what it wrote
 * (PartiQL), the batch goes under the last call that wrote to its table. Any other span is a root.
 */
export function treeOf(spans: readonly Span[]): SpanNode[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const unique = [...byId.values()].sort(
    (a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs,
  );
  const places = placesOf(unique, byId);
  const children = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of unique) {
    const parent = parentOf(span, places);
    if (parent === undefined) roots.push(span);
    else {
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [span]);
      else siblings.push(span);
    }
  }
  const seen = new Set<string>();
  // This is not recursive, since a trace may be deeper than the call stack.
  const nodeOf = (root: Span): SpanNode => {
    const found = [root];
    const ownOf = new Map<string, readonly Span[]>();
    for (const { id } of found) {
      // Functions write the documents, so two may name each other as their parents.
      seen.add(id);
      const own = (children.get(id) ?? []).filter((child) => !seen.has(child.id));
      ownOf.set(id, own);
      for (const child of own) found.push(child);
    }
    const nodes = new Map<string, SpanNode>();
    const made = (span: Span): SpanNode => {
      const own = (ownOf.get(span.id) ?? []).flatMap(({ id }) => nodes.get(id) ?? []);
      return { ...span, children: grouped(span.id, own) };
    };
    // The list has children after their parents, so it is processed from the end.
    for (const span of found.slice(1).reverse()) nodes.set(span.id, made(span));
    return made(root);
  };
  const nodes = roots.map(nodeOf);
  for (const span of unique) if (!seen.has(span.id)) nodes.push(nodeOf(span));
  return grouped('root', nodes);
}

/** Indexes of the spans that other spans may go under. */
interface Places {
  readonly byId: ReadonlyMap<string, Span>;
  /** Invocations by their request ids. */
  readonly invocations: ReadonlyMap<string, Span>;
  /** Requests and messages by the invocation that served them. */
  readonly served: ReadonlyMap<string, Span>;
  /** The batch with which each trace began. */
  readonly batches: ReadonlyMap<string | undefined, Span>;
  readonly writes: readonly Span[];
  /** The calls by the ids of what they wrote, in their order. */
  readonly writesByLink: ReadonlyMap<string, readonly Span[]>;
  readonly holders: readonly Span[];
}

const HOLDERS: ReadonlySet<Span['kind']> = new Set(['gateway', 'invocation', 'connection']);

function placesOf(spans: readonly Span[], byId: ReadonlyMap<string, Span>): Places {
  const invocations = new Map<string, Span>();
  const served = new Map<string, Span>();
  const batches = new Map<string | undefined, Span>();
  for (const span of spans) {
    const { kind, requestId, servedBy, traceId } = span;
    if (kind === 'invocation' && requestId !== undefined) invocations.set(requestId, span);
    if (servedBy !== undefined) served.set(servedBy, span);
    if (kind === 'batch' && !batches.has(traceId)) batches.set(traceId, span);
  }
  return {
    ...{ byId, invocations, served, batches },
    writes: spans.filter(isWrite),
    writesByLink: writesByLink(spans),
    holders: spans.filter(({ kind, durationMs }) => HOLDERS.has(kind) && durationMs > 0),
  };
}

function isWrite({ kind, resources, links }: Span): boolean {
  if (kind === 'delivery') return links !== undefined;
  return kind === 'aws' && (resources !== undefined || links !== undefined);
}

function writesByLink(spans: readonly Span[]): Map<string, Span[]> {
  const writes = new Map<string, Span[]>();
  for (const span of spans.filter(isWrite)) {
    for (const link of span.links ?? []) {
      const same = writes.get(link);
      if (same === undefined) writes.set(link, [span]);
      else same.push(span);
    }
  }
  return writes;
}

/** The call that led to a batch: the last one that wrote something which the batch carries. */
function writeOf(batch: Span, { writes, writesByLink }: Places): Span | undefined {
  const linked = (batch.links ?? [])
    .flatMap((link) => writesByLink.get(link)?.findLast(isBefore(batch)) ?? [])
    .reduce<Span | undefined>(
      (last, write) => (last !== undefined && last.startMs >= write.startMs ? last : write),
      undefined,
    );
  return (
    linked ??
    writes.findLast(
      (write) =>
        write.links === undefined &&
        write.traceId !== batch.traceId &&
        isBefore(batch)(write) &&
        write.resources?.some((name) => batch.resources?.includes(name)),
    )
  );
}

const isBefore =
  (batch: Span) =>
  ({ startMs }: Span): boolean =>
    startMs <= batch.startMs;

function parentOf(span: Span, places: Places): string | undefined {
  const { id, kind, parentId, requestId, traceId } = span;
  const served = kind === 'invocation' ? places.served.get(requestId ?? '') : undefined;
  // A function that a delivery invoked has the sender's caller as its parent. The hop is between
  // the two.
  if (served?.kind === 'delivery') return served.id;
  if (kind === 'delivery') {
    const write = places.writesByLink.get(span.carries ?? '')?.find((one) => one.id !== id);
    if (write !== undefined) return write.id;
  }
  if (parentId !== undefined && parentId !== id && places.byId.has(parentId)) return parentId;
  if (kind === 'invocation') {
    if (served !== undefined && served.id !== id) return served.id;
  } else {
    const invocation = places.invocations.get(requestId ?? '');
    if (invocation !== undefined) return invocation.id;
  }
  const batch = places.batches.get(traceId);
  if (kind === 'batch') {
    if (batch !== undefined && batch.id !== id) return batch.id;
    return writeOf(span, places)?.id;
  }
  const isEntry = kind === 'message' || kind === 'gateway' || kind === 'connection';
  if (isEntry && parentId === undefined) return undefined;
  // Of the spans that enclose it, the one that began last is the closest.
  const endMs = span.startMs + span.durationMs;
  const holder = places.holders.findLast(
    (one) =>
      one.id !== id &&
      one.traceId === traceId &&
      one.startMs <= span.startMs &&
      one.startMs + one.durationMs >= endMs - 0.001 &&
      one.durationMs > span.durationMs &&
      one.parentId !== id,
  );
  return holder?.id ?? batch?.id;
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

/** The rows of a tree with its groups closed. */
export function rowsOf(nodes: readonly SpanNode[]): WaterfallRow[] {
  const rows: WaterfallRow[] = [];
  for (const { node, depth } of walk(nodes, ({ kind }) => kind !== 'group')) {
    const { children: _below, ...span } = node;
    rows.push({ ...span, depth });
  }
  return rows;
}

/** Finds the node with an id, at any depth. */
export function findNode(nodes: readonly SpanNode[], id: string): SpanNode | undefined {
  for (const { node } of walk(nodes, () => true)) if (node.id === id) return node;
  return undefined;
}

/** The nodes, and the children of those that are open, depth-first. */
function* walk(
  nodes: readonly SpanNode[],
  isOpen: (node: SpanNode) => boolean,
): Iterable<{ readonly node: SpanNode; readonly depth: number }> {
  const ahead = nodes.map((node) => ({ node, depth: 0 })).reverse();
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    yield next;
    const { node, depth } = next;
    if (!isOpen(node)) continue;
    for (const child of node.children.toReversed()) ahead.push({ node: child, depth: depth + 1 });
  }
}
