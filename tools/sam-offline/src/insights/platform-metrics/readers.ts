import type { EventOf, EventType } from '../../events/index.ts';

/** The readers of one service's metrics, by the type of the facts that they read. */
export type MetricReaders = {
  readonly [Type in EventType]?: (event: EventOf<Type>) => void;
};
