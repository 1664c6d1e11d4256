import type { ResourceEntry } from '../entries.ts';
import type { HttpAuthorization, HttpRoute, HttpServiceRoute, MappedRoute } from '../model.ts';
import { route as routeProperties } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { authorizerEntry, jwtAuthorizer, lambdaAuthorizer } from './authorizers.ts';
import { httpTimeoutMs, integrationOfRoute, type ResolvedIntegration } from './integrations.ts';
import { serviceOfRoute } from './service-routes.ts';
import type { StackResources } from './stack-resources.ts';

/** Reads the routes of an HTTP API that are `AWS::ApiGatewayV2::Route` resources. */
export function routeResources(
  api: ResourceEntry,
  resources: StackResources,
): { readonly routes: readonly HttpRoute[]; readonly mapped: readonly MappedRoute[] } {
  const all = resolvedRoutes(api, resources);
  return {
    routes: all.flatMap((route) =>
      route.integration.type === 'lambda' ? [{ ...route, integration: route.integration }] : [],
    ),
    mapped: all.flatMap(({ payloadFormatVersion: _none, integration, ...route }) =>
      integration.type === 'mapped' ? [{ ...route, integration }] : [],
    ),
  };
}

function resolvedRoutes(
  api: ResourceEntry,
  resources: StackResources,
): (Pick<HttpRoute, 'method' | 'path' | 'authorization'> & ResolvedIntegration)[] {
  const apiId = resources.ref(api);
  return resources.ofType('AWS::ApiGatewayV2::Route').flatMap((entry) => {
    const route = resources.read(entry);
    if (route.text('ApiId') !== apiId) return [];
    route.check(routeProperties);
    if (serviceOfRoute(route, resources) !== undefined) return [];
    const key = parseRouteKey(route);
    const resolved = integrationOfRoute(route, httpTimeoutMs, resources);
    const authorization = authorizationOf(route, resources);
    if (key === undefined || resolved === undefined) return [];
    return [{ ...key, ...resolved, authorization }];
  });
}

/** Reads those of these routes that call an emulated service. */
export function serviceRouteResources(
  api: ResourceEntry,
  resources: StackResources,
): HttpServiceRoute[] {
  const apiId = resources.ref(api);
  return resources.ofType('AWS::ApiGatewayV2::Route').flatMap((entry) => {
    const route = resources.read(entry);
    if (route.text('ApiId') !== apiId) return [];
    const service = serviceOfRoute(route, resources);
    const key = service && parseRouteKey(route);
    if (service === undefined || key === undefined) return [];
    return [{ ...key, ...service, authorization: authorizationOf(route, resources) }];
  });
}

function parseRouteKey(route: Reader): Pick<HttpRoute, 'method' | 'path'> | undefined {
  const what = 'a route key such as "GET /posts/{postId}" or $default';
  const key = route.requiredText('RouteKey', what);
  if (key === undefined) return undefined;
  if (key === '$default') return { method: 'ANY', path: '$default' };
  const [, method, path] = /^([A-Z]+) +(\/.*)$/.exec(key) ?? [];
  if (method === undefined || path === undefined) {
    route.expected('RouteKey', what);
    return undefined;
  }
  return { method, path };
}

function authorizationOf(route: Reader, resources: StackResources): HttpAuthorization {
  const types = ['NONE', 'AWS_IAM', 'CUSTOM', 'JWT'] as const;
  const type = route.oneOf('AuthorizationType', types) ?? 'NONE';
  if (type === 'NONE') return { type: 'none' };
  if (type === 'AWS_IAM') return { type: 'iam' };
  const entry = authorizerEntry(route, resources);
  if (entry === undefined) return { type: 'none' };
  if (type === 'JWT') {
    const scopes = route.texts('AuthorizationScopes') ?? [];
    return jwtAuthorizer(entry, scopes, resources) ?? { type: 'none' };
  }
  const authorizer = lambdaAuthorizer(entry, true, resources);
  return authorizer === undefined ? { type: 'none' } : { type: 'lambda', authorizer };
}
