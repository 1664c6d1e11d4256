import type { DeliveryFigures } from '@blogapp/observability';

/**
 * The logger of the broadcaster. Powertools' `Logger` has this interface, and nothing here depends
 * on it. A line about an event has the event's own correlation id in `correlation_id`, where
 * Powertools writes that of the invocation. So a search finds the line together with the request
 * that caused the event.
 */
export interface BroadcastLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** The figures of a delivery (a complete publish, or one task of a worker), and where it ran. */
export interface ObservedDelivery extends DeliveryFigures {
  /** Whether it ran inside `publish` or in a fan-out worker. */
  readonly stage: 'publish' | 'fanout';
  /**
   * The kind of the channel: a metric's dimension must have few values, and there are many
   * channels.
   */
  readonly channelKind: 'all' | 'post';
  /** From the event's `occurredAt` to the last delivery of this run (ms); absent when there was none. */
  readonly lagMs?: number;
}

/** Makes subsegments of a trace; see `BroadcastObserver`. */
export interface BroadcastTrace {
  /** Runs a phase of the work as a subsegment with this name and these annotations. */
  phase<T>(
    name: 'parse' | 'load' | 'page' | 'push' | 'clean up',
    work: () => Promise<T> | T,
    annotations?: Readonly<Record<string, string>>,
  ): Promise<T>;
}

export interface BroadcastObserver {
  readonly log: BroadcastLog;
  /** Traces the phases of the work; nothing is traced when it is absent. */
  readonly trace?: BroadcastTrace;
  /** Called once a run, when its work is done. */
  onDelivery(delivery: ObservedDelivery): void;
}

/** An observer that does nothing. */
export const silentObserver: BroadcastObserver = {
  log: { info: () => undefined, warn: () => undefined },
  onDelivery: () => undefined,
};

/** A trace that only runs the work. */
export const noTrace: BroadcastTrace = { phase: async (_name, work) => work() };
