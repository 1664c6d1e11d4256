import type { ResourceEntry } from '../entries.ts';
import type { HttpRoute, RestApi, RestMock } from '../model.ts';
import { serverlessApi } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { accessLogOf } from './access-logs.ts';
import { definitionOf } from './definition.ts';
import { eventRoutes } from './event-routes.ts';
import { gatewayResponsesOf } from './gateway-responses.ts';
import { definitionMocks, definitionRoutes } from './open-api.ts';
import { restCorsOf } from './rest-cors.ts';
import { ServerlessAuthorizers } from './serverless-authorizers.ts';
import type { StackResources } from './stack-resources.ts';
import { uniqueRoutes } from './unique-routes.ts';

/** REST APIs of SAM templates. */
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
  const mocks = definitionMocks(definition, resources);
  return {
    logicalId: entry.logicalId,
    apiId: resources.ref(entry),
    // SAM names an API after the stack.
    name: properties.text('Name') ?? resources.stack.name,
    stageName: properties.requiredText('StageName', 'the name of a stage') ?? 'Prod',
    stageVariables: properties.textMap('Variables') ?? {},
    ...accessLogOf(properties, 'AccessLogSetting'),
    routes,
    rest: {
      binaryMediaTypes: (
        properties.texts('BinaryMediaTypes') ??
        definition?.texts('x-amazon-apigateway-binary-media-types') ??
        []
      ).map((type) => type.replaceAll('~1', '/')),
      gatewayResponses: gatewayResponsesOf(entry, properties, definition, resources),
      mocks: [...mocks, ...preflights(entry, properties, [...routes, ...mocks], resources)],
    },
  };
}

/**
 * The OPTIONS methods that `Cors` makes: one for each path that has none. They ask the default authorizer too, unless
 * `AddDefaultAuthorizerToCorsPreflight` is false (samtranslator/swagger/swagger.py of SAM translator 1.110).
 */
function preflights(
  entry: ResourceEntry,
  properties: Reader,
  routes: readonly { readonly method: string; readonly path: string }[],
  resources: StackResources,
): RestMock[] {
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
  return [...methods].flatMap(([path, known]): RestMock[] => {
    if (known.has('OPTIONS')) return [];
    const headers: [string, string][] = [['Access-Control-Allow-Origin', cors.allowOrigin]];
    const allowed = cors.allowMethods ?? allowedMethods(known);
    if (cors.allowHeaders !== undefined) {
      headers.push(['Access-Control-Allow-Headers', cors.allowHeaders]);
    }
    headers.push(['Access-Control-Allow-Methods', allowed]);
    if (cors.maxAge !== undefined) headers.push(['Access-Control-Max-Age', cors.maxAge]);
    if (cors.allowCredentials) headers.push(['Access-Control-Allow-Credentials', 'true']);
    const response = { statusCode: 200, headers, body: '{}\n' };
    return [{ method: 'OPTIONS', path, response, authorization }];
  });
}

const allMethods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

function allowedMethods(known: ReadonlySet<string>): string {
  return known.has('ANY')
    ? allMethods.join(',')
    : [...new Set([...known, 'OPTIONS'])].sort().join(',');
}
