import type { Insights, TimeRange } from '../../insights/index.ts';
import { TraceList, type TraceRow } from './list.ts';

/** The list is forgotten when nobody has asked for it for so long, in ms. */
const KEPT_MS = 60_000;

/**
 * Keeps the list of traces while somebody looks at it: a page asks every second or two, and to read
 * all facts of half an hour each time would cost the stack more than the facts themselves.
 */
export class KeptTraceList {
  readonly #insights: Pick<Insights, 'events'>;
  #list: TraceList | undefined;
  #forgetting: NodeJS.Timeout | undefined;

  constructor(insights: Pick<Insights, 'events'>) {
    this.#insights = insights;
  }

  /** The traces that a range has a part of, newest first. */
  async rows(range: Required<TimeRange>): Promise<TraceRow[]> {
    const { startMs = 0 } = range;
    const list =
      this.#list !== undefined && this.#list.startMs <= startMs
        ? this.#list
        : new TraceList(this.#insights, startMs);
    this.#list = list;
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => {
      this.#list = undefined;
    }, KEPT_MS).unref();
    await list.readOn();
    return list.rows(range);
  }
}
