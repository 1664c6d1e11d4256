import type { ResourceEntry } from '../entries.ts';
import type { AccessLogSettings, RouteThrottles, Throttle } from '../model.ts';
import { routeSettings, stage as stageProperties } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { accessLogOf } from './access-logs.ts';
import type { StackResources } from './stack-resources.ts';

export interface Stage extends RouteThrottles {
  readonly stageName: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly accessLog?: AccessLogSettings;
}

/** Reads the stages of an HTTP API or a WebSocket API, in the template's order. */
export function stagesOf(
  api: ResourceEntry,
  fallback: string,
  resources: StackResources,
): readonly [Stage, ...Stage[]] {
  const id = resources.ref(api);
  const [first, ...others] = resources
    .ofType('AWS::ApiGatewayV2::Stage')
    .filter((entry) => resources.read(entry).text('ApiId') === id)
    .map((entry): Stage => {
      const properties = resources.read(entry).check(stageProperties);
      return {
        stageName: properties.requiredText('StageName', 'a name') ?? fallback,
        stageVariables: properties.textMap('StageVariables') ?? {},
        ...routeThrottlesOf(properties),
        ...accessLogOf(properties, 'AccessLogSettings'),
      };
    });
  if (first !== undefined) return [first, ...others];
  if (!('Target' in api.properties)) {
    resources.diagnostics.warn(
      api.path,
      `the API has no stage, so AWS would not serve it; here it is served as ${fallback}`,
    );
  }
  return [{ stageName: fallback, stageVariables: {} }];
}

/**
 * Reads the throttles of a stage, or of an `AWS::Serverless::HttpApi`, which has the same
 * properties.
 */
export function routeThrottlesOf(stage: Reader): RouteThrottles {
  const throttle = throttleOf(stage.map('DefaultRouteSettings')?.check(routeSettings), undefined);
  const settings = stage.map('RouteSettings');
  const routeThrottles: Record<string, Throttle> = {};
  for (const routeKey of settings?.names ?? []) {
    const own = throttleOf(settings?.map(routeKey)?.check(routeSettings), throttle);
    if (own !== undefined) routeThrottles[routeKey] = own;
  }
  return {
    ...(throttle && { throttle }),
    ...(Object.keys(routeThrottles).length > 0 && { routeThrottles }),
  };
}

/**
 * Reads a throttle. If only one number is set, the other one is that of the stage, else that of the
 * account (10,000 requests a second, a burst of 5,000).
 */
export function throttleOf(settings: Reader | undefined, ofStage: Throttle | undefined) {
  const rate = settings?.number('ThrottlingRateLimit', {
    ...{ minimum: 0, maximum: 1_000_000, isDecimal: true },
  });
  const burst = settings?.number('ThrottlingBurstLimit', { minimum: 0, maximum: 1_000_000 });
  if (rate === undefined && burst === undefined) return undefined;
  return {
    rateLimit: rate ?? ofStage?.rateLimit ?? 10_000,
    burstLimit: burst ?? ofStage?.burstLimit ?? 5_000,
  };
}
