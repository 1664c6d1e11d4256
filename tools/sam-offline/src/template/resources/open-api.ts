import type {
  Cors,
  HttpAuthorization,
  HttpRoute,
  HttpServiceRoute,
  MappedRoute,
} from '../model.ts';
import { generatedId } from '../names.ts';
import type { Reader } from '../reader.ts';
import { invokedBy } from './function-policies.ts';
import { defaultTtlSeconds, issuerOfUserPool, tokenSettings } from './authorizers.ts';
import { httpTimeoutMs, payloadFormatOf, restTimeoutMs } from './integrations.ts';
import { isMapped, mappedIntegration, responseMapping } from './mapped-integrations.ts';
import { definitionValidation } from './open-api-validation.ts';
import { parameterMappingOf, warnOfHttpTypes, withoutParameters } from './parameter-mapping.ts';
import { isServiceSubtype, serviceOf } from './service-routes.ts';
import { tenantOf } from './tenant-parameter.ts';
import type { StackResources } from './stack-resources.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const anyMethod = 'x-amazon-apigateway-any-method';

/** A method of a path in an OpenAPI definition. */
export interface Operation {
  /** The method; `ANY` for `x-amazon-apigateway-any-method`. */
  readonly method: string;
  readonly path: string;
  readonly operation: Reader;
  /** `x-amazon-apigateway-integration`. Events add the integrations of methods without one. */
  readonly integration: Reader | undefined;
}

/** Reads all methods of all paths in a definition. */
export function operationsOf(definition: Reader | undefined): Operation[] {
  const paths = definition?.map('paths');
  if (definition === undefined || paths === undefined) return [];
  return paths.names.flatMap((path) => {
    const item = paths.map(path);
    return (item?.names ?? []).flatMap((name): Operation[] => {
      if (!methods.includes(name.toLowerCase()) && name !== anyMethod) return [];
      const operation = item?.map(name);
      if (operation === undefined) return [];
      const extension = operation.map('x-amazon-apigateway-integration');
      const integration = extension && (referredTo(extension, definition) ?? extension);
      const method = name === anyMethod ? 'ANY' : name.toUpperCase();
      return [{ method, path: path === '/$default' ? '$default' : path, operation, integration }];
    });
  });
}

/**
 * Reads the routes of an OpenAPI definition with API Gateway's extensions
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html).
 */
export function definitionRoutes(
  definition: Reader | undefined,
  defaultPayloadFormat: '1.0' | '2.0',
  resources: StackResources,
): HttpRoute[] {
  if (definition === undefined) return [];
  return operationsOf(definition).flatMap(({ method, path, operation, integration }) => {
    const target = integration && integrationOf(operation, integration, resources);
    if (integration === undefined || target === undefined) return [];
    return [
      {
        ...{ method, path, integration: target.integration },
        payloadFormatVersion: target.payloadFormatVersion ?? defaultPayloadFormat,
        ...securityOf(operation, definition, resources),
        ...definitionValidation(operation, definition),
        ...parameterMappingOf(integration, 'requestParameters', 'responseParameters'),
      },
    ];
  });
}

const SERVICE_NAMES = {
  subtype: 'integrationSubtype',
  parameters: 'requestParameters',
  role: 'credentials',
};

/** Reads the routes of an HTTP API's definition that call an emulated service. */
export function definitionServiceRoutes(
  definition: Reader | undefined,
  resources: StackResources,
): HttpServiceRoute[] {
  if (definition === undefined) return [];
  return operationsOf(definition).flatMap(({ method, path, operation, integration }) => {
    const service = integration && serviceOf(integration, SERVICE_NAMES, resources);
    if (service === undefined) return [];
    const { authorization } = securityOf(operation, definition, resources);
    return [{ method, path, authorization, ...service }];
  });
}

const NAMES = {
  type: 'type',
  uri: 'uri',
  method: 'httpMethod',
  credentials: 'credentials',
  requestTemplates: 'requestTemplates',
  passthrough: 'passthroughBehavior',
  requestParameters: 'requestParameters',
  contentHandling: 'contentHandling',
  timeout: 'timeoutInMillis',
};

const RESPONSE_NAMES = {
  responseTemplates: 'responseTemplates',
  responseParameters: 'responseParameters',
  contentHandling: 'contentHandling',
  statusCode: 'statusCode',
};

