import type { ResourceEntry } from '../entries.ts';
import { show } from '../json.ts';
import type { Integration, ParameterMapping, ResponseMapping } from '../model.ts';
import { integration as integrationProperties, integrationResponse } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { invokedBy } from './function-policies.ts';
import { parameterMappingOf, warnOfHttpTypes, withoutParameters } from './parameter-mapping.ts';
import { isMapped, mappedIntegration, responseMapping } from './mapped-integrations.ts';
import type { StackResources } from './stack-resources.ts';

/** The maximum and default time-out of an integration in WebSocket APIs, in ms. */
export const webSocketTimeoutMs = 29_000;
export const httpTimeoutMs = 30_000;
/**
 * The maximum time-out in REST APIs, in ms. "Integration timeout for all integration types: 50
 * milliseconds - 29 seconds". A quota may increase it for Regional APIs.
 */
export const restTimeoutMs = 29_000;

export interface ResolvedIntegration {
  readonly integration: Integration;
  readonly payloadFormatVersion: '1.0' | '2.0';
  readonly parameterMapping?: ParameterMapping;
}

/**
 * Reads the integration that a route's `Target` names (`integrations/<id>`). If it is not emulated,
 * it warns and gives undefined.
 */
export function integrationOfRoute(
  route: Reader,
  maximumTimeoutMs: number,
  resources: StackResources,
): ResolvedIntegration | undefined {
  const target = route.text('Target');
  if (target === undefined) {
    if (!route.has('Target')) {
      resources.diagnostics.warn(route.path, 'the route is left out: it has no Target');
    }
    return undefined;
  }
  const id = /^integrations\/(.+)$/.exec(target)?.[1];
  const entry =
    id === undefined ? undefined : resources.byRef(id, 'AWS::ApiGatewayV2::Integration');
  if (entry === undefined) {
    route.expected('Target', 'integrations/ and the id of an integration of this template');
    return undefined;
  }
  return resolveIntegration(entry, route, maximumTimeoutMs, resources);
}

/** Properties that have no effect on integrations with a function. */
const OF_OTHERS = ['ContentHandlingStrategy', 'RequestTemplates', 'TemplateSelectionExpression'];
const OF_HTTP = ['RequestParameters', 'ResponseParameters'];

const NAMES = {
  type: 'IntegrationType',
  uri: 'IntegrationUri',
  method: 'IntegrationMethod',
  credentials: 'CredentialsArn',
  requestTemplates: 'RequestTemplates',
  templateSelection: 'TemplateSelectionExpression',
  passthrough: 'PassthroughBehavior',
  requestParameters: 'RequestParameters',
  contentHandling: 'ContentHandlingStrategy',
  timeout: 'TimeoutInMillis',
};

/** Reads the `AWS::ApiGatewayV2::IntegrationResponse` resources of an integration. */
function responsesOf(integration: ResourceEntry, resources: StackResources): ResponseMapping[] {
  const id = resources.ref(integration);
  return resources.ofType('AWS::ApiGatewayV2::IntegrationResponse').flatMap((entry) => {
    const response = resources.read(entry);
    if (response.text('IntegrationId') !== id) return [];
    response.check(integrationResponse);
    const key = response.requiredText('IntegrationResponseKey', '$default, or /a pattern/');
    const mapping = responseMapping(
      response,
      {
        responseTemplates: 'ResponseTemplates',
        templateSelection: 'TemplateSelectionExpression',
        responseParameters: 'ResponseParameters',
        contentHandling: 'ContentHandlingStrategy',
      },
      key === '$default' ? undefined : key?.replace(/^\/([^]*)\/$/, '$1'),
    );
    return key === undefined ? [] : [mapping];
  });
}

function resolveIntegration(
  entry: ResourceEntry,
  route: Reader,
  maximumTimeoutMs: number,
  resources: StackResources,
): ResolvedIntegration | undefined {
  const properties = resources.read(entry);
  const type = properties.requiredText('IntegrationType', 'AWS_PROXY');
  if (isMapped(type)) {
    if (maximumTimeoutMs === httpTimeoutMs && type !== 'HTTP_PROXY') {
      warnOfHttpTypes(route, type, resources);
      return undefined;
    }
    const integration = mappedIntegration(
      properties,
      NAMES,
      responsesOf(entry, resources),
      maximumTimeoutMs,
      resources,
    );
    if (integration === undefined || maximumTimeoutMs !== httpTimeoutMs) {
      return integration && { integration, payloadFormatVersion: '1.0' };
    }
    return {
      ...{ integration: withoutParameters(integration), payloadFormatVersion: '1.0' },
      ...parameterMappingOf(properties, 'RequestParameters', 'ResponseParameters'),
    };
  }
  const uri = properties.text('IntegrationUri');
  if (type !== 'AWS_PROXY' || properties.has('IntegrationSubtype')) {
    resources.diagnostics.warn(
      route.path,
      `the route is left out: the integration ${properties.text('IntegrationSubtype') ?? type ?? ''} is not emulated`,
    );
    return undefined;
  }
  properties.check(integrationProperties);
  const isHttp = maximumTimeoutMs === httpTimeoutMs;
  for (const name of isHttp ? OF_OTHERS : [...OF_OTHERS, ...OF_HTTP]) {
    if (properties.has(name)) {
      properties.diagnostics.warn(
        properties.at(name),
        'it has no effect on an AWS_PROXY integration',
      );
    }
  }
  if (uri === undefined) {
    if (!properties.has('IntegrationUri')) properties.requiredText('IntegrationUri', 'a function');
    return undefined;
  }
  const functionLogicalId = resources.functionOrWarn(uri, route.path, 'the route');
  const timeoutMs =
    properties.number('TimeoutInMillis', {
      unit: 'milliseconds',
      minimum: 50,
      maximum: maximumTimeoutMs,
    }) ?? maximumTimeoutMs;
  if (maximumTimeoutMs === httpTimeoutMs && !properties.has('PayloadFormatVersion')) {
    resources.diagnostics.warn(
      properties.path,
      'HTTP APIs ask for a PayloadFormatVersion; without one it is 1.0',
    );
  }
  const payloadFormatVersion = payloadFormatOf(properties, 'PayloadFormatVersion') ?? '1.0';
  if (functionLogicalId === undefined) return undefined;
  return {
    integration: {
      type: 'lambda',
      functionLogicalId,
      timeoutMs,
      ...invokedBy(properties, 'CredentialsArn', uri, resources),
    },
    payloadFormatVersion,
    ...(isHttp && parameterMappingOf(properties, 'RequestParameters', 'ResponseParameters')),
  };
}

/** Reads a payload format version. Without quotation marks, `2.0` is a number. */
export function payloadFormatOf(properties: Reader, name: string): '1.0' | '2.0' | undefined {
  const text = properties.text(name);
  if (text === undefined) return undefined;
  if (text === '1.0' || text === '1') return '1.0';
  if (text === '2.0' || text === '2') return '2.0';
  properties.diagnostics.error(properties.at(name), `expected 1.0 or 2.0, got ${show(text)}`);
  return undefined;
}
