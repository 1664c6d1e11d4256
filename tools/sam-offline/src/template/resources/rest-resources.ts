import type { ResourceEntry } from '../entries.ts';
import type { HttpRoute, MappedRoute, RequestValidation, RestApi } from '../model.ts';
import {
  method as methodProperties,
  methodIntegration,
  methodIntegrationResponse,
  requestValidator,
  resource as resourceProperties,
  restApi,
  restDeployment,
  restModel,
  restStage,
} from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { invokedBy } from './function-policies.ts';
import { accessLogOf } from './access-logs.ts';
import { definitionOf } from './definition.ts';
import { gatewayResponsesOf } from './gateway-responses.ts';
import { restTimeoutMs } from './integrations.ts';
import { isMapped, mappedIntegration, responseMapping } from './mapped-integrations.ts';
import { methodThrottlesOf } from './method-settings.ts';
import { schemaOf } from './models.ts';
import { definitionMapped, definitionRoutes } from './open-api.ts';
import { restAuthorizationOf } from './rest-authorizers.ts';
import { disabledEndpointOf } from './disabled-endpoints.ts';
import { tenantOf } from './tenant-parameter.ts';
import type { StackResources } from './stack-resources.ts';
import type { Stage } from './stages.ts';
import { apiKeySourceOf, usagePlansOf, warnOfMissingKeys } from './usage-plans.ts';

/** Reads REST APIs that are `AWS::ApiGateway::RestApi` resources, once for each of their stages. */
export function nativeRestApisOf(resources: StackResources): RestApi[] {
  return resources.ofType('AWS::ApiGateway::RestApi').flatMap((entry) => {
    const properties = resources.read(entry).check(restApi);
    const definition = definitionOf(entry, properties, resources);
    const methods = methodsOf(entry, resources);
    const routes = [
      ...definitionRoutes(definition, '1.0', resources).map((route): HttpRoute => ({
        ...route,
        payloadFormatVersion: '1.0',
      })),
      ...methods.flatMap((one) => ('payloadFormatVersion' in one ? [one] : [])),
    ];
    const api = {
      ...{ logicalId: entry.logicalId, apiId: resources.ref(entry) },
      name: properties.text('Name') ?? entry.logicalId,
      ...disabledEndpointOf(entry, properties, resources),
      routes,
      mappedRoutes: [
        ...definitionMapped(definition, 'rest', resources),
        ...methods.flatMap((one) => ('payloadFormatVersion' in one ? [] : [one])),
      ],
      rest: {
        binaryMediaTypes: (
          properties.texts('BinaryMediaTypes') ??
          definition?.texts('x-amazon-apigateway-binary-media-types') ??
          []
        ).map((type) => type.replaceAll('~1', '/')),
        gatewayResponses: gatewayResponsesOf(entry, properties, definition, resources),
        apiKeySource: apiKeySourceOf(properties, definition),
      },
    };
    return restStagesOf(entry, resources).map((stage) => {
      const usagePlans = usagePlansOf(api.apiId, stage.stageName, resources);
      warnOfMissingKeys(entry, [...routes, ...api.mappedRoutes], usagePlans, resources);
      return { ...api, ...stage, rest: { ...api.rest, usagePlans } };
    });
  });
}

/**
 * Reads the stages of an API: `AWS::ApiGateway::Stage` resources, and those that deployments name.
 */
function restStagesOf(api: ResourceEntry, resources: StackResources): Stage[] {
  const id = resources.ref(api);
  const ofApi = (type: string): Reader[] =>
    resources
      .ofType(type)
      .map((entry) => resources.read(entry))
      .filter((reader) => reader.text('RestApiId') === id);
  const stages = ofApi('AWS::ApiGateway::Stage').map((properties): Stage => {
    properties.check(restStage);
    return {
      stageName: properties.requiredText('StageName', 'the name of a stage') ?? 'prod',
      stageVariables: properties.textMap('Variables') ?? {},
      ...methodThrottlesOf(properties),
      ...accessLogOf(properties, 'AccessLogSetting'),
    };
  });
  for (const deployment of ofApi('AWS::ApiGateway::Deployment')) {
    const stageName = deployment.check(restDeployment).text('StageName');
    if (stageName === undefined || stages.some((stage) => stage.stageName === stageName)) continue;
    const variables = deployment.map('StageDescription')?.textMap('Variables') ?? {};
    stages.push({ stageName, stageVariables: variables });
  }
  if (stages.length > 0) return stages;
  resources.diagnostics.warn(
    api.path,
    'the API has no stage, so AWS would not serve it; here it is served as prod',
  );
  return [{ stageName: 'prod', stageVariables: {} }];
}

function methodsOf(api: ResourceEntry, resources: StackResources): (HttpRoute | MappedRoute)[] {
  const id = resources.ref(api);
  const root = resources.attribute(api, 'RootResourceId');
  const pathOf = pathsOf(id, root, resources);
  return resources
    .ofType('AWS::ApiGateway::Method')
    .flatMap((entry): (HttpRoute | MappedRoute)[] => {
      const method = resources.read(entry);
      if (method.text('RestApiId') !== id) return [];
      method.check(methodProperties);
      const name = method.requiredText('HttpMethod', 'a method such as GET, or ANY')?.toUpperCase();
      const resourceId = method.requiredText('ResourceId', 'the id of a resource');
      const path = resourceId === undefined ? undefined : pathOf(resourceId);
      if (resourceId !== undefined && path === undefined) {
        method.expected('ResourceId', 'the id of a resource of the API');
      }
      if (name === undefined || path === undefined) return [];
      const integration = integrationOf(method, resources);
      if (integration === undefined) return [];
      const route = {
        ...{ method: name, path, authorization: restAuthorizationOf(method, resources) },
        ...validationOf(method, resources),
        ...(method.boolean('ApiKeyRequired') === true && { requiresApiKey: true }),
      };
      return integration.type === 'lambda'
        ? [{ ...route, integration, payloadFormatVersion: '1.0' as const }]
        : [{ ...route, integration }];
    });
}

