import type { Distribution } from './deliver/latencies.ts';

/**
 * What the broadcaster tells about its work. Powertools' `Logger` fits as it is; nothing here
 * depends on it. A line about an event has the event's own correlation id in `correlation_id`, the
 * field in which Powertools has that of the invocation: the line is found with what caused the event.
 */
export interface BroadcastLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** One delivery (a whole publish, or one task of a worker), counted. */
export interface DeliveryMetrics {
  /** Where it ran: inside `publish`, or in a fan-out worker. */
  readonly stage: 'publish' | 'fanout';
  /** `all` or `post`: a dimension of few values, unlike the channel itself. */
  readonly channelKind: 'all' | 'post';
  /** `comment.created` */
  readonly eventType: string;
  readonly recipients: number;
  readonly delivered: number;
  readonly stale: number;
  /** Posts that were tried more than once. */
  readonly retried: number;
  /** Answers 429. */
  readonly throttled: number;
  /** Tasks handed to the FanoutQueue. */
  readonly queued: number;
  /** Recipients (for a task that is no task: messages) handed to the dead-letter queue. */
  readonly deadLettered: number;
  readonly durationMs: number;
  /** From the event's `occurredAt` to the last delivery of this run; absent when there was none. */
  readonly lagMs?: number;
  /**
   * From the broadcast's first delivery to the last one of this run: the largest of a broadcast's runs
   * is the broadcast's. Absent when this run had none.
   */
  readonly spreadMs?: number;
  /** From the event's `occurredAt` to each delivery of this run. */
  readonly latencies: Distribution;
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
  /** Absent: nobody traces. */
  readonly trace?: BroadcastTrace;
  /** Called once a run, when its work is done. */
  onDelivery(metrics: DeliveryMetrics): void;
}

/** For callers that watch nothing. */
export const silentObserver: BroadcastObserver = {
  log: { info: () => undefined, warn: () => undefined },
  onDelivery: () => undefined,
};

/** For observers that do not trace. */
export const noTrace: BroadcastTrace = { phase: async (_name, work) => work() };
