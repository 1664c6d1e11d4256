import { Latencies } from './latencies.ts';

/** The figures of a delivery (items): `queued` counts tasks, all others count recipients. */
export interface DeliveryCounts {
  recipients: number;
  delivered: number;
  stale: number;
  retried: number;
  throttled: number;
  queued: number;
  deadLettered: number;
  /** The time of the last delivery (epoch milliseconds); 0 when nothing was delivered. */
  lastDeliveredAt: number;
  /**
   * The time of the whole broadcast's first delivery (epoch milliseconds); a queued task carries it
   * to the next run. 0 when nothing was delivered yet.
   */
  firstDeliveredAt: number;
  /** The times from the event to each delivery of this run. */
  readonly latencies: Latencies;
}

/** The figures before a delivery. */
export function noCounts(): DeliveryCounts {
  return {
    recipients: 0,
    delivered: 0,
    stale: 0,
    retried: 0,
    throttled: 0,
    queued: 0,
    deadLettered: 0,
    lastDeliveredAt: 0,
    firstDeliveredAt: 0,
    latencies: new Latencies(),
  };
}

/**
 * Adds the figures of several deliveries up: the earliest first delivery and the latest last one
 * are kept.
 */
export function sumOf(all: readonly DeliveryCounts[]): DeliveryCounts {
  const sum = noCounts();
  for (const counts of all) {
    sum.recipients += counts.recipients;
    sum.delivered += counts.delivered;
    sum.stale += counts.stale;
    sum.retried += counts.retried;
    sum.throttled += counts.throttled;
    sum.queued += counts.queued;
    sum.deadLettered += counts.deadLettered;
    sum.lastDeliveredAt = Math.max(sum.lastDeliveredAt, counts.lastDeliveredAt);
    sum.firstDeliveredAt = earlier(sum.firstDeliveredAt, counts.firstDeliveredAt);
    sum.latencies.add(counts.latencies);
  }
  return sum;
}

/** The earlier of two times. 0 means that there is no time. */
function earlier(one: number, other: number): number {
  return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
}
