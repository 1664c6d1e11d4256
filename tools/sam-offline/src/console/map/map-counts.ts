import type { EventOf, EventType, StackEvent } from '../../events/index.ts';
import type { Insights } from '../../insights/index.ts';
import { FactReader, type KeptList } from '../kept/index.ts';
import { idOf, idOfArn, type MapKind } from './model.ts';
import { DEFAULT_BUS, edgeKey, type TemplateMap } from './template-map.ts';

/** How often a node was called, or an edge was used, and how often that failed. */
export interface Count {
  calls: number;
  errors: number;
  /** For an edge: the caller, the callee, and the label. */
  readonly edge?: { readonly from: string; readonly to: string; readonly label: string };
}

/** The counts of a part of the range, by node id and edge. */
interface Part {
  readonly startMs: number;
  readonly counts: Map<string, Count>;
}

/** The types of facts that are counted. */
const COUNTED: readonly EventType[] = [
  'stack.started',
  'http.request',
  'connection.opened',
  'connection.refused',
  'message.received',
  'invocation.queued',
  'invocation.started',
  'invocation.succeeded',
  'invocation.failed',
  'invocation.timed-out',
  'invocation.throttled',
  'aws.call',
  'connections.call',
  'batch.read',
  'delivery',
];

/** The number of parts of a range. Older counts are subtracted from the sums a part at a time. */
const PARTS = 1800;

/** The kinds of resources by the service that is called. */
const CALLED: Readonly<Record<string, MapKind>> = {
  dynamodb: 'table',
  sqs: 'queue',
  lambda: 'function',
  s3: 'bucket',
  sns: 'topic',
  events: 'event-bus',
  scheduler: 'schedule',
};
/** The kinds of resources by the service that sends. */
const SENDING: Readonly<Record<string, MapKind>> = {
  s3: 'bucket',
  sns: 'topic',
  events: 'rule',
  scheduler: 'schedule',
};
/** Nodes to which services deliver without a fact of the node's own. */
const TOLD_BY_DELIVERY = /^(?:queue|topic|event-bus):/;

/**
 * The counts of the map in a range that moves forward. Each fact is added once, and is subtracted
 * with its part of the range. So an update costs only as much as its new facts.
 */
export class MapCounts implements KeptList {
  /** The start, in ms since 1970. It moves forward with the ranges that are asked for. */
  startMs: number;
  readonly #map: TemplateMap;
  readonly #facts: FactReader;
  readonly #partMs: number;
  /** The parts, oldest first. */
  readonly #parts: Part[] = [];
  readonly #sums = new Map<string, Count>();
  readonly #running = new Map<string, number>();

