import type { Insights } from '../../insights/index.ts';
import { type ReadTrace, readTrace } from './read-trace.ts';
import { correlatedTraces, tracesAfter, tracesBefore } from './related.ts';
import type { Span } from './span.ts';

/** The most bars of a waterfall. Further ones are only counted. */
const MAXIMUM_SPANS = 200_000;
/** The most other traces that are shown with one. */
const MAXIMUM_RELATED = 20;

type Source = Pick<Insights, 'events'>;

/** The data of a trace. */
export interface CollectedTrace {
  readonly spans: readonly Span[];
  /** How many bars were left out, since there are too many. */
  readonly left: number;
  readonly requestIds: ReadonlySet<string>;
  readonly correlationIds: ReadonlySet<string>;
  /** Traces that led to this one, or that have its correlation ids and began before it. */
  readonly earlier: readonly string[];
}

/**
 * Reads the bars of a trace and of the traces that follow from it. These are the traces that began
 * with a batch of items or messages which this trace wrote, those that follow from them in turn,
 * and those with its correlation ids.
 *
 * @returns undefined if no fact of the trace is stored
 */
export async function collectTrace(
  insights: Source,
  traceId: string,
): Promise<CollectedTrace | undefined> {
  const own = await readTrace(insights, traceId, MAXIMUM_SPANS);
  if (own === undefined) return undefined;
  const spans = [...own.spans];
  let { left } = own;
  const earlier = await tracesBefore(insights, own);
  const found = new Set([traceId]);
  const next = async (trace: ReadTrace, ids: Iterable<string>): Promise<ReadTrace[]> => {
    const traces: ReadTrace[] = [];
    for (const id of ids) {
      if (found.has(id) || earlier.has(id) || found.size > MAXIMUM_RELATED) continue;
      found.add(id);
      const other = await readTrace(insights, id, MAXIMUM_SPANS - spans.length);
      if (other === undefined) continue;
      if (other.startMs < trace.startMs) earlier.add(id);
      else {
        // The bars are not spread into one call, since a call cannot have as many arguments as a
        // trace may have bars.
        for (const span of other.spans) spans.push(span);
        left += other.left;
        traces.push(other);
      }
    }
    return traces;
  };
  const ahead = [own];
  for (let trace = ahead.shift(); trace !== undefined; trace = ahead.shift()) {
    ahead.push(...(await next(trace, await tracesAfter(insights, trace))));
  }
  await next(own, await correlatedTraces(insights, own));
  const { requestIds, correlationIds } = own;
  earlier.delete(traceId);
  return {
    spans,
    left,
    requestIds,
    correlationIds,
    earlier: [...earlier].slice(0, MAXIMUM_RELATED),
  };
}
