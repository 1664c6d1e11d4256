import type { ResourceEntry } from '../entries.ts';
import type { Throttle } from '../model.ts';
import { routeSettings, stage as stageProperties } from '../properties/index.ts';
import type { StackResources } from './stack-resources.ts';

export interface Stage {
  readonly stageName: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly throttle?: Throttle;
}

/** The stage of an API; further ones are left out, as one address serves one stage here. */
export function stageOf(api: ResourceEntry, fallback: string, resources: StackResources): Stage {
  const id = resources.ref(api);
  const [first, ...others] = resources
    .ofType('AWS::ApiGatewayV2::Stage')
    .filter((entry) => resources.read(entry).text('ApiId') === id);
  for (const other of others) {
    resources.diagnostics.warn(other.path, 'a second stage of one API is left out');
  }
  if (first === undefined) {
    if (!('Target' in api.properties)) {
      resources.diagnostics.warn(
        api.path,
        `the API has no stage, so AWS would not serve it; here it is served as ${fallback}`,
      );
    }
    return { stageName: fallback, stageVariables: {} };
  }
  const properties = resources.read(first).check(stageProperties);
  const settings = properties.map('DefaultRouteSettings')?.check(routeSettings);
  const rate = settings?.number('ThrottlingRateLimit', { minimum: 0, maximum: 1_000_000 });
  const burst = settings?.number('ThrottlingBurstLimit', { minimum: 0, maximum: 1_000_000 });
  return {
    stageName: properties.requiredText('StageName', 'a name') ?? fallback,
    stageVariables: properties.textMap('StageVariables') ?? {},
    // One without the other falls back to the account's: 10,000 requests a second, 5,000 at once.
    ...(rate === undefined && burst === undefined
      ? {}
      : { throttle: { rateLimit: rate ?? 10_000, burstLimit: burst ?? 5_000 } }),
  };
}
