import type { Budget } from '@blogapp/broadcast';
import type { Invocation } from '@blogapp/observability';

/**
 * What a delivery leaves of the invocation's time (ms): for the posts under way to be answered, the
 * rest to be queued, and the answer to be sent.
 */
export const DELIVERY_MARGIN_MS = 3_000;

/** The time that a delivery may take in this invocation. */
export function deliveryBudget(invocation: Pick<Invocation, 'remainingMs'>): Budget {
  return { remainingMs: () => Math.max(0, invocation.remainingMs() - DELIVERY_MARGIN_MS) };
}
