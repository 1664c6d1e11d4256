import type { StackEvent } from '../../../events/index.ts';
import type { EventQuery, StoredEvent } from '../../../insights/index.ts';

/** Facts as a store gives them; notes which ones are read. */
export interface FactsStore {
  /** Places of the facts that were given, each time that they were. */
  readonly read: number[];
  events(query?: EventQuery): AsyncIterable<StoredEvent>;
}

/** @param facts to which a test may add */
export function factsStore(facts: readonly StackEvent[]): FactsStore {
  const read: number[] = [];
  return {
    read,
    async *events({ types, startMs = 0, endMs = Infinity, afterId = -1 } = {}) {
      for (const [id, event] of facts.entries()) {
        if (id <= afterId || types?.includes(event.type) === false) continue;
        if (event.timeMs < startMs || event.timeMs >= endMs) continue;
        read.push(id);
        yield await Promise.resolve({ id, event });
      }
    },
  };
}
