import type { DeliveryFigures } from '@blogapp/observability';

/**
 * What the broadcaster logs to. Powertools' `Logger` fits as it is, and nothing here depends on it. A
 * line about an event has the event's own correlation id in `correlation_id`, where Powertools writes
 * that of the invocation: a search finds the line together with what caused the event.
 */
export interface BroadcastLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** A delivery (a complete publish, or one task of a worker): its figures, and where it ran. */
export interface ObservedDelivery extends DeliveryFigures {
  /** Inside `publish`, or in a fan-out worker. */
  readonly stage: 'publish' | 'fanout';
  /** A dimension of few values, unlike the channel itself. */
  readonly channelKind: 'all' | 'post';
  /** From the event's `occurredAt` to the last delivery of this run (ms); absent when there was none. */
  readonly lagMs?: number;
}

/** Makes subsegments of a trace; see `BroadcastObserver`. */
export interface BroadcastTrace {
  /** Runs a phase of the work, found in the trace by its name and the annotations. */
  phase<T>(
    name: 'parse' | 'load' | 'page' | 'push' | 'clean up',
    work: () => Promise<T> | T,
    annotations?: Readonly<Record<string, string>>,
  ): Promise<T>;
}

export interface BroadcastObserver {
  readonly log: BroadcastLog;
  /** Without it, nothing is traced. */
  readonly trace?: BroadcastTrace;
  /** Called once a run, when its work is done. */
  onDelivery(delivery: ObservedDelivery): void;
}

/** For callers that watch nothing. */
export const silentObserver: BroadcastObserver = {
  log: { info: () => undefined, warn: () => undefined },
  onDelivery: () => undefined,
};

/** For observers that do not trace. */
export const noTrace: BroadcastTrace = { phase: async (_name, work) => work() };
