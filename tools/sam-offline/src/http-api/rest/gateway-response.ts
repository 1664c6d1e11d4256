import type { GatewayResponseSettings } from '../../template/index.ts';
import type { GatewayError, HeaderPair, HttpResponse } from '../response.ts';
import type { RestRequest } from './event.ts';

/** An error of a REST API, before the API's own gateway responses are applied to it. */
export interface RestError {
  readonly statusCode: number;
  /** The message; null if API Gateway gives no reason: `{"message":null}`. */
  readonly message: string | null;
  readonly responseType: string;
  /** The value of `x-amzn-ErrorType`. */
  readonly errorType: string;
  /** The name of the member with the message. AWS capitalizes it in responses about permissions. */
  readonly member?: 'message' | 'Message';
  readonly authorizerError?: string;
}

function restError(
  statusCode: number,
  message: string | null,
  responseType: string,
  errorType: string,
  more: Pick<RestError, 'member' | 'authorizerError'> = {},
): RestError {
  return { statusCode, message, responseType, errorType, ...more };
}

/**
 * The errors of API Gateway itself.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const REST_ERRORS = {
  /** The path or method does not exist, or a request to a route with IAM has no signature. */
  missingToken: restError(
    403,
    'Missing Authentication Token',
    'MISSING_AUTHENTICATION_TOKEN',
    'MissingAuthenticationTokenException',
  ),
  unauthorized: restError(401, 'Unauthorized', 'UNAUTHORIZED', 'UnauthorizedException'),
  expiredToken: restError(
    401,
    'The incoming token has expired',
    'EXPIRED_TOKEN',
    'UnauthorizedException',
  ),
  explicitDeny: restError(
    403,
    'User is not authorized to access this resource with an explicit deny in an identity-based policy',
    'ACCESS_DENIED',
    'AccessDeniedException',
    { member: 'Message' },
  ),
  implicitDeny: restError(
    403,
    'User is not authorized to access this resource',
    'ACCESS_DENIED',
    'AccessDeniedException',
    { member: 'Message' },
  ),
  tooManyRequests: restError(429, 'Too Many Requests', 'THROTTLED', 'TooManyRequestsException'),
  tooLarge: restError(
    413,
    'Request Too Long',
    'REQUEST_TOO_LARGE',
    'RequestEntityTooLargeException',
  ),
  /** API Gateway may not invoke the function, or the function is throttled. */
  configuration: restError(
    500,
    'Internal server error',
    'API_CONFIGURATION_ERROR',
    'InternalServerErrorException',
  ),
  /** The method requires an API key, and the request has none of a usage plan. */
  invalidApiKey: restError(403, 'Forbidden', 'INVALID_API_KEY', 'ForbiddenException'),
  quotaExceeded: restError(429, 'Limit Exceeded', 'QUOTA_EXCEEDED', 'LimitExceededException'),
  badRequest: restError(400, 'Bad Request', 'DEFAULT_4XX', 'BadRequestException'),
  disabled: restError(403, 'Forbidden', 'ACCESS_DENIED', 'ForbiddenException'),
  invalidBody: restError(400, 'Invalid request body', 'BAD_REQUEST_BODY', 'BadRequestException'),
  unsupportedMediaType: restError(
    415,
    'Unsupported Media Type',
    'UNSUPPORTED_MEDIA_TYPE',
    'BadRequestException',
  ),
  /** The endpoint of an HTTP integration cannot be reached. */
  unreachable: restError(
    504,
    'Network error communicating with endpoint',
    'INTEGRATION_FAILURE',
    'InternalServerErrorException',
  ),
  /** The function failed, or its response is malformed. */
  integrationFailed: restError(
    502,
    'Internal server error',
    'DEFAULT_5XX',
    'InternalServerErrorException',
  ),
  timedOut: restError(
    504,
    'Endpoint request timed out',
    'INTEGRATION_TIMEOUT',
    'InternalServerErrorException',
  ),
} as const;

/**
 * Makes the error for missing parameters.
 * @param names the names of the missing parameters
 */
export function missingParameters(names: readonly string[]): RestError {
  const message = `Missing required request parameters: [${names.join(', ')}]`;
  return restError(400, message, 'BAD_REQUEST_PARAMETERS', 'BadRequestException');
}

/** Makes the error for an authorizer whose function failed, or whose response cannot be read. */
export function authorizerFailed(reason: string): RestError {
  const type = 'AuthorizerConfigurationException';
  return restError(500, null, 'AUTHORIZER_CONFIGURATION_ERROR', type, { authorizerError: reason });
}

