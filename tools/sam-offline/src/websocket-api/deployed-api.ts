import type { WebSocketApi, WebSocketRoute } from '../template/index.ts';
import { compileRouteSelection } from './route-selection.ts';
import type { RouteSelector } from './route-selection.ts';
import {
  compileIntegration,
  compileModels,
  createApiResolver,
  type IntegrationServices,
  InvokePermissions,
  type MappedCaller,
  pathInStage,
  routeThrottle,
  type TokenBucket,
} from '../gateway/index.ts';
import { type Enforcement, NO_ENFORCEMENT } from '../iam/index.ts';

/**
 * An API with the values that are derived from it once: the routes by key, and the compiled route
 * selection expression.
 */
export interface DeployedApi {
  readonly model: WebSocketApi;
  readonly domainName: string;
  /** `arn:aws:execute-api:<region>:<account>:<api id>/<stage>` */
  readonly stageArn: string;
  readonly routes: ReadonlyMap<string, DeployedRoute>;
  readonly selectRoute: RouteSelector;
  readonly permissions: InvokePermissions;
}

export interface DeployedRoute {
  readonly model: WebSocketRoute;
  /** The throttle of the route. A stage's throttle counts each route by itself. */
  readonly throttle: TokenBucket | undefined;
  /** Calls the integration. Present if the integration maps its requests. */
  readonly mapped: MappedCaller | undefined;
  /** Whether a message is valid against the route's models. Undefined if the route has none. */
  readonly isValid: ((body: string) => boolean) | undefined;
}

export interface Deployment extends IntegrationServices {
  readonly region: string;
  readonly accountId: string;
  /**
   * The domain name of the API. If absent, it is AWS's
   * `<api id>.execute-api.<region>.amazonaws.com`.
   */
  readonly domainName?: ((api: WebSocketApi) => string) | undefined;
  /** Decides whether API Gateway may invoke a function. If absent, it always may. */
  readonly permissions?: Enforcement;
}

/** Derives from an API of the template what the gateway needs while it runs. */
export function deployApi(model: WebSocketApi, deployment: Deployment): DeployedApi {
  const { region, accountId } = deployment;
  return {
    model,
    domainName:
      deployment.domainName?.(model) ?? `${model.apiId}.execute-api.${region}.amazonaws.com`,
    stageArn: `arn:aws:execute-api:${region}:${accountId}:${model.apiId}/${model.stageName}`,
    routes: new Map(
      model.routes.map((route) => [route.routeKey, deployRoute(model, route, deployment)]),
    ),
    selectRoute: compileRouteSelection(model.routeSelectionExpression),
    permissions: new InvokePermissions(deployment.permissions ?? NO_ENFORCEMENT, {
      ...deployment,
      ...model,
    }),
  };
}

function deployRoute(
  api: WebSocketApi,
  route: WebSocketRoute,
  services: IntegrationServices,
): DeployedRoute {
  const { integration, validation } = route;
  return {
    model: route,
    throttle: routeThrottle(api, route.routeKey),
    mapped:
      integration.type === 'mapped'
        ? compileIntegration(integration, 'websocket', services)
        : undefined,
    isValid: validation && compileModels(validation, 'websocket'),
  };
}

/** Finds the API that a request is for, and the rest of the path. */
export type ApiResolver = (
  path: string,
  host: string | undefined,
) => { readonly api: DeployedApi; readonly rest: string } | undefined;

/** Several APIs share a port here: see `createApiResolver` of the gateway. */
export function resolverOf(apis: readonly DeployedApi[]): ApiResolver {
  const resolve = createApiResolver(apis, ({ model }) => model);
  return (path, host) => {
    const found = resolve(path, host);
    if (found === undefined) return undefined;
    const rest = pathInStage(found.path, found.api.model.stageName);
    return rest === undefined ? undefined : { api: found.api, rest };
  };
}
