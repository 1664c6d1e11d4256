import type { WebSocketApi, WebSocketRoute } from '../template/index.ts';
import { compileRouteSelection } from './route-selection.ts';
import type { RouteSelector } from './route-selection.ts';
import { TokenBucket } from './token-bucket.ts';

/** An API with what is derived from it once: the routes by key and the compiled expression. */
export interface DeployedApi {
  readonly model: WebSocketApi;
  readonly domainName: string;
  /** `arn:aws:execute-api:<region>:<account>:<api id>/<stage>` */
  readonly stageArn: string;
  readonly routes: ReadonlyMap<string, DeployedRoute>;
  readonly selectRoute: RouteSelector;
}

export interface DeployedRoute {
  readonly model: WebSocketRoute;
  /** `DefaultRouteSettings`' throttle holds for each route by itself. */
  readonly throttle: TokenBucket | undefined;
}

export interface Deployment {
  readonly region: string;
  readonly accountId: string;
  /** AWS's `<api id>.execute-api.<region>.amazonaws.com` where absent. */
  readonly domainName?: ((api: WebSocketApi) => string) | undefined;
}

export function deployApi(model: WebSocketApi, deployment: Deployment): DeployedApi {
  const { region, accountId } = deployment;
  const throttle = model.throttle;
  return {
    model,
    domainName:
      deployment.domainName?.(model) ?? `${model.apiId}.execute-api.${region}.amazonaws.com`,
    stageArn: `arn:aws:execute-api:${region}:${accountId}:${model.apiId}/${model.stageName}`,
    routes: new Map(
      model.routes.map((route) => [
        route.routeKey,
        { model: route, throttle: throttle && new TokenBucket(throttle) },
      ]),
    ),
    selectRoute: compileRouteSelection(model.routeSelectionExpression),
  };
}

/** Finds the API and the rest of the path that a request is for. */
export type ApiResolver = (
  path: string,
  host: string | undefined,
) => { readonly api: DeployedApi; readonly rest: string } | undefined;

/**
 * On AWS an API has a host of its own and the path begins with the stage. Here APIs share a port:
 * the Host header chooses where it is an API's own, then `/<api id>/<stage>`, then the first API
 * that has the stage.
 */
export function createApiResolver(apis: readonly DeployedApi[]): ApiResolver {
  const byPrefix = new Map<string, DeployedApi>();
  const byApiId = new Map<string, DeployedApi>();
  for (const api of apis) {
    const stage = `/${api.model.stageName}`;
    if (!byPrefix.has(stage)) byPrefix.set(stage, api);
    byApiId.set(api.model.apiId, api);
  }
  for (const api of apis) {
    byPrefix.set(`/${api.model.apiId}/${api.model.stageName}`, api);
  }

  return (path, host) => {
    const firstEnd = endOfSegment(path, 1);
    const stage = path.slice(0, firstEnd);
    const own = host?.includes('.execute-api.')
      ? byApiId.get(host.slice(0, host.indexOf('.')))
      : undefined;
    if (own !== undefined && stage === `/${own.model.stageName}`) {
      return { api: own, rest: path.slice(firstEnd) };
    }
    const secondEnd = endOfSegment(path, firstEnd + 1);
    const qualified = byPrefix.get(path.slice(0, secondEnd));
    if (qualified !== undefined) return { api: qualified, rest: path.slice(secondEnd) };
    const first = byPrefix.get(stage);
    return first && { api: first, rest: path.slice(firstEnd) };
  };
}

function endOfSegment(path: string, start: number): number {
  const end = path.indexOf('/', start);
  return end < 0 ? path.length : end;
}
