import type { EventQuery, Insights, StoredEvent } from '../../insights/index.ts';

/**
 * Reads facts in the order in which they were stored. Each call of `readOn` continues after the
 * facts that were read before.
 */
export class FactReader {
  readonly #insights: Pick<Insights, 'events'>;
  readonly #query: Omit<EventQuery, 'afterId'>;
  readonly #take: (stored: StoredEvent) => void;
  #lastId: number | undefined;

  /** @param take called with each fact that the query admits */
  constructor(
    insights: Pick<Insights, 'events'>,
    query: Omit<EventQuery, 'afterId'>,
    take: (stored: StoredEvent) => void,
  ) {
    this.#insights = insights;
    this.#query = query;
    this.#take = take;
  }

  /**
   * Reads the facts that were stored since the last call. It must not be called again before it has
   * ended.
   */
  async readOn(): Promise<void> {
    const facts = this.#insights.events({
      ...this.#query,
      ...(this.#lastId !== undefined && { afterId: this.#lastId }),
    });
    for await (const stored of facts) {
      this.#lastId = stored.id;
      this.#take(stored);
    }
  }
}
