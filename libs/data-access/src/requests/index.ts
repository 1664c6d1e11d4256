export {
  CLAIM_LIFE_MS,
  createIdempotencyStore,
  IDEMPOTENCY_LIFE_MS,
  type IdempotencyOptions,
} from './idempotency.ts';
export {
  createRateLimiter,
  type RateLimiterOptions,
  type RequestControlsTable,
} from './rate-limiter.ts';
