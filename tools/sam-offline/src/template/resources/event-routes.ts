import type { ResourceEntry } from '../entries.ts';
import { isObject } from '../json.ts';
import type { HttpRoute } from '../model.ts';
import { apiEvent, httpApiEvent } from '../properties/index.ts';
import { Reader } from '../reader.ts';
import { eventsOf, type FunctionEvent } from '../serverless/index.ts';
import { eventValidation } from './event-validation.ts';
import { httpTimeoutMs, payloadFormatOf } from './integrations.ts';
import { ServerlessAuthorizers } from './serverless-authorizers.ts';
import type { StackResources } from './stack-resources.ts';

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'ANY'];

/** Makes the routes of a SAM API for functions' `Events`. */
export function eventRoutes(
  api: ResourceEntry,
  properties: Reader,
  resources: StackResources,
): HttpRoute[] {
  const isRest = api.type === 'AWS::Serverless::Api';
  const authorizers = new ServerlessAuthorizers(api, properties, resources);
  const apiId = resources.ref(api);
  return resources
    .ofType('AWS::Serverless::Function')
    .flatMap(eventsOf)
    .filter((event) => event.type === (isRest ? 'Api' : 'HttpApi'))
    .flatMap((event) => {
      const reader = readEvent(event, resources);
      if (reader === undefined || !belongsTo(reader, api, apiId, isRest)) return [];
      reader.check(isRest ? apiEvent : httpApiEvent);
      const made = routeOf(event, reader, authorizers, isRest, resources);
      const validation = isRest ? eventValidation(reader, properties) : {};
      return made === undefined ? [] : [{ ...made, ...validation }];
    });
}

function readEvent(
  event: FunctionEvent,
  { resolver, diagnostics }: StackResources,
): Reader | undefined {
  const resolved = diagnostics.attempt(() => resolver.resolve(event.properties, event.path));
  return isObject(resolved) ? Reader.forValue(resolved, event.path, diagnostics) : undefined;
}

function belongsTo(event: Reader, api: ResourceEntry, apiId: string, isRest: boolean): boolean {
  const given = event.text(isRest ? 'RestApiId' : 'ApiId');
  if (given === undefined) {
    return api.logicalId === (isRest ? 'ServerlessRestApi' : 'ServerlessHttpApi');
  }
  // SAM also accepts the logical id without a Ref.
  return given === apiId || given === api.logicalId;
}

function routeOf(
  event: FunctionEvent,
  reader: Reader,
  authorizers: ServerlessAuthorizers,
  isRest: boolean,
  resources: StackResources,
): HttpRoute | undefined {
  // An HttpApi event without both is the API's `$default` route.
  const isDefault = !isRest && !reader.has('Path') && !reader.has('Method');
  const path = isDefault
    ? '$default'
    : reader.requiredText('Path', 'a path such as /posts/{postId}');
  const written = isDefault ? 'ANY' : reader.requiredText('Method', `one of ${methods.join(', ')}`);
  if (path === undefined || written === undefined) return undefined;
  const method =
    written === 'x-amazon-apigateway-any-method' || written === '*' ? 'ANY' : written.toUpperCase();
  if (!methods.includes(method)) {
    reader.expected('Method', `one of ${methods.join(', ')}`);
    return undefined;
  }
  if (!path.startsWith('/') && path !== '$default') {
    reader.expected('Path', 'a path that starts with /');
    return undefined;
  }
  const timeoutMs = reader.number('TimeoutInMillis', {
    unit: 'milliseconds',
    minimum: 50,
    maximum: httpTimeoutMs,
  });
  return {
    method,
    path: path === '/$default' ? '$default' : withoutTrailingSlash(path),
    integration: {
      type: 'lambda',
      functionLogicalId: event.functionLogicalId,
      timeoutMs: timeoutMs ?? httpTimeoutMs,
      ...invokedByEvent(event.functionLogicalId, resources),
    },
    payloadFormatVersion: isRest
      ? '1.0'
      : (payloadFormatOf(reader, 'PayloadFormatVersion') ?? '2.0'),
    authorization: authorizers.authorization(reader),
    ...(isRest && requiresApiKey(reader)),
  };
}

/** Tells whether an event's route requires an API key; absent if the API decides. */
function requiresApiKey(event: Reader): { readonly requiresApiKey?: boolean } {
  const isRequired = event.map('Auth')?.boolean('ApiKeyRequired');
  return isRequired === undefined ? {} : { requiresApiKey: isRequired };
}

/** Gives the ARN that SAM's integration invokes: the function's alias if it has one. */
function invokedByEvent(
  functionLogicalId: string,
  resources: StackResources,
): { readonly functionArn?: string } {
  const entry = resources.entries.find(({ logicalId }) => logicalId === functionLogicalId);
  const arn = entry && resources.attribute(entry, 'Arn');
  if (entry === undefined || arn === undefined) return {};
  const alias = resources.read(entry).text('AutoPublishAlias') ?? '';
  return { functionArn: alias === '' ? arn : `${arn}:${alias}` };
}

/**
 * Removes a slash at the end, as API Gateway does when it imports SAM's definition
 * (https://github.com/aws/serverless-application-model/issues/665).
 */
function withoutTrailingSlash(path: string): string {
  return path === '/' ? path : path.replace(/\/$/, '');
}
