import type { ResourceEntry } from '../entries.ts';
import type { HttpRoute, MappedRoute, RestApi } from '../model.ts';
import { serverlessApi } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { accessLogOf } from './access-logs.ts';
import { definitionOf } from './definition.ts';
import { eventRoutes } from './event-routes.ts';
import { gatewayResponsesOf } from './gateway-responses.ts';
import { restTimeoutMs } from './integrations.ts';
import { methodThrottlesOf } from './method-settings.ts';
import { definitionMapped, definitionRoutes } from './open-api.ts';
import { restCorsOf } from './rest-cors.ts';
import { ServerlessAuthorizers } from './serverless-authorizers.ts';
import { disabledEndpointOf } from './disabled-endpoints.ts';
import type { StackResources } from './stack-resources.ts';
import { uniqueRoutes } from './unique-routes.ts';
import { apiKeySourceOf, usagePlansOf, warnOfMissingKeys } from './usage-plans.ts';

/** Reads the REST APIs of SAM templates. */
export function restApisOf(resources: StackResources): RestApi[] {
  return resources.ofType('AWS::Serverless::Api').map((entry) => restApiOf(entry, resources));
}

function restApiOf(entry: ResourceEntry, resources: StackResources): RestApi {
  const properties = resources.read(entry).check(serverlessApi);
  const definition = definitionOf(entry, properties, resources);
  const routes = uniqueRoutes(
    [
      ...definitionRoutes(definition, '1.0', resources),
      ...eventRoutes(entry, properties, resources),
    ].map((route): HttpRoute => ({ ...route, payloadFormatVersion: '1.0' })),
    properties,
  );
  const mapped = definitionMapped(definition, 'rest', resources);
  const auth = properties.map('Auth');
  const needsKey = auth?.boolean('ApiKeyRequired') === true;
  const withKey = <Route extends { readonly requiresApiKey?: boolean }>(route: Route): Route =>
    needsKey ? { requiresApiKey: true, ...route } : route;
  const preflight = preflights(entry, properties, [...routes, ...mapped], resources);
  const apiId = resources.ref(entry);
  const stageName = properties.requiredText('StageName', 'the name of a stage') ?? 'Prod';
  const usagePlans = usagePlansOf(apiId, stageName, resources);
  const served = {
    routes: routes.map(withKey),
    mappedRoutes: [
      ...mapped.map(withKey),
      ...(auth?.boolean('AddApiKeyRequiredToCorsPreflight') === false
        ? preflight
        : preflight.map(withKey)),
    ],
  };
  warnOfMissingKeys(entry, [...served.routes, ...served.mappedRoutes], usagePlans, resources);
  return {
    logicalId: entry.logicalId,
    apiId,
    // By default, SAM gives an API the stack's name.
    name: properties.text('Name') ?? resources.stack.name,
    stageName,
    stageVariables: properties.textMap('Variables') ?? {},
    ...accessLogOf(properties, 'AccessLogSetting'),
    ...methodThrottlesOf(properties),
    ...disabledEndpointOf(entry, properties, resources),
    ...served,
    rest: {
      binaryMediaTypes: (
        properties.texts('BinaryMediaTypes') ??
        definition?.texts('x-amazon-apigateway-binary-media-types') ??
        []
      ).map((type) => type.replaceAll('~1', '/')),
      gatewayResponses: gatewayResponsesOf(entry, properties, definition, resources),
      apiKeySource: apiKeySourceOf(properties, definition),
      usagePlans,
    },
  };
}

/**
 * Makes the OPTIONS methods of `Cors`: one for each path that has none. The default authorizer
 * applies to them too, unless `AddDefaultAuthorizerToCorsPreflight` is false
 * (samtranslator/swagger/swagger.py of SAM translator 1.110).
 */
function preflights(
  entry: ResourceEntry,
  properties: Reader,
  routes: readonly { readonly method: string; readonly path: string }[],
  resources: StackResources,
): MappedRoute[] {
  const cors = restCorsOf(properties);
  if (cors === undefined) return [];
  const methods = new Map<string, Set<string>>();
  for (const { method, path } of routes) {
    const known = methods.get(path) ?? new Set();
    methods.set(path, known.add(method));
  }
  const auth = properties.map('Auth');
  const authorizers = new ServerlessAuthorizers(entry, properties, resources);
  const authorization =
    auth?.boolean('AddDefaultAuthorizerToCorsPreflight') === false
      ? ({ type: 'none' } as const)
      : authorizers.ofDefault();
  return [...methods].flatMap(([path, known]): MappedRoute[] => {
    if (known.has('OPTIONS')) return [];
    const headers: [string, string][] = [['Access-Control-Allow-Origin', cors.allowOrigin]];
    const allowed = cors.allowMethods ?? allowedMethods(known);
    if (cors.allowHeaders !== undefined) {
      headers.push(['Access-Control-Allow-Headers', cors.allowHeaders]);
    }
    headers.push(['Access-Control-Allow-Methods', allowed]);
    if (cors.maxAge !== undefined) headers.push(['Access-Control-Max-Age', cors.maxAge]);
    if (cors.allowCredentials) headers.push(['Access-Control-Allow-Credentials', 'true']);
    return [{ method: 'OPTIONS', path, integration: preflightMock(headers), authorization }];
  });
}

function preflightMock(
  headers: readonly (readonly [name: string, value: string])[],
): MappedRoute['integration'] {
  const parameters = Object.fromEntries(
    headers.map(([name, value]) => [`method.response.header.${name}`, `'${value}'`]),
  );
  return {
    ...{ type: 'mapped', target: { type: 'mock' }, isProxy: false, timeoutMs: restTimeoutMs },
    request: {
      templates: { 'application/json': '{ "statusCode" : 200 }' },
      ...{ parameters: {}, passthrough: 'WHEN_NO_MATCH' },
    },
    responses: [{ statusCode: 200, parameters, templates: { 'application/json': '{}\n' } }],
  };
}

const allMethods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

function allowedMethods(known: ReadonlySet<string>): string {
  return known.has('ANY')
    ? allMethods.join(',')
    : [...new Set([...known, 'OPTIONS'])].sort().join(',');
}
