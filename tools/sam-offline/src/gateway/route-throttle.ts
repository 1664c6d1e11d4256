import type { RouteThrottles } from '../template/index.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * The throttle that all APIs of an account share in a region, in requests a second and in requests:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const ACCOUNT_THROTTLE = { rateLimit: 10_000, burstLimit: 5_000 } as const;

/**
 * Makes the throttle of one route from `RouteSettings`, else from `DefaultRouteSettings`. Each
 * route has its own tokens. A throttle that is as high as the account's has no effect on AWS,
 * because the account's throttle is reached first. `--limit requests` sets the account's throttle.
 *
 * @returns undefined if the template sets no throttle below the account's
 */
export function routeThrottle(api: RouteThrottles, routeKey: string): TokenBucket | undefined {
  const throttle = api.routeThrottles?.[routeKey] ?? api.throttle;
  if (throttle === undefined) return undefined;
  const { rateLimit, burstLimit } = ACCOUNT_THROTTLE;
  if (throttle.rateLimit >= rateLimit && throttle.burstLimit >= burstLimit) return undefined;
  return new TokenBucket(throttle);
}