/**
 * Reads the methods of a REST API's definition whose integrations have mappings, and the
 * `http_proxy` routes of an HTTP API's definition.
 */
export function definitionMapped(
  definition: Reader | undefined,
  kind: 'rest' | 'http',
  resources: StackResources,
): MappedRoute[] {
  if (definition === undefined) return [];
  return operationsOf(definition).flatMap(({ method, path, operation, integration }) => {
    const type = integration?.text('type');
    if (integration === undefined || !isMapped(type)) return [];
    if (kind === 'http' && type?.toUpperCase() !== 'HTTP_PROXY') {
      warnOfHttpTypes(operation, type, resources);
      return [];
    }
    const responses = integration.map('responses');
    const mappings = (responses?.names ?? []).flatMap((pattern) => {
      const response = responses?.map(pattern);
      if (response === undefined || kind === 'http') return [];
      return [
        responseMapping(response, RESPONSE_NAMES, pattern === 'default' ? undefined : pattern),
      ];
    });
    const timeoutMs = kind === 'http' ? httpTimeoutMs : restTimeoutMs;
    const made = mappedIntegration(integration, NAMES, mappings, timeoutMs, resources);
    if (made === undefined) return [];
    return [
      {
        ...{ method, path, integration: kind === 'http' ? withoutParameters(made) : made },
        ...securityOf(operation, definition, resources),
        ...definitionValidation(operation, definition),
        ...(kind === 'http' &&
          parameterMappingOf(integration, 'requestParameters', 'responseParameters')),
      },
    ];
  });
}

interface Target {
  readonly integration: HttpRoute['integration'];
  readonly payloadFormatVersion: '1.0' | '2.0' | undefined;
}

function integrationOf(
  operation: Reader,
  integration: Reader,
  resources: StackResources,
): Target | undefined {
  const type = integration.text('type')?.toLowerCase();
  const subtype = integration.text('integrationSubtype');
  const uri = integration.text('uri');
  // `definitionServiceRoutes` and `definitionMapped` read these.
  if (isServiceSubtype(subtype) || isMapped(type)) return undefined;
  if (type !== 'aws_proxy' || uri === undefined) {
    resources.diagnostics.warn(
      operation.path,
      `the route is left out: the integration ${subtype ?? type ?? ''} is not emulated`,
    );
    return undefined;
  }
  const functionLogicalId = resources.functionOrWarn(uri, operation.path, 'the route');
  if (functionLogicalId === undefined) return undefined;
  const timeoutMs = integration.number('timeoutInMillis', {
    unit: 'milliseconds',
    minimum: 50,
    maximum: httpTimeoutMs,
  });
  return {
    integration: {
      type: 'lambda',
      functionLogicalId,
      timeoutMs: timeoutMs ?? httpTimeoutMs,
      ...tenantOf(integration, 'requestParameters'),
      ...invokedBy(integration, 'credentials', uri, resources),
    },
    payloadFormatVersion: payloadFormatOf(integration, 'payloadFormatVersion'),
  };
}

/** Follows `$ref: '#/components/x-amazon-apigateway-integrations/name'`. */
function referredTo(extension: Reader, definition: Reader): Reader | undefined {
  const reference = extension.text('$ref');
  if (!reference?.startsWith('#/')) return undefined;
  return reference
    .slice(2)
    .split('/')
    .reduce<Reader | undefined>((reader, part) => reader?.map(part), definition);
}

