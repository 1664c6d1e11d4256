import type { Metrics } from '@aws-lambda-powertools/metrics';

/**
 * The metrics of the stack, one function for each thing that happens, so that names, units and
 * dimensions are written down once. All have the dimensions `service` and `environment`.
 */

/** A client connected. */
export function connectionOpened(metrics: Metrics): void {
  metrics.addMetric('ConnectionsOpened', 'Count', 1);
}

/** A connection ended, whoever ended it. */
export function connectionClosed(metrics: Metrics): void {
  metrics.addMetric('ConnectionsClosed', 'Count', 1);
}

/** What a message asked for: an action of the wire protocol, `echo`, or `invalid`. */
export type MessageAction = 'subscribe' | 'unsubscribe' | 'ping' | 'echo' | 'invalid';

/** A client sent a message. Has the dimension `action` too. */
export function messageReceived(metrics: Metrics, action: MessageAction): void {
  metrics.addDimension('action', action);
  metrics.addMetric('Messages', 'Count', 1);
}

/** What came of a delivery: a whole broadcast, or one task of a fan-out worker. */
export interface DeliveryFigures {
  /** Where it ran: inside the broadcast's own function, or in a fan-out worker. */
  readonly stage: string;
  /** What kind of channel it went to; not the channel itself, of which there is one a post. */
  readonly channelKind: string;
  readonly recipients: number;
  readonly delivered: number;
  /** Connections that answered 410. */
  readonly stale: number;
  /** Posts that were tried more than once. */
  readonly retried: number;
  /** Answers 429. */
  readonly throttled: number;
  /** Tasks handed to the FanoutQueue. */
  readonly queued: number;
  readonly deadLettered: number;
  readonly durationMs: number;
  /** From the event to its last delivery; absent when nothing was delivered. */
  readonly lagMs?: number;
}

/** A delivery is done. The stage and the kind of channel are searchable, and no dimensions. */
export function broadcastDelivered(metrics: Metrics, figures: DeliveryFigures): void {
  metrics.addMetric('BroadcastRecipients', 'Count', figures.recipients);
  metrics.addMetric('BroadcastDelivered', 'Count', figures.delivered);
  metrics.addMetric('BroadcastStale', 'Count', figures.stale);
  metrics.addMetric('BroadcastRetried', 'Count', figures.retried);
  metrics.addMetric('BroadcastThrottled', 'Count', figures.throttled);
  metrics.addMetric('BroadcastQueued', 'Count', figures.queued);
  metrics.addMetric('BroadcastDeadLettered', 'Count', figures.deadLettered);
  metrics.addMetric('BroadcastDuration', 'Milliseconds', figures.durationMs);
  if (figures.lagMs !== undefined) {
    metrics.addMetric('BroadcastLag', 'Milliseconds', figures.lagMs);
  }
  metrics.addMetadata('stage', figures.stage);
  metrics.addMetadata('channelKind', figures.channelKind);
}
