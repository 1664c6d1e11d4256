import type { ResourceEntry } from '../entries.ts';
import type { Cors, HttpApi, HttpRoute, MappedRoute } from '../model.ts';
import { api as apiProperties, serverlessHttpApi } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { invokedBy } from './function-policies.ts';
import { accessLogOf } from './access-logs.ts';
import { corsOf } from './cors.ts';
import { definitionOf } from './definition.ts';
import { eventRoutes } from './event-routes.ts';
import { httpTimeoutMs } from './integrations.ts';
import {
  definitionCors,
  definitionMapped,
  definitionRoutes,
  definitionServiceRoutes,
} from './open-api.ts';
import { nativeRestApisOf } from './rest-resources.ts';
import { restApisOf } from './rest-apis.ts';
import { routeResources, serviceRouteResources } from './route-resources.ts';
import { disabledEndpointOf } from './disabled-endpoints.ts';
import type { StackResources } from './stack-resources.ts';
import { routeThrottlesOf, stagesOf } from './stages.ts';
import { uniqueRoutes } from './unique-routes.ts';

/** Reads all HTTP APIs and REST APIs of the stack, one for each stage. */
export function httpApisOf(resources: StackResources): HttpApi[] {
  return [
    ...resources.ofType('AWS::Serverless::HttpApi').map((entry) => serverless(entry, resources)),
    ...restApisOf(resources),
    ...nativeRestApisOf(resources),
    ...resources.ofType('AWS::ApiGatewayV2::Api').flatMap((entry) => {
      const protocol = resources.read(entry).oneOf('ProtocolType', ['HTTP', 'WEBSOCKET']);
      if (protocol === 'WEBSOCKET') return [];
      return plain(entry, resources);
    }),
  ];
}

function serverless(entry: ResourceEntry, resources: StackResources): HttpApi {
  const properties = resources.read(entry).check(serverlessHttpApi);
  const definition = definitionOf(entry, properties, resources);
  const events = eventRoutes(entry, properties, resources);
  const cors = serverlessCors(properties) ?? definitionCors(definition);
  const own = routeResources(entry, resources);
  return {
    ...identity(entry, properties, resources),
    stageName: properties.text('StageName') ?? '$default',
    stageVariables: properties.textMap('StageVariables') ?? {},
    ...routeThrottlesOf(properties),
    ...accessLogOf(properties, 'AccessLogSettings'),
    ...(cors === undefined ? {} : { cors }),
    ...serviceRoutes(entry, definition, resources),
    ...mappedRoutes(definition, own.mapped, resources),
    routes: uniqueRoutes(
      [...definitionRoutes(definition, '1.0', resources), ...events, ...own.routes],
      properties,
    ),
  };
}

/**
 * Reads `CorsConfiguration` of a SAM API. `true` and a string only set the origins; a map has all
 * settings.
 */
function serverlessCors(properties: Reader): Cors | undefined {
  const value = properties.value('CorsConfiguration');
  if (value === undefined || value === false) return undefined;
  if (typeof value === 'object' && !Array.isArray(value))
    return corsOf(properties, 'CorsConfiguration');
  const allowOrigins = value === true ? ['*'] : (properties.texts('CorsConfiguration') ?? []);
  return {
    allowOrigins,
    allowMethods: [],
    allowHeaders: [],
    exposeHeaders: [],
    allowCredentials: false,
  };
}

/** Reads an `AWS::ApiGatewayV2::Api`, once for each of its stages. */
function plain(entry: ResourceEntry, resources: StackResources): HttpApi[] {
  const properties = resources.read(entry).check(apiProperties);
  const definition = definitionOf(entry, properties, resources);
  const cors = corsOf(properties, 'CorsConfiguration') ?? definitionCors(definition);
  const own = routeResources(entry, resources);
  const api = {
    ...identity(entry, properties, resources),
    ...(cors === undefined ? {} : { cors }),
    ...serviceRoutes(entry, definition, resources),
    ...mappedRoutes(definition, own.mapped, resources),
    routes: uniqueRoutes(
      [
        ...definitionRoutes(definition, '1.0', resources),
        ...quickCreated(properties, resources),
        ...own.routes,
      ],
      properties,
    ),
  };
  return stagesOf(entry, '$default', resources).map((stage) => ({ ...api, ...stage }));
}

function mappedRoutes(
  definition: Reader | undefined,
  own: readonly MappedRoute[],
  resources: StackResources,
): Pick<HttpApi, 'mappedRoutes'> {
  const all = [...definitionMapped(definition, 'http', resources), ...own];
  return all.length === 0 ? {} : { mappedRoutes: all };
}

function serviceRoutes(
  entry: ResourceEntry,
  definition: Reader | undefined,
  resources: StackResources,
): Pick<HttpApi, 'serviceRoutes'> {
  const all = [
    ...definitionServiceRoutes(definition, resources),
    ...serviceRouteResources(entry, resources),
  ];
  return all.length === 0 ? {} : { serviceRoutes: all };
}

/**
 * Makes the route of `Target`, which is `$default` by default. Its integration has the payload
 * format 2.0.
 */
function quickCreated(properties: Reader, resources: StackResources): HttpRoute[] {
  const target = properties.text('Target');
  if (target === undefined) return [];
  const functionLogicalId = resources.functionOrWarn(target, properties.at('Target'), 'the route');
  if (functionLogicalId === undefined) return [];
  const [method, path] = (properties.text('RouteKey') ?? '$default').split(' ');
  return [
    {
      method: path === undefined ? 'ANY' : (method ?? 'ANY'),
      path: path ?? '$default',
      integration: {
        type: 'lambda',
        functionLogicalId,
        timeoutMs: httpTimeoutMs,
        ...invokedBy(properties, 'CredentialsArn', target, resources),
      },
      payloadFormatVersion: '2.0',
      authorization: { type: 'none' },
    },
  ];
}

function identity(
  entry: ResourceEntry,
  properties: Reader,
  resources: StackResources,
): Pick<HttpApi, 'logicalId' | 'apiId' | 'name' | 'disabledEndpoint'> {
  return {
    logicalId: entry.logicalId,
    apiId: resources.ref(entry),
    // By default, SAM gives an API the stack's name.
    name: properties.text('Name') ?? resources.stack.name,
    ...disabledEndpointOf(entry, properties, resources),
  };
}