/** Makes the error for an invalid signature, or for a signer without permission. */
export function refusedSignature(code: string, message: string): RestError {
  const isDenied = code === 'AccessDeniedException';
  const responseType = isDenied ? 'ACCESS_DENIED' : 'INVALID_SIGNATURE';
  return restError(403, message, responseType, code, isDenied ? { member: 'Message' } : {});
}

/** The gateway responses of an API by their types (`UNAUTHORIZED`, `DEFAULT_4XX` …). */
export type GatewayResponses = Readonly<Record<string, GatewayResponseSettings>>;

/**
 * Makes the response to an error with the API's gateway response for its type, else with
 * `DEFAULT_4XX` or `DEFAULT_5XX`. API Gateway's own status, headers and template are used if the
 * gateway response does not set them.
 */
export function gatewayResponse(
  error: RestError,
  responses: GatewayResponses,
  restRequest: Pick<RestRequest, 'request' | 'requestId' | 'api'> & { readonly path?: string },
): HttpResponse & { readonly error: GatewayError } {
  const { responseType, message, authorizerError } = error;
  const fallback = error.statusCode < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
  const settings = responses[responseType] ?? responses[fallback];
  const statusCode = settings?.statusCode ?? error.statusCode;
  const variables = (name: string): string => variableOf(name, error, restRequest);
  const [contentType, template] = chooseTemplate(
    settings?.templates ?? {},
    restRequest.request.headers.accept,
  );
  const headers: HeaderPair[] = [
    ['Content-Type', contentType],
    ['x-amzn-ErrorType', error.errorType],
  ];
  for (const [name, expression] of Object.entries(settings?.headers ?? {})) {
    const value = parameterOf(expression, restRequest, variables);
    if (value !== undefined) headers.push([name, value]);
  }
  return {
    ...{ statusCode, headers },
    body:
      template === undefined
        ? JSON.stringify({ [error.member ?? 'message']: message })
        : template.replace(/\$(context|stageVariables)\.([\w.-]*\w)/g, (_match, kind, name) =>
            kind === 'context'
              ? variables(name as string)
              : (restRequest.api.stageVariables[name as string] ?? ''),
          ),
    error: {
      ...{ message: message ?? '', responseType },
      ...(authorizerError !== undefined && { authorizerError }),
    },
  };
}

const JSON_TYPE = 'application/json';

/**
 * Chooses the template for a content type of the client's `Accept`, else the one for JSON, else the
 * only one.
 */
function chooseTemplate(
  templates: Readonly<Record<string, string>>,
  accept: string | undefined,
): [contentType: string, template: string | undefined] {
  const accepted = (accept ?? '').split(',').map((type) => type.split(';', 1)[0]?.trim() ?? '');
  const [first = JSON_TYPE] = Object.keys(templates);
  const type =
    accepted.find((one) => Object.hasOwn(templates, one)) ??
    (Object.hasOwn(templates, JSON_TYPE) ? JSON_TYPE : first);
  return [type, templates[type]];
}

/**
 * Gives the value of a variable. Templates of gateway responses do not use Velocity; only their
 * variables are replaced.
 */
function variableOf(
  name: string,
  error: RestError,
  { request, requestId, api, path }: Parameters<typeof gatewayResponse>[2],
): string {
  switch (name) {
    case 'error.message':
      return error.message ?? '';
    case 'error.messageString':
      return JSON.stringify(error.message);
    case 'error.responseType':
      return error.responseType;
    case 'requestId':
    case 'extendedRequestId':
      return requestId;
    case 'httpMethod':
      return request.method;
    case 'path':
    case 'resourcePath':
      return path ?? request.path;
    case 'stage':
      return api.stage;
    case 'apiId':
      return api.apiId;
    case 'accountId':
      return api.accountId;
    case 'identity.sourceIp':
      return request.sourceIp;
    case 'identity.userAgent':
      return request.userAgent;
    default:
      return '';
  }
}

/**
 * Gives the value of a header: a string in single quotation marks, or the value of an expression
 * for the request.
 */
function parameterOf(
  expression: string,
  { request, api }: Parameters<typeof gatewayResponse>[2],
  variables: (name: string) => string,
): string | undefined {
  const literal = /^'(.*)'$/s.exec(expression);
  if (literal !== null) return literal[1];
  const [, kind, name = ''] =
    /^(method\.request\.header|method\.request\.querystring|context|stageVariables)\.(.+)$/.exec(
      expression,
    ) ?? [];
  switch (kind) {
    case 'method.request.header':
      return request.headers[name.toLowerCase()];
    case 'method.request.querystring':
      return request.query.find(([other]) => other === name)?.[1];
    case 'context':
      return variables(name);
    case 'stageVariables':
      return api.stageVariables[name];
    default:
      return undefined;
  }
}
