import type { ResourceEntry } from '../entries.ts';
import type { WebSocketApi, WebSocketAuthorization, WebSocketRoute } from '../model.ts';
import {
  api as apiProperties,
  model as modelProperties,
  route as routeProperties,
  routeResponse,
} from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { authorizerEntry, lambdaAuthorizer } from './authorizers.ts';
import { integrationOfRoute, webSocketTimeoutMs } from './integrations.ts';
import { schemaOf } from './models.ts';
import { disabledEndpointOf } from './disabled-endpoints.ts';
import type { StackResources } from './stack-resources.ts';
import { stagesOf } from './stages.ts';

/**
 * Reads all APIs with the protocol WEBSOCKET. `AWS::Serverless::WebSocketApi` was already expanded
 * into such an API.
 */
export function webSocketApisOf(resources: StackResources): WebSocketApi[] {
  return resources.ofType('AWS::ApiGatewayV2::Api').flatMap((entry) => {
    const properties = resources.read(entry);
    if (properties.value('ProtocolType') !== 'WEBSOCKET') return [];
    properties.check(apiProperties);
    const id = resources.ref(entry);
    const api = {
      logicalId: entry.logicalId,
      apiId: id,
      name: properties.requiredText('Name', 'a name') ?? entry.logicalId,
      ...disabledEndpointOf(entry, properties, resources),
      routeSelectionExpression:
        properties.requiredText(
          'RouteSelectionExpression',
          'an expression such as $request.body.action',
        ) ?? '',
      routes: routesOf(id, resources),
    };
    // Each stage of an API is an API in the model.
    return stagesOf(entry, 'default', resources).map((stage) => ({ ...api, ...stage }));
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
        ...validationOf(route, resources),
      },
    ];
  });
}

/**
 * Reads the models of a route's messages. Messages are only validated if there is a selection
 * expression for models.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-request-validation.html
 */
function validationOf(
  route: Reader,
  resources: StackResources,
): Pick<WebSocketRoute, 'validation'> {
  const names = route.textMap('RequestModels') ?? {};
  const modelSelection = route.text('ModelSelectionExpression');
  if (modelSelection === undefined) {
    if (Object.keys(names).length > 0) {
      const message = 'it has no effect without a ModelSelectionExpression';
      route.diagnostics.warn(route.at('RequestModels'), message);
    }
    return {};
  }
  const models: Record<string, object> = {};
  for (const [key, name] of Object.entries(names)) {
    const schema = modelNamed(name, route, resources);
    if (schema !== undefined) models[key] = schema;
  }
  return { validation: { models, modelSelection } };
}

/** Finds a model by its `Name`, or by its id, which some templates use. */
function modelNamed(name: string, route: Reader, resources: StackResources): object | undefined {
  for (const entry of resources.ofType('AWS::ApiGatewayV2::Model')) {
    const model = resources.read(entry);
    if (model.text('ApiId') !== route.text('ApiId')) continue;
    if (model.text('Name') !== name && resources.ref(entry) !== name) continue;
    model.check(modelProperties);
    return schemaOf(model);
  }
  route.expected('RequestModels', `names of models of the API, and no model is called ${name}`);
  return undefined;
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
 * Tells whether the handler's response is sent to the client. The route needs a route response for
 * it. A `RouteResponseSelectionExpression` is neither necessary nor sufficient.
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
