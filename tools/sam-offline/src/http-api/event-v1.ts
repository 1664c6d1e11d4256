import type { Authorization } from './authorization.ts';
import { eventBody } from './event-body.ts';
import { gatewayHeaders, multiValueParts } from './multi-values.ts';
import type { ApiRequest } from './request-context.ts';
import { commonLogTime, domainName, iamIdentity } from './request-context.ts';
import type { GatewayRequest } from './request.ts';
import { createRecord } from './request.ts';

/**
 * Makes the event of payload format 1.0, which is similar to that of REST APIs: it has
 * `multiValueHeaders`, the last value of a repeated name, a percent-encoded path, and nulls for
 * missing values.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function createEventV1(apiRequest: ApiRequest, authorization: Authorization) {
  const { request } = apiRequest;
  const { body, isBase64Encoded } = eventBody(request.body, request.headers['content-type']);
  return {
    version: '1.0',
    resource: apiRequest.resourcePath,
    path: request.rawPath,
    httpMethod: request.method,
    ...requestPart(apiRequest),
    requestContext: requestContextV1(apiRequest, authorization),
    body: body ?? null,
    isBase64Encoded,
  };
}

/** Makes the event for a Lambda authorizer in payload format 1.0. */
export function createAuthorizerEventV1(
  apiRequest: ApiRequest,
  identitySource: readonly string[] | null,
  methodArn: string,
) {
  const { request } = apiRequest;
  const joined = identitySource === null ? null : identitySource.join(',');
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn,
    identitySource: joined,
    authorizationToken: joined,
    resource: apiRequest.resourcePath,
    path: request.rawPath,
    httpMethod: request.method,
    ...requestPart(apiRequest),
    requestContext: requestContextV1(apiRequest, { type: 'none' }),
  };
}

function requestPart(apiRequest: ApiRequest) {
  return multiValueParts(apiRequest, headersV1(apiRequest.request));
}

function requestContextV1(apiRequest: ApiRequest, authorization: Authorization) {
  const { request, api } = apiRequest;
  const iam = authorization.type === 'iam' ? iamIdentity(authorization.principal) : undefined;
  return {
    accountId: api.accountId,
    apiId: api.apiId,
    authorizer: authorizerV1(authorization),
    domainName: domainName(request, api),
    domainPrefix: api.apiId,
    extendedRequestId: apiRequest.requestId,
    httpMethod: request.method,
    identity: {
      accessKey: iam?.accessKey ?? null,
      accountId: iam?.accountId ?? null,
      caller: iam?.callerId ?? null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.sourceIp,
      user: iam?.userId ?? null,
      userAgent: request.userAgent,
      userArn: iam?.userArn ?? null,
    },
    path: request.rawPath,
    protocol: request.protocol,
    requestId: apiRequest.requestId,
    requestTime: commonLogTime(request.receivedAtMs),
    requestTimeEpoch: request.receivedAtMs,
    resourceId: null,
    resourcePath: apiRequest.resourcePath,
    stage: api.stage,
  };
}

function authorizerV1(authorization: Authorization): object {
  switch (authorization.type) {
    case 'jwt':
      return { claims: authorization.claims, scopes: authorization.scopes };
    case 'lambda':
      return { ...authorization.context, principalId: authorization.principalId };
    case 'iam':
    case 'none':
      return { claims: null, scopes: null };
  }
}

/**
 * Makes the headers. In format 1.0 the first one is the length of the body, whatever the client
 * sent.
 */
function headersV1(request: GatewayRequest): Record<string, string[]> {
  const headers = createRecord<string[]>();
  headers['Content-Length'] = [String(request.body.length)];
  return Object.assign(headers, gatewayHeaders(request));
}
