import type { StackEvent } from '../../../events/index.ts';
import type { EventQuery, StoredEvent } from '../../../insights/index.ts';

/** A store of facts that records which facts are read. */
export interface FactsStore {
  /** The ids of the facts that were read, once for each time. */
  readonly read: number[];
  events(query?: EventQuery): AsyncIterable<StoredEvent>;
}

/** @param facts the stored facts; a test may add to them */
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
