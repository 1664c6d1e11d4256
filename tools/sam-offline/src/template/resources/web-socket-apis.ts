import type { ResourceEntry } from '../entries.ts';
import type { WebSocketApi, WebSocketAuthorization, WebSocketRoute } from '../model.ts';
import {
  api as apiProperties,
  route as routeProperties,
  routeResponse,
} from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { authorizerEntry, lambdaAuthorizer } from './authorizers.ts';
import { integrationOfRoute, webSocketTimeoutMs } from './integrations.ts';
import type { StackResources } from './stack-resources.ts';
import { stageOf } from './stages.ts';

/** APIs of protocol WEBSOCKET; `AWS::Serverless::WebSocketApi` was expanded into the same. */
export function webSocketApisOf(resources: StackResources): WebSocketApi[] {
  return resources.ofType('AWS::ApiGatewayV2::Api').flatMap((entry) => {
    const properties = resources.read(entry);
    if (properties.value('ProtocolType') !== 'WEBSOCKET') return [];
    properties.check(apiProperties);
    const id = resources.ref(entry);
    return [
      {
        logicalId: entry.logicalId,
        apiId: id,
        name: properties.requiredText('Name', 'a name') ?? entry.logicalId,
        ...stageOf(entry, 'default', resources),
        routeSelectionExpression:
          properties.requiredText(
            'RouteSelectionExpression',
            'an expression such as $request.body.action',
          ) ?? '',
        routes: routesOf(id, resources),
      },
    ];
  });
}

function routesOf(apiId: string, resources: StackResources): WebSocketRoute[] {
  const seen = new Set<string>();
  return resources.ofType('AWS::ApiGatewayV2::Route').flatMap((entry) => {
    const route = resources.read(entry);
    if (route.text('ApiId') !== apiId) return [];
    route.check(routeProperties);
    const routeKey = route.requiredText('RouteKey', 'a route key');
    if (routeKey === undefined) return [];
    if (seen.has(routeKey)) {
      route.expected('RouteKey', 'a key that no other route of the API has');
      return [];
    }
    seen.add(routeKey);
    const resolved = integrationOfRoute(route, webSocketTimeoutMs, resources);
    const authorization = authorizationOf(route, routeKey, resources);
    if (resolved === undefined) return [];
    return [
      {
        routeKey,
        integration: resolved.integration,
        hasRouteResponse: hasRouteResponse(entry, route, resources),
        authorization,
      },
    ];
  });
}

function authorizationOf(
  route: Reader,
  routeKey: string,
  resources: StackResources,
): WebSocketAuthorization {
  const types = ['NONE', 'AWS_IAM', 'CUSTOM'] as const;
  const type = route.oneOf('AuthorizationType', types) ?? 'NONE';
  if (type !== 'NONE' && routeKey !== '$connect') {
    route.expected('AuthorizationType', 'NONE: of a WebSocket API, only $connect is authorized');
  }
  if (type === 'NONE') return { type: 'none' };
  if (type === 'AWS_IAM') return { type: 'iam' };
  const entry = authorizerEntry(route, resources);
  const authorizer = entry === undefined ? undefined : lambdaAuthorizer(entry, false, resources);
  return authorizer === undefined ? { type: 'none' } : { type: 'lambda', authorizer };
}

/**
 * What a handler returns goes to the client where the route has a route response; a `RouteResponseSelectionExpression` is
 * not needed for that, and not enough.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
 */
function hasRouteResponse(entry: ResourceEntry, route: Reader, resources: StackResources): boolean {
  const expression = route.text('RouteResponseSelectionExpression');
  const responses = resources
    .ofType('AWS::ApiGatewayV2::RouteResponse')
    .map((response) => resources.read(response))
    .filter((response) => response.text('RouteId') === resources.ref(entry));
  for (const response of responses) response.check(routeResponse);
  const hasDefault = responses.some((response) => response.text('RouteResponseKey') === '$default');
  if (!hasDefault && expression !== undefined) {
    resources.diagnostics.warn(
      route.path,
      'RouteResponseSelectionExpression has no effect without an AWS::ApiGatewayV2::RouteResponse whose key is $default',
    );
  }
  return hasDefault;
}
