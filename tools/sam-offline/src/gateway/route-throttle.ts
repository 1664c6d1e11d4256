import type { RouteThrottles } from '../template/index.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * What all APIs of an account share in a region:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const ACCOUNT_THROTTLE = { rateLimit: 10_000, burstLimit: 5_000 } as const;

/**
 * The throttle of one route, which holds for it alone: that of `RouteSettings`, else that of `DefaultRouteSettings`.
 * One as high as the account's never decides on AWS, since the account's throttle is reached first; the account's own
 * is what `--limit requests` sets.
 *
 * @returns undefined where the template sets none below the account's
 */
export function routeThrottle(api: RouteThrottles, routeKey: string): TokenBucket | undefined {
  const throttle = api.routeThrottles?.[routeKey] ?? api.throttle;
  if (throttle === undefined) return undefined;
  const { rateLimit, burstLimit } = ACCOUNT_THROTTLE;
  if (throttle.rateLimit >= rateLimit && throttle.burstLimit >= burstLimit) return undefined;
  return new TokenBucket(throttle);
}
