/** What a delivery came to (items). */
export interface DeliveryCounts {
  recipients: number;
  delivered: number;
  stale: number;
  retried: number;
  throttled: number;
  queued: number;
  deadLettered: number;
  /** Epoch milliseconds; 0 when nothing was delivered. */
  lastDeliveredAt: number;
}

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
  };
}

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
  }
  return sum;
}
