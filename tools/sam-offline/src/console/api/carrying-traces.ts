import type { Insights } from '../../insights/index.ts';
import { FactReader, type KeptList } from '../kept/index.ts';

/** The most changes of a table that are kept, the latest ones. It is more than a page lists. */
const MAXIMUM_CHANGES = 20_000;

/** The traces of the batches that carried changes of a table, by the ids of the changes. */
export class CarryingTraces implements KeptList {
  readonly startMs: number;
  readonly #facts: FactReader;
  readonly #traces = new Map<string, string>();

  constructor(
    insights: Pick<Insights, 'events'>,
    range: { readonly startMs: number; readonly endMs: number },
    tableName: string,
  ) {
    this.startMs = range.startMs;
    const query = { types: ['batch.read'], contains: JSON.stringify(tableName), ...range } as const;
    this.#facts = new FactReader(insights, query, ({ event }) => {
      if (event.type !== 'batch.read' || event.traceId === undefined) return;
      for (const id of event.carries ?? []) this.#add(id, event.traceId);
    });
  }

  readOn(): Promise<void> {
    return this.#facts.readOn();
  }

  /**
   * The trace of the latest batch that carried a change.
   *
   * @param change the id of the change, as facts have it
   */
  of(change: string): string | undefined {
    return this.#traces.get(change);
  }

  #add(change: string, traceId: string): void {
    // The latest batch counts. Its changes become the latest ones of the map.
    this.#traces.delete(change);
    this.#traces.set(change, traceId);
    const [oldest] = this.#traces.keys();
    if (this.#traces.size > MAXIMUM_CHANGES && oldest !== undefined) this.#traces.delete(oldest);
  }
}
