import type { RouteThrottles } from '../template/index.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * The throttle of one route, which holds for it alone: that of `RouteSettings`, else that of `DefaultRouteSettings`.
 *
 * @returns undefined where the template sets none
 */
export function routeThrottle(api: RouteThrottles, routeKey: string): TokenBucket | undefined {
  const throttle = api.routeThrottles?.[routeKey] ?? api.throttle;
  return throttle && new TokenBucket(throttle);
}
