import type { Budget } from '@blogapp/broadcast';
import type { Invocation } from '@blogapp/observability';

/**
 * The time that is kept for the rest of the invocation (ms), to queue what remains and to send the
 * response. The delivery itself stops pushing before its budget ends.
 */
export const DELIVERY_MARGIN_MS = 1_000;

/** The time that a delivery may take in this invocation. */
export function deliveryBudget(invocation: Pick<Invocation, 'remainingMs'>): Budget {
  return { remainingMs: () => Math.max(0, invocation.remainingMs() - DELIVERY_MARGIN_MS) };
}
