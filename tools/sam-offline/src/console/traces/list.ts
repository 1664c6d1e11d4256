import type { StackEvent } from '../../events/index.ts';
import type { Insights, TimeRange } from '../../insights/index.ts';
import { FactReader } from '../kept/index.ts';
import { maskText } from '../mask.ts';
import type { Searched } from '../search/index.ts';
import { SPAN_EVENTS } from './read-trace.ts';
import { CORRELATION_MARK, correlationIdsOf } from './correlation-ids.ts';
import type { Span } from './span.ts';
import { statusOf } from './spans-of-facts.ts';

/** A trace in a list. */
export interface TraceRow {
  readonly id: string;
  /** The start of the trace: `GET /posts`, `message to subscribe`, a function. */
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: Span['status'];
  readonly statusCode?: number | undefined;
  /** How many facts it has: requests, invocations, calls, frames. */
  readonly parts: number;
  readonly coldStarts: number;
  readonly calls: number;
  readonly pushes: number;
  readonly routes: readonly string[];
  readonly functions: readonly string[];
  readonly correlationIds: readonly string[];
  readonly connectionIds: readonly string[];
  readonly requestIds: readonly string[];
  readonly errors: readonly string[];
}

/** The most traces that are held, the latest ones. */
const MAXIMUM_TRACES = 10_000;
/** The most ids of a kind that are kept of a trace, for searches. */
const MAXIMUM_IDS = 200;

/** Summarizes the traces of a time range, newest first. */
export async function listTraces(
  insights: Pick<Insights, 'events'>,
  range: Required<TimeRange>,
): Promise<TraceRow[]> {
  const list = new TraceList(insights, range);
  await list.readOn();
  return list.rows(range);
}

/**
 * Summarizes the traces of a range. It reads each fact once, however often the list is asked for.
 */
export class TraceList {
  /** ms since 1970. */
  readonly startMs: number;
  readonly #endMs: number;
  readonly #traces = new Map<string, Summary>();
  readonly #byRequest = new Map<string, Summary>();
  readonly #facts: FactReader;
  readonly #lines: FactReader;

  /** @param endMs the list has no trace that began later, but it has later facts of its traces */
  constructor(
    insights: Pick<Insights, 'events'>,
    { startMs = 0, endMs = Infinity }: Required<TimeRange>,
  ) {
    this.startMs = startMs;
    this.#endMs = endMs;
    this.#facts = new FactReader(
      insights,
      { types: SPAN_EVENTS, contains: '"traceId":', startMs },
      ({ event }) => {
        if (event.traceId !== undefined) this.#add(event.traceId, event);
      },
    );
    this.#lines = new FactReader(
      insights,
      { types: ['log'], contains: CORRELATION_MARK, startMs },
      ({ event }) => {
        if (event.type === 'log') this.#byRequest.get(event.requestId ?? '')?.addLine(event.text);
      },
    );
  }

  /** Reads the facts that were stored since the last call. */
  async readOn(): Promise<void> {
    await this.#facts.readOn();
    await this.#lines.readOn();
  }

  /** The traces that overlap a range, newest first. */
  rows({ startMs = 0, endMs = Infinity }: TimeRange): TraceRow[] {
    return [...this.#traces.values()]
      .filter((summary) => summary.isIn(startMs, endMs))
      .map((summary) => summary.row())
      .sort((a, b) => b.startMs - a.startMs);
  }

  #add(traceId: string, event: StackEvent): void {
    let summary = this.#traces.get(traceId);
    if (summary === undefined) {
      if (event.timeMs - ('durationMs' in event ? event.durationMs : 0) >= this.#endMs) return;
      summary = new Summary(traceId);
      this.#traces.set(traceId, summary);
      const [oldest] = this.#traces.values();
      if (this.#traces.size > MAXIMUM_TRACES && oldest !== undefined) this.#forget(oldest);
    }
    summary.add(event);
    const { requestId, type } = event;
    if (requestId !== undefined && type.startsWith('invocation.') && summary.has(requestId)) {
      this.#byRequest.set(requestId, summary);
    }
  }

  #forget(summary: Summary): void {
    this.#traces.delete(summary.id);
    for (const requestId of summary.requestIds) this.#byRequest.delete(requestId);
  }
}

/**
 * Summarizes one trace.
 *
 * @returns undefined if no fact of it is stored
 */
export async function summaryOf(
  insights: Pick<Insights, 'events'>,
  traceId: string,
): Promise<TraceRow | undefined> {
  let summary: Summary | undefined;
  for await (const { event } of insights.events({ types: SPAN_EVENTS, contains: traceId })) {
    if (event.traceId === traceId) (summary ??= new Summary(traceId)).add(event);
  }
  return summary?.row();
}

class Summary {
  readonly id: string;
  readonly #routes = new Set<string>();
  readonly #functions = new Set<string>();
  readonly #correlations = new Set<string>();
  readonly #connections = new Set<string>();
  readonly #requests = new Set<string>();
  readonly #errors = new Set<string>();
  #startMs = Infinity;
  #endMs = -Infinity;
  #name = '';
  /** How well the name describes the start of the trace. A better name replaces it. */
  #nameRank = 0;
  #status: Span['status'] = 'ok';
  #statusCode: number | undefined;
  #parts = 0;
  #coldStarts = 0;
  #calls = 0;
  #pushes = 0;

