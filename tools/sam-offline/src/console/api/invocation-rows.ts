import type { EventOf, EventType } from '../../events/index.ts';
import type { Insights } from '../../insights/index.ts';
import { FactReader, type KeptList } from '../kept/index.ts';
import { maskText } from '../mask.ts';
import { parseSearch } from '../search/index.ts';

/** An invocation in a list. */
export interface InvocationRow {
  readonly requestId: string;
  readonly functionName: string;
  readonly timeMs: number;
  readonly durationMs: number;
  readonly outcome: 'succeeded' | 'failed' | 'timed-out' | 'throttled';
  readonly error?: string | undefined;
  readonly traceId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly initDurationMs?: number | undefined;
  readonly memorySizeMb?: number | undefined;
  readonly maxMemoryUsedMb?: number | undefined;
}

/** An invocation that has ended. */
export type Finished =
  | EventOf<'invocation.succeeded'>
  | EventOf<'invocation.failed'>
  | EventOf<'invocation.timed-out'>
  | EventOf<'invocation.throttled'>;

/** The types of these facts. */
export const FINISHED: readonly EventType[] = [
  'invocation.succeeded',
  'invocation.failed',
  'invocation.timed-out',
  'invocation.throttled',
];

/** The most rows of a list. */
export const MAXIMUM_ROWS = 10_000;

/**
 * How much the ranges of two pages may differ, in ms. Pages that show the same range ask for it at
 * slightly different times.
 */
const SLACK_MS = 5000;

/**
 * The invocations that a search finds since a time. It is kept up to date while more invocations
 * end.
 */
export class InvocationRows implements KeptList {
  /**
   * Invocations that ended before this time were dropped; ms since 1970. It moves forward with the
   * ranges that are asked for.
   */
  startMs: number;
  readonly #facts: FactReader;
  /** The latest rows, oldest first. */
  #rows: InvocationRow[] = [];
  /**
   * The end times of all invocations that were found, including those that are no longer in the
   * rows.
   */
  #endedMs: number[] = [];
  /** The index of the first end time that counts. */
  #first = 0;

  /** @param text the search */
  constructor(
    insights: Pick<Insights, 'events'>,
    range: { readonly startMs: number; readonly endMs: number },
    text: string,
  ) {
    this.startMs = range.startMs;
    const search = parseSearch(text);
    this.#facts = new FactReader(insights, { types: FINISHED, ...range }, ({ event }) => {
      const row = invocationRowOf(event as Finished);
      if (search.isEmpty || search.matches(searchedInvocation(row))) this.#add(row);
    });
  }

  readOn(): Promise<void> {
    return this.#facts.readOn();
  }

  /**
   * The latest invocations since a time, newest first, and how many more there are. It drops those
   * that ended well before that time.
   */
  since(startMs: number, limit: number): { invocations: InvocationRow[]; left: number } {
    this.#forget(startMs - SLACK_MS);
    let first = this.#first;
    while ((this.#endedMs[first] ?? Infinity) < startMs) first++;
    const total = this.#endedMs.length - first;
    const listed = Math.min(limit, total, this.#rows.length);
    const invocations = this.#rows.slice(this.#rows.length - listed).reverse();
    return { invocations, left: total - listed };
  }

  #forget(beforeMs: number): void {
    this.startMs = Math.max(this.startMs, beforeMs);
    while ((this.#endedMs[this.#first] ?? Infinity) < beforeMs) this.#first++;
    if (this.#first <= MAXIMUM_ROWS) return;
    this.#endedMs = this.#endedMs.slice(this.#first);
    this.#first = 0;
  }

  #add(row: InvocationRow): void {
    this.#rows.push(row);
    this.#endedMs.push(row.timeMs);
    // Rows over the limit are dropped in large parts, since dropping them one by one costs more.
    if (this.#rows.length > MAXIMUM_ROWS * 2) this.#rows = this.#rows.slice(-MAXIMUM_ROWS);
  }
}

/** Makes the row of an invocation. */
export function invocationRowOf(event: Finished): InvocationRow {
  const { requestId, functionName, timeMs, traceId, correlationId } = event;
  const common = { requestId, functionName, timeMs, traceId, correlationId };
  if (event.type === 'invocation.throttled') {
    return { ...common, durationMs: 0, outcome: 'throttled', error: event.reason };
  }
  const { durationMs, initDurationMs, memorySizeMb, maxMemoryUsedMb } = event;
  const figures = { durationMs, initDurationMs, memorySizeMb, maxMemoryUsedMb };
  switch (event.type) {
    case 'invocation.succeeded':
      return { ...common, ...figures, outcome: 'succeeded' };
    case 'invocation.failed':
      return {
        ...{ ...common, ...figures, outcome: 'failed' },
        error: maskText(`${event.errorType}: ${event.errorMessage}`),
      };
    case 'invocation.timed-out':
      return { ...common, ...figures, outcome: 'timed-out', error: `after ${event.timeoutMs} ms` };
  }
}

function searchedInvocation(row: InvocationRow) {
  const values: Readonly<Record<string, unknown>> = {
    function: row.functionName,
    outcome: row.outcome,
    status: row.outcome,
    duration: row.durationMs,
    init: row.initDurationMs,
    memory: row.maxMemoryUsedMb,
    error: row.error,
    request: row.requestId,
    requestid: row.requestId,
    trace: row.traceId,
    correlation: row.correlationId,
    cold: row.initDurationMs !== undefined,
  };
  return {
    text: `${row.functionName} ${row.requestId} ${row.outcome} ${row.error ?? ''}`,
    values: (key: string) => (values[key] === undefined ? [] : [values[key]]),
  };
}
