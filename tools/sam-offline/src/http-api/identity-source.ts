import type { ApiRequest } from './request-context.ts';
import { domainName } from './request-context.ts';
import { queryV2 } from './event-v2.ts';

/**
 * Reads an identity source: `$request.header.Authorization`, `$request.querystring.token`,
 * `$context.routeKey`, `$stageVariables.name`. Undefined where the request has no such thing, or an
 * empty one.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources
 */
export function readIdentitySource(expression: string, apiRequest: ApiRequest): string | undefined {
  const value = read(expression, apiRequest);
  return value === undefined || value === '' ? undefined : value;
}

const EXPRESSION =
  /^(?:\$|route\.|method\.)?(request\.header|request\.querystring|context|stageVariables)\.(.+)$/;

function read(expression: string, apiRequest: ApiRequest): string | undefined {
  const parts = EXPRESSION.exec(expression);
  const name = parts?.[2];
  if (name === undefined) return undefined;
  switch (parts?.[1]) {
    case 'request.header':
      return apiRequest.request.headers[name.toLowerCase()];
    case 'request.querystring':
      return queryV2(apiRequest.request)?.[name];
    case 'stageVariables':
      return apiRequest.api.stageVariables[name];
    default:
      return readContext(name, apiRequest);
  }
}

function readContext(name: string, { api, request, routeKey, requestId }: ApiRequest) {
  switch (name) {
    case 'accountId':
      return api.accountId;
    case 'apiId':
    case 'domainPrefix':
      return api.apiId;
    case 'domainName':
      return domainName(request, api);
    case 'httpMethod':
      return request.method;
    case 'identity.sourceIp':
      return request.sourceIp;
    case 'identity.userAgent':
      return request.userAgent;
    case 'path':
      return request.path;
    case 'protocol':
      return request.protocol;
    case 'requestId':
      return requestId;
    case 'routeKey':
      return routeKey;
    case 'stage':
      return api.stage;
    default:
      return undefined;
  }
}