  constructor(id: string) {
    this.id = id;
  }

  get requestIds(): Iterable<string> {
    return this.#requests;
  }

  has(requestId: string): boolean {
    return this.#requests.has(requestId);
  }

  /** Whether a part of the trace is in a range, in ms since 1970. */
  isIn(startMs: number, endMs: number): boolean {
    return this.#endMs >= startMs && this.#startMs < endMs;
  }

  addLine(text: string): void {
    for (const id of correlationIdsOf(text)) note(this.#correlations, id);
  }

  add(event: StackEvent): void {
    note(this.#correlations, event.correlationId);
    this.#parts++;
    const durationMs = 'durationMs' in event ? event.durationMs : 0;
    this.#startMs = Math.min(this.#startMs, event.timeMs - durationMs);
    this.#endMs = Math.max(this.#endMs, event.timeMs);
    note(this.#connections, event.connectionId);
    switch (event.type) {
      case 'http.request':
        this.#rename(3, `${event.method} ${event.path}`);
        note(this.#routes, event.routeKey);
        note(this.#requests, event.requestId);
        note(this.#errors, event.integration?.error);
        this.#statusCode = event.statusCode;
        this.#fail(statusOf(event.statusCode));
        return;
      case 'message.received':
        this.#rename(3, `message to ${event.routeKey ?? 'no route'}`);
        note(this.#routes, event.routeKey);
        return;
      case 'connection.opened':
      case 'connection.refused':
        this.#rename(3, '$connect');
        if (event.type === 'connection.refused') this.#fail(statusOf(event.statusCode));
        return;
      case 'route.integrated':
        this.#rename(2, event.routeKey);
        note(this.#routes, event.routeKey);
        if (event.frameBytes !== undefined) this.#parts++;
        if (event.integration.outcome !== 'responded') this.#fail('fault');
        return;
      case 'batch.read':
        this.#rename(2, `${event.source} ${event.sourceName} → ${event.functionName}`);
        return;
      case 'invocation.succeeded':
      case 'invocation.failed':
      case 'invocation.timed-out':
        this.#rename(1, event.functionName);
        note(this.#functions, event.functionName);
        note(this.#requests, event.requestId);
        if (event.initDurationMs !== undefined) this.#coldStarts++;
        if (event.type !== 'invocation.succeeded') this.#fail('fault');
        if (event.type === 'invocation.failed') note(this.#errors, event.errorType);
        if (event.type === 'invocation.timed-out') note(this.#errors, 'timeout');
        return;
      case 'invocation.throttled':
        note(this.#functions, event.functionName);
        this.#fail('throttle');
        return;
      case 'aws.call':
        this.#rename(0, `${event.service} ${event.operation}`);
        this.#calls++;
        note(this.#errors, event.errorType);
        return;
      case 'delivery':
        this.#rename(0, `${event.service} ${event.source}`);
        if (event.outcome === 'failed') this.#fail('fault');
        note(this.#errors, event.error);
        return;
      case 'connections.call':
        this.#pushes++;
        return;
      default:
    }
  }

  row(): TraceRow {
    return {
      ...{ id: this.id, name: maskText(this.#name), startMs: this.#startMs },
      ...{ durationMs: this.#endMs - this.#startMs, status: this.#status },
      ...{ statusCode: this.#statusCode, parts: this.#parts, coldStarts: this.#coldStarts },
      ...{ calls: this.#calls, pushes: this.#pushes, routes: [...this.#routes] },
      ...{ functions: [...this.#functions], correlationIds: [...this.#correlations] },
      ...{ connectionIds: [...this.#connections], requestIds: [...this.#requests] },
      errors: [...this.#errors],
    };
  }

  #rename(rank: number, name: string): void {
    if (rank < this.#nameRank || (rank === this.#nameRank && this.#name !== '')) return;
    this.#nameRank = rank;
    this.#name = name;
  }

  #fail(status: Span['status']): void {
    if (SEVERITY[status] > SEVERITY[this.#status]) this.#status = status;
  }
}

const SEVERITY = { ok: 0, error: 1, throttle: 2, fault: 3 } as const;

function note(into: Set<string>, value: string | undefined): void {
  if (value !== undefined && into.size < MAXIMUM_IDS) into.add(value);
}

/** The values that a search compares. */
export function searchedTrace(trace: TraceRow): Searched {
  const values: Readonly<Record<string, () => readonly unknown[]>> = {
    id: () => [trace.id],
    trace: () => [trace.id],
    // A catch-all route says nothing about the request, so the path is a key too.
    route: () => [...trace.routes, trace.name],
    function: () => trace.functions,
    status: () => (trace.statusCode === undefined ? [] : [trace.statusCode]),
    duration: () => [trace.durationMs],
    correlation: () => trace.correlationIds,
    correlationid: () => trace.correlationIds,
    connection: () => trace.connectionIds,
    connectionid: () => trace.connectionIds,
    request: () => trace.requestIds,
    requestid: () => trace.requestIds,
    error: () => trace.errors,
    outcome: () => [trace.status],
    cold: () => [trace.coldStarts > 0],
  };
  return {
    text: [trace.name, trace.id, ...trace.routes, ...trace.functions, ...trace.errors].join(' '),
    values: (key) => values[key]?.() ?? [],
  };
}
