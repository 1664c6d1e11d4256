import type { Cors, HttpAuthorization, HttpRoute, HttpServiceRoute, RestMock } from '../model.ts';
import { generatedId } from '../names.ts';
import type { Reader } from '../reader.ts';
import { defaultTtlSeconds, issuerOfUserPool, tokenSettings } from './authorizers.ts';
import { httpTimeoutMs, invokedBy, payloadFormatOf } from './integrations.ts';
import { serviceOf } from './service-routes.ts';
import type { StackResources } from './stack-resources.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const anyMethod = 'x-amazon-apigateway-any-method';

/**
 * Routes of an OpenAPI definition with API Gateway's extensions
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html).
 * Methods without an `x-amazon-apigateway-integration` are left to events.
 */
export function definitionRoutes(
  definition: Reader | undefined,
  defaultPayloadFormat: '1.0' | '2.0',
  resources: StackResources,
): HttpRoute[] {
  const paths = definition?.map('paths');
  if (definition === undefined || paths === undefined) return [];
  return paths.names.flatMap((path) => {
    const item = paths.map(path);
    if (item === undefined) return [];
    return item.names.flatMap((name) => {
      if (!methods.includes(name.toLowerCase()) && name !== anyMethod) return [];
      const operation = item.map(name);
      const target = operation && integrationOf(operation, definition, resources);
      if (operation === undefined || target === undefined) return [];
      return [
        {
          method: name === anyMethod ? 'ANY' : name.toUpperCase(),
          path: path === '/$default' ? '$default' : path,
          integration: target.integration,
          payloadFormatVersion: target.payloadFormatVersion ?? defaultPayloadFormat,
          authorization: authorizationOf(operation, definition, resources),
        },
      ];
    });
  });
}

const SERVICE_NAMES = { subtype: 'integrationSubtype', parameters: 'requestParameters' };

/** Routes of an HTTP API's definition that call a service which runs here. */
export function definitionServiceRoutes(
  definition: Reader | undefined,
  resources: StackResources,
): HttpServiceRoute[] {
  const paths = definition?.map('paths');
  if (definition === undefined || paths === undefined) return [];
  return paths.names.flatMap((path) => {
    const item = paths.map(path);
    return (item?.names ?? []).flatMap((name): HttpServiceRoute[] => {
      if (!methods.includes(name.toLowerCase()) && name !== anyMethod) return [];
      const operation = item?.map(name);
      const extension = operation?.map('x-amazon-apigateway-integration');
      const integration = extension && (referredTo(extension, definition) ?? extension);
      const service = integration && serviceOf(integration, SERVICE_NAMES);
      if (operation === undefined || service === undefined) return [];
      const authorization = authorizationOf(operation, definition, resources);
      const method = name === anyMethod ? 'ANY' : name.toUpperCase();
      return [
        { method, path: path === '/$default' ? '$default' : path, authorization, ...service },
      ];
    });
  });
}

/** Methods of a REST API's definition with a MOCK integration. */
export function definitionMocks(
  definition: Reader | undefined,
  resources: StackResources,
): RestMock[] {
  const paths = definition?.map('paths');
  if (definition === undefined || paths === undefined) return [];
  return paths.names.flatMap((path) => {
    const item = paths.map(path);
    return (item?.names ?? []).flatMap((name): RestMock[] => {
      if (!methods.includes(name.toLowerCase()) && name !== anyMethod) return [];
      const operation = item?.map(name);
      const extension = operation?.map('x-amazon-apigateway-integration');
      if (operation === undefined || extension?.text('type')?.toLowerCase() !== 'mock') return [];
      const authorization = authorizationOf(operation, definition, resources);
      const method = name === anyMethod ? 'ANY' : name.toUpperCase();
      return [{ method, path, authorization, response: mockResponse(extension) }];
    });
  });
}

