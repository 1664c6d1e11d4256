import type { IdentityReaders } from '../gateway/index.ts';
import { queryV2 } from './event-v2.ts';
import type { ApiRequest } from './request-context.ts';
import { domainName } from './request-context.ts';

/** Makes the functions that read identity sources from a request. */
export function identityReaders(apiRequest: ApiRequest): IdentityReaders {
  const { api, request } = apiRequest;
  return {
    header: (name) => request.headers[name],
    queryString: (name) => queryV2(request)?.[name],
    stageVariable: (name) =>
      Object.hasOwn(api.stageVariables, name) ? api.stageVariables[name] : undefined,
    context: (name) => readContext(name, apiRequest),
  };
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