  /** @param lengthMs the length of the range */
  constructor(
    insights: Pick<Insights, 'events'>,
    map: TemplateMap,
    range: { readonly startMs: number; readonly endMs: number },
    lengthMs: number,
  ) {
    this.startMs = range.startMs;
    this.#map = map;
    this.#partMs = Math.max(1000, lengthMs / PARTS);
    this.#facts = new FactReader(insights, { types: COUNTED, ...range }, ({ event }) => {
      this.#take(event);
    });
  }

  readOn(): Promise<void> {
    return this.#facts.readOn();
  }

  /**
   * The sums since a time, with the precision of a part of the range. It drops the counts before
   * that time.
   */
  since(startMs: number): ReadonlyMap<string, Readonly<Count>> {
    const keptFromMs = startMs - this.#partMs;
    this.startMs = Math.max(this.startMs, keptFromMs);
    for (let [part] = this.#parts; part !== undefined; [part] = this.#parts) {
      if (part.startMs >= keptFromMs) break;
      for (const [key, { calls, errors }] of part.counts) {
        const sum = this.#sums.get(key);
        if (sum === undefined) continue;
        sum.calls -= calls;
        sum.errors -= errors;
        if (sum.calls <= 0 && sum.errors <= 0) this.#sums.delete(key);
      }
      this.#parts.shift();
    }
    return this.#sums;
  }

  /**
   * How many invocations of a function run now, or have waited for an environment for over a second.
   *
   * @param functionName its deployed name
   */
  runningOf(functionName: string): number {
    return this.#running.get(functionName) ?? 0;
  }

  #take(event: StackEvent): void {
    switch (event.type) {
      case 'stack.started':
        // An invocation that an earlier run did not end does not run any more.
        if (event.isRepeated !== true) this.#running.clear();
        return;
      case 'http.request':
        this.#takeRequest(event);
        return;
      case 'connection.opened':
      case 'connection.refused':
      case 'message.received': {
        const api = idOf('websocket-api', event.apiId ?? '');
        this.#count(event, api, event.type === 'connection.refused');
        this.#link(event, idOf('client', 'clients'), api, '');
        return;
      }
      case 'invocation.started':
        // One that has waited for long is counted already.
        if (event.wasQueued === true) return;
        this.#running.set(event.functionName, this.runningOf(event.functionName) + 1);
        return;
      case 'invocation.queued':
        this.#running.set(event.functionName, this.runningOf(event.functionName) + 1);
        return;
      case 'invocation.succeeded':
      case 'invocation.failed':
      case 'invocation.timed-out':
        this.#running.set(event.functionName, Math.max(0, this.runningOf(event.functionName) - 1));
        this.#count(event, fn(event.functionName), event.type !== 'invocation.succeeded');
        return;
      case 'invocation.throttled':
        this.#count(event, fn(event.functionName), true);
        return;
      case 'aws.call':
        this.#takeCall(event);
        return;
      case 'connections.call':
        this.#link(
          event,
          this.#caller(event.caller),
          idOf('websocket-api', event.apiId ?? ''),
          '@connections',
        );
        return;
      case 'batch.read': {
        const isStream = event.source === 'dynamodb-stream';
        const from = idOf(isStream ? 'table' : 'queue', event.sourceName);
        this.#link(event, from, fn(event.functionName), isStream ? 'stream' : 'messages');
        return;
      }
      case 'delivery':
        this.#takeDelivery(event);
        return;
      default:
    }
  }

  #takeRequest(event: EventOf<'http.request'>): void {
    if (event.apiId === undefined) return;
    const api = idOf(event.kind === 'websocket-api' ? event.kind : 'http-api', event.apiId);
    this.#count(event, api, event.statusCode >= 500);
    this.#link(event, idOf('client', 'clients'), api, '');
    const name = event.integration?.functionName;
    if (name !== undefined) this.#link(event, api, fn(name), 'routes');
  }

  #takeCall(event: EventOf<'aws.call'>): void {
    const kind = CALLED[event.service];
    if (kind === undefined) return;
    const ofCall = event.resource ?? (kind === 'event-bus' ? DEFAULT_BUS : '');
    const names = event.resources?.map(({ name }) => name) ?? [ofCall];
    for (const name of names) {
      const to = idOf(kind, name);
      // The invocations of a function are counted by the function itself.
      if (kind !== 'function') this.#count(event, to, event.statusCode >= 500);
      this.#link(event, this.#caller(event.caller), to, event.service);
    }
  }

  #takeDelivery(event: EventOf<'delivery'>): void {
    const kind = SENDING[event.service];
    if (kind === undefined) return;
    const from = idOf(kind, event.source);
    const isFailed = event.outcome === 'failed';
    if (kind === 'rule' || kind === 'schedule') {
      const bus = this.#busOf(from);
      if (bus !== undefined && event.attempt === 1) this.#link(event, bus, from, 'pattern');
      if (event.outcome !== 'retried') this.#count(event, from, isFailed);
    } else if (isFailed) this.#add(event, from, 0, 1);
    const to = event.target.startsWith('arn:') ? idOfArn(event.target) : undefined;
    if (to === undefined) return;
    this.#link(event, from, to, event.service);
    if (event.outcome === 'delivered' && TOLD_BY_DELIVERY.test(to)) this.#count(event, to, false);
  }

  /** The event bus whose events a rule matches. Undefined for a rule with a schedule. */
  #busOf(rule: string): string | undefined {
    return this.#map.edges.find(({ to, label }) => to === rule && label === 'pattern')?.from;
  }

  #caller(logicalId = ''): string {
    return fn(this.#map.functionNames.get(logicalId) ?? logicalId);
  }

  #count(event: StackEvent, id: string, isError: boolean): void {
    this.#add(event, id, 1, isError ? 1 : 0);
  }

  #add(event: StackEvent, id: string, calls: number, errors: number): void {
    if (this.#map.nodes.has(id)) this.#sum(event, id, { calls, errors });
  }

  #link(event: StackEvent, from: string, to: string, label: string): void {
    if (!this.#map.nodes.has(from) || !this.#map.nodes.has(to)) return;
    this.#sum(event, edgeKey(from, to), { calls: 1, errors: 0, edge: { from, to, label } });
  }

  #sum({ timeMs }: StackEvent, key: string, by: Readonly<Count>): void {
    for (const counts of [this.#sums, this.#partAt(timeMs).counts]) {
      const count = counts.get(key);
      if (count === undefined) counts.set(key, { ...by });
      else {
        count.calls += by.calls;
        count.errors += by.errors;
      }
    }
  }

  /**
   * Returns the last part, or adds a new one. Facts are stored nearly in the order in which they
   * happen.
   */
  #partAt(timeMs: number): Part {
    const last = this.#parts.at(-1);
    if (last !== undefined && timeMs < last.startMs + this.#partMs) return last;
    const startMs = Math.floor(timeMs / this.#partMs) * this.#partMs;
    const part: Part = { startMs, counts: new Map() };
    this.#parts.push(part);
    return part;
  }
}

function fn(name: string): string {
  return idOf('function', name);
}
