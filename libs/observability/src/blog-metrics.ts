import type { Distribution } from './emf.ts';
import type { BlogMetrics } from './metrics.ts';

/** Records metrics. Each function below records those of one kind of event. */
type Recorder = Pick<BlogMetrics, 'record' | 'recordDistribution'>;

/** Records that a connection ended, whoever ended it. Times are in ms since 1970. */
export function connectionClosed(
  metrics: Recorder,
  { connectedAtMs, closedAtMs }: { readonly connectedAtMs: number; readonly closedAtMs: number },
): void {
  metrics.record('ConnectionsClosed', 1);
  metrics.record('ConnectionDuration', (closedAtMs - connectedAtMs) / 1_000);
}

/** The action of a message: an action of the wire protocol, `echo`, or `invalid`. */
export type MessageAction = 'subscribe' | 'unsubscribe' | 'ping' | 'echo' | 'invalid';

/** The figures of a delivery: a whole broadcast, or one task of a fan-out worker. Counts are of items. */
export interface DeliveryFigures {
  /** The event's type, for example `comment.created`. */
  readonly eventType: string;
  readonly recipients: number;
  readonly delivered: number;
  /** Connections for which a push got the status 410. */
  readonly stale: number;
  /** Pushes that were tried more than once. */
  readonly retried: number;
  /** Responses with status 429. */
  readonly throttled: number;
  /** Tasks that were put in the FanoutQueue. */
  readonly queued: number;
  /** Recipients (of a message that is not a task: messages) sent to the dead-letter queue. */
  readonly deadLettered: number;
  readonly durationMs: number;
  /**
   * The time from the broadcast's first delivery to the last one of this run (ms). The largest
   * value of a broadcast's runs is that of the whole broadcast. Absent when this run delivered
   * nothing.
   */
  readonly spreadMs?: number;
  /** The times from the event to each of its deliveries in this run (ms). */
  readonly latencies: Distribution;
}

/**
 * Records a delivery that is done. Its latency is recorded for comments only: their time is set
 * when they are stored, while other events have the stream's time, which is in whole seconds.
 */
export function broadcastDelivered(metrics: Recorder, figures: DeliveryFigures): void {
  metrics.record('BroadcastRecipients', figures.recipients);
  metrics.record('BroadcastDelivered', figures.delivered);
  metrics.record('BroadcastStale', figures.stale);
  metrics.record('BroadcastRetried', figures.retried);
  metrics.record('BroadcastThrottled', figures.throttled);
  metrics.record('BroadcastQueued', figures.queued);
  metrics.record('BroadcastDeadLettered', figures.deadLettered);
  metrics.record('BroadcastDuration', figures.durationMs);
  if (figures.spreadMs !== undefined) metrics.record('BroadcastSpread', figures.spreadMs);
  if (figures.eventType.startsWith('comment.')) {
    metrics.recordDistribution('DeliveryLatency', figures.latencies);
  }
}

/** Counts and times a response of the REST API by its route (`GET /posts/{postId}`). */
export function requestServed(
  metrics: Recorder,
  {
    route,
    status,
    durationMs,
  }: { readonly route: string; readonly status: number; readonly durationMs: number },
): void {
  metrics.record('ApiLatency', durationMs, { route });
  if (status >= 500) metrics.record('ApiServerErrors', 1, { route });
  else if (status >= 400) metrics.record('ApiClientErrors', 1, { route });
}

/**
 * Records that a batch of a stream arrived.
 *
 * @param records records of a DynamoDB stream as Lambda delivers them, oldest first
 */
export function batchArrived(
  metrics: Recorder,
  stream: 'comments' | 'posts',
  records: readonly {
    readonly dynamodb?: { readonly ApproximateCreationDateTime?: number | undefined } | undefined;
  }[],
): void {
  const writtenAtSeconds = records[0]?.dynamodb?.ApproximateCreationDateTime;
  if (writtenAtSeconds === undefined) return;
  metrics.record('StreamLag', Date.now() - writtenAtSeconds * 1_000, { stream });
}
