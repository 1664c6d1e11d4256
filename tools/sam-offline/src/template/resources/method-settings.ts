import type { RouteThrottles, Throttle } from '../model.ts';
import { methodSetting } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { throttleOf } from './stages.ts';

/**
 * Reads the throttles of `MethodSettings`, in a stage or in an `AWS::Serverless::Api`. The path
 * `/*` with the method `*` applies to all methods. Slashes in a path are written as `~1`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html
 */
export function methodThrottlesOf(stage: Reader): RouteThrottles {
  const settings = (stage.maps('MethodSettings') ?? []).map((one) => one.check(methodSetting));
  const isForAll = (one: Reader): boolean =>
    one.text('HttpMethod') === '*' && one.text('ResourcePath') === '/*';
  const throttle = throttleOf(settings.find(isForAll), undefined);
  const routeThrottles: Record<string, Throttle> = {};
  for (const one of settings) {
    const own = isForAll(one) ? undefined : throttleOf(one, throttle);
    if (own === undefined) continue;
    const path = (one.text('ResourcePath') ?? '').replace(/^\/~1/, '/').replaceAll('~1', '/');
    routeThrottles[`${one.text('HttpMethod') ?? ''} ${path}`] = own;
  }
  return {
    ...(throttle && { throttle }),
    ...(Object.keys(routeThrottles).length > 0 && { routeThrottles }),
  };
}