/** What a MOCK integration responds with: its request template has the status, which chooses the response. */
function mockResponse(integration: Reader): RestMock['response'] {
  const [template = ''] = Object.values(integration.textMap('requestTemplates') ?? {});
  const status = /["']?statusCode["']?\s*:\s*(\d{3})/.exec(template)?.[1] ?? '200';
  const responses = integration.map('responses');
  const chosen =
    responses?.names.find((pattern) => matches(pattern, status)) ??
    responses?.names.find((pattern) => pattern === 'default');
  const response = chosen === undefined ? undefined : responses?.map(chosen);
  const templates = response?.textMap('responseTemplates') ?? {};
  const body = templates['application/json'] ?? Object.values(templates)[0] ?? '';
  if (/[#$]/.test(body)) {
    integration.diagnostics.warn(
      integration.path,
      'the response template is sent as it is: mapping templates of REST APIs are not evaluated',
    );
  }
  const headers = Object.entries(response?.textMap('responseParameters') ?? {}).flatMap(
    ([name, value]): [string, string][] => {
      const header = /^method\.response\.header\.(.+)$/.exec(name)?.[1];
      const text = /^'(.*)'$/s.exec(value)?.[1];
      return header === undefined || text === undefined ? [] : [[header, text]];
    },
  );
  return {
    statusCode: Number(response?.text('statusCode') ?? status),
    headers: [['Content-Type', 'application/json'], ...headers],
    body,
  };
}

function matches(pattern: string, status: string): boolean {
  try {
    return pattern !== 'default' && new RegExp(`^(?:${pattern})$`).test(status);
  } catch {
    return false;
  }
}

interface Target {
  readonly integration: HttpRoute['integration'];
  readonly payloadFormatVersion: '1.0' | '2.0' | undefined;
}

function integrationOf(
  operation: Reader,
  definition: Reader,
  resources: StackResources,
): Target | undefined {
  const extension = operation.map('x-amazon-apigateway-integration');
  const integration = extension && (referredTo(extension, definition) ?? extension);
  if (integration === undefined) return undefined;
  if (serviceOf(integration, SERVICE_NAMES) !== undefined) return undefined;
  const type = integration.text('type')?.toLowerCase();
  const uri = integration.text('uri');
  if (type !== 'aws_proxy' || uri === undefined) {
    // Those are methods of their own: `definitionMocks`.
    if (type === 'mock') return undefined;
    resources.diagnostics.warn(
      operation.path,
      `the route is left out: only aws_proxy integrations with a function run here, not ${type ?? 'others'}`,
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
      ...invokedBy(integration, 'credentials', uri, resources),
    },
    payloadFormatVersion: payloadFormatOf(integration, 'payloadFormatVersion'),
  };
}

/** `$ref: '#/components/x-amazon-apigateway-integrations/name'` */
function referredTo(extension: Reader, definition: Reader): Reader | undefined {
  const reference = extension.text('$ref');
  if (!reference?.startsWith('#/')) return undefined;
  return reference
    .slice(2)
    .split('/')
    .reduce<Reader | undefined>((reader, part) => reader?.map(part), definition);
}

function authorizationOf(
  operation: Reader,
  definition: Reader,
  resources: StackResources,
): HttpAuthorization {
  const security = operation.has('security')
    ? operation.maps('security')
    : definition.maps('security');
  const [requirement] = security ?? [];
  const [name] = requirement?.names ?? [];
  if (requirement === undefined || name === undefined) return { type: 'none' };
  const scheme =
    definition.map('components')?.map('securitySchemes')?.map(name) ??
    definition.map('securityDefinitions')?.map(name);
  if (scheme?.text('x-amazon-apigateway-authtype')?.toLowerCase() === 'awssigv4') {
    return { type: 'iam' };
  }
  const authorizer = scheme?.map('x-amazon-apigateway-authorizer');
  const made =
    authorizer &&
    fromExtension(name, authorizer, requirement.texts(name) ?? [], scheme?.text('name'), resources);
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

/** REST APIs name sources `method.request.header.Auth`. */
function sourceOf(source: string): string {
  return source.replace(/^method\./, '$');
}

/** `x-amazon-apigateway-cors` of the definition. */
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