/** Makes a function that gives the path of a resource, which contains the parts of its parents. */
function pathsOf(
  apiId: string,
  root: string | undefined,
  resources: StackResources,
): (resourceId: string) => string | undefined {
  const byId = new Map<string, Reader>();
  for (const entry of resources.ofType('AWS::ApiGateway::Resource')) {
    const properties = resources.read(entry);
    if (properties.text('RestApiId') === apiId) {
      byId.set(resources.ref(entry), properties.check(resourceProperties));
    }
  }
  return (resourceId) => {
    const parts: string[] = [];
    let id = resourceId;
    while (id !== root) {
      const properties = byId.get(id);
      const parent = properties?.text('ParentId');
      // Resources in a circle of parents have no path.
      if (properties === undefined || parent === undefined || parts.length > byId.size) {
        return undefined;
      }
      parts.unshift(properties.requiredText('PathPart', 'a part of a path') ?? '');
      id = parent;
    }
    return `/${parts.join('/')}`;
  };
}

const NAMES = {
  type: 'Type',
  uri: 'Uri',
  method: 'IntegrationHttpMethod',
  credentials: 'Credentials',
  requestTemplates: 'RequestTemplates',
  passthrough: 'PassthroughBehavior',
  requestParameters: 'RequestParameters',
  contentHandling: 'ContentHandling',
  timeout: 'TimeoutInMillis',
};

function integrationOf(
  method: Reader,
  resources: StackResources,
): HttpRoute['integration'] | MappedRoute['integration'] | undefined {
  const integration = method.map('Integration')?.check(methodIntegration);
  if (integration === undefined) {
    if (!method.has('Integration')) {
      method.diagnostics.warn(method.path, 'the method is left out: it has no Integration');
    }
    return undefined;
  }
  const type = integration.requiredText('Type', 'a type such as AWS_PROXY')?.toUpperCase();
  if (isMapped(type)) {
    const responses = (integration.maps('IntegrationResponses') ?? []).map((response) => {
      response.check(methodIntegrationResponse);
      const pattern = response.text('SelectionPattern');
      return responseMapping(
        response,
        {
          responseTemplates: 'ResponseTemplates',
          responseParameters: 'ResponseParameters',
          contentHandling: 'ContentHandling',
          statusCode: 'StatusCode',
        },
        pattern === '' ? undefined : pattern,
      );
    });
    return mappedIntegration(integration, NAMES, responses, restTimeoutMs, resources);
  }
  const uri = integration.requiredText('Uri', 'the URI of a function');
  if (type !== 'AWS_PROXY' || uri === undefined) {
    if (type !== 'AWS_PROXY')
      integration.expected('Type', 'AWS, AWS_PROXY, HTTP, HTTP_PROXY or MOCK');
    return undefined;
  }
  const functionLogicalId = resources.functionOrWarn(uri, integration.path, 'the method');
  if (functionLogicalId === undefined) return undefined;
  const timeoutMs = integration.number('TimeoutInMillis', {
    ...{ unit: 'milliseconds', minimum: 50, maximum: restTimeoutMs },
  });
  return {
    ...{ type: 'lambda', functionLogicalId, timeoutMs: timeoutMs ?? restTimeoutMs },
    ...tenantOf(integration, 'RequestParameters'),
    ...invokedBy(integration, 'Credentials', uri, resources),
  };
}

/**
 * Reads the validation of a method's request validator.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
function validationOf(
  method: Reader,
  resources: StackResources,
): { readonly validation?: RequestValidation } {
  const id = method.text('RequestValidatorId');
  if (id === undefined) return {};
  const entry = resources.byRef(id, 'AWS::ApiGateway::RequestValidator');
  if (entry === undefined) {
    method.expected('RequestValidatorId', 'the id of a request validator of this template');
    return {};
  }
  const validator = resources.read(entry).check(requestValidator);
  const required = (place: 'header' | 'querystring'): string[] => {
    const prefix = `method.request.${place}.`;
    const parameters = method.map('RequestParameters');
    return (parameters?.names ?? []).flatMap((name) =>
      name.startsWith(prefix) && parameters?.boolean(name) === true
        ? [name.slice(prefix.length)]
        : [],
    );
  };
  const checksParameters = validator.boolean('ValidateRequestParameters') === true;
  const models: Record<string, object> = {};
  if (validator.boolean('ValidateRequestBody') === true) {
    for (const [type, name] of Object.entries(method.textMap('RequestModels') ?? {})) {
      const schema = modelNamed(name, method, resources);
      if (schema !== undefined) models[type.toLowerCase()] = schema;
    }
  }
  return {
    validation: {
      models,
      headers: checksParameters ? required('header') : [],
      querystring: checksParameters ? required('querystring') : [],
    },
  };
}

/** Every API has the models Empty and Error, which all bodies match. */
const OWN_MODELS = ['Empty', 'Error'];

function modelNamed(name: string, method: Reader, resources: StackResources): object | undefined {
  for (const entry of resources.ofType('AWS::ApiGateway::Model')) {
    const model = resources.read(entry);
    if (model.text('RestApiId') !== method.text('RestApiId')) continue;
    if (model.text('Name') !== name && resources.ref(entry) !== name) continue;
    return schemaOf(model.check(restModel));
  }
  if (!OWN_MODELS.includes(name)) {
    method.expected('RequestModels', `names of models of the API, and no model is called ${name}`);
  }
  return undefined;
}
