export { noCounts, sumOf, type DeliveryCounts } from './counts.ts';
export { deliverTask, type DeliveryContext } from './delivery.ts';
export { holdsMoreThan, pageReader } from './pages.ts';
export { DEFAULT_RETRY_POLICY, INLINE_MS, STOP_MARGIN_MS, type RetryPolicy } from './policy.ts';
export { Remainder } from './remainder.ts';
export { Sender } from './sender.ts';