/** The requirements in an operation's `security`: an API key, and an authorization. */
function securityOf(
  operation: Reader,
  definition: Reader,
  resources: StackResources,
): Pick<HttpRoute, 'authorization' | 'requiresApiKey'> {
  const asked = operation.has('security')
    ? operation.maps('security')
    : definition.maps('security');
  const requirements = (asked ?? []).flatMap((requirement) =>
    requirement.names.map((name) => {
      const scheme =
        definition.map('components')?.map('securitySchemes')?.map(name) ??
        definition.map('securityDefinitions')?.map(name);
      return { name, scheme, scopes: requirement.texts(name) ?? [] };
    }),
  );
  const requiresApiKey = requirements.some(({ scheme }) => isApiKey(scheme));
  const other = requirements.find(({ scheme }) => !isApiKey(scheme));
  return {
    authorization:
      other === undefined
        ? { type: 'none' }
        : authorizationOf(other.name, other.scheme, other.scopes, operation, resources),
    ...(requiresApiKey && { requiresApiKey }),
  };
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-usage-plan-oas.html */
function isApiKey(scheme: Reader | undefined): boolean {
  return (
    scheme?.text('type') === 'apiKey' &&
    scheme.text('name')?.toLowerCase() === 'x-api-key' &&
    !scheme.has('x-amazon-apigateway-authtype') &&
    !scheme.has('x-amazon-apigateway-authorizer')
  );
}

function authorizationOf(
  name: string,
  scheme: Reader | undefined,
  scopes: readonly string[],
  operation: Reader,
  resources: StackResources,
): HttpAuthorization {
  if (scheme?.text('x-amazon-apigateway-authtype')?.toLowerCase() === 'awssigv4') {
    return { type: 'iam' };
  }
  const authorizer = scheme?.map('x-amazon-apigateway-authorizer');
  const made =
    authorizer && fromExtension(name, authorizer, scopes, scheme?.text('name'), resources);
  if (made === undefined) {
    resources.diagnostics.warn(
      operation.path,
      `the authorizer ${name} is not emulated: the route is open`,
    );
  }
  return made ?? { type: 'none' };
}

function fromExtension(
  name: string,
  authorizer: Reader,
  scopes: readonly string[],
  header: string | undefined,
  resources: StackResources,
): HttpAuthorization | undefined {
  const sources = (authorizer.texts('identitySource') ?? []).flatMap((source) =>
    source.split(',').map((part) => part.trim()),
  );
  const type = authorizer.text('type')?.toLowerCase();
  if (type === 'jwt') {
    const configuration = authorizer.map('jwtConfiguration');
    return {
      type: 'jwt',
      name,
      identitySource: sources[0] ?? '$request.header.Authorization',
      issuer: configuration?.requiredText('issuer', 'the URL of an issuer') ?? '',
      audience: configuration?.texts('audience') ?? [],
      scopes,
    };
  }
  const tokenSource = `$request.header.${header ?? 'Authorization'}`;
  if (type === 'cognito_user_pools') {
    const issuers = (authorizer.texts('providerARNs') ?? []).map(issuerOfUserPool);
    return { type: 'cognito', name, identitySource: tokenSource, issuers, scopes };
  }
  const uri = authorizer.text('authorizerUri');
  if ((type !== 'request' && type !== 'token') || uri === undefined) return undefined;
  const functionLogicalId = resources.functionOrWarn(uri, authorizer.path, 'the authorizer');
  if (functionLogicalId === undefined) return undefined;
  const ttlSeconds = authorizer.number('authorizerResultTtlInSeconds', {
    unit: 'seconds',
    minimum: 0,
    maximum: 3600,
  });
  return {
    type: 'lambda',
    authorizer: {
      name,
      authorizerId: generatedId(resources.stack, [...authorizer.path].join('/'), 6),
      functionLogicalId,
      ...invokedBy(authorizer, 'authorizerCredentials', uri, resources),
      identitySources: type === 'token' ? [tokenSource] : sources.map(sourceOf),
      ...(type === 'token' && { token: tokenSettings(authorizer, 'identityValidationExpression') }),
      payloadFormatVersion: payloadFormatOf(authorizer, 'authorizerPayloadFormatVersion') ?? '1.0',
      enableSimpleResponses: authorizer.boolean('enableSimpleResponses') ?? false,
      resultTtlMs:
        (ttlSeconds ?? (type === 'token' || sources.length > 0 ? defaultTtlSeconds : 0)) * 1000,
    },
  };
}

/** Converts an identity source of REST APIs, such as `method.request.header.Auth`. */
function sourceOf(source: string): string {
  return source.replace(/^method\./, '$');
}

/** Reads `x-amazon-apigateway-cors` of the definition. */
export function definitionCors(definition: Reader | undefined): Cors | undefined {
  const cors = definition?.map('x-amazon-apigateway-cors');
  if (cors === undefined) return undefined;
  const maxAge = cors.number('maxAge', { unit: 'seconds', minimum: -1, maximum: 86_400 });
  return {
    allowOrigins: cors.texts('allowOrigins') ?? [],
    allowMethods: cors.texts('allowMethods') ?? [],
    allowHeaders: cors.texts('allowHeaders') ?? [],
    exposeHeaders: cors.texts('exposeHeaders') ?? [],
    allowCredentials: cors.boolean('allowCredentials') ?? false,
    ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }),
  };
}
