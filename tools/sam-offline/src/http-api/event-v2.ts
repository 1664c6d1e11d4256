import type { Authorization } from './authorization.ts';
import { eventBody } from './event-body.ts';
import type { ApiRequest } from './request-context.ts';
import { commonLogTime, domainName, iamIdentity } from './request-context.ts';
import type { GatewayRequest } from './request.ts';
import { createRecord } from './request.ts';

/**
 * Makes the event of payload format 2.0. Members that a request does not have (a body, cookies,
 * path parameters …) are left out, as on AWS.
 *
 * The documentation does not say that the path is decoded, that the `cookie` header is removed, or
 * how values are joined. Events captured on AWS show it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @see https://github.com/hotsock/voker/blob/main/vokerhttp/testdata/apigwv2-request.json
 */
export function createEventV2(apiRequest: ApiRequest, authorization: Authorization) {
  const { request, api } = apiRequest;
  return {
    version: '2.0',
    ...requestPart(apiRequest),
    requestContext: requestContextV2(apiRequest, authorizerV2(authorization)),
    pathParameters: apiRequest.pathParameters,
    stageVariables: stageVariables(api.stageVariables),
    ...eventBody(request.body, request.headers['content-type']),
  };
}

/**
 * Makes the event for a Lambda authorizer in payload format 2.0, which has the request without its
 * body.
 */
export function createAuthorizerEventV2(
  apiRequest: ApiRequest,
  identitySource: readonly string[] | null,
  routeArn: string,
) {
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn,
    identitySource,
    ...requestPart(apiRequest),
    requestContext: requestContextV2(apiRequest, undefined),
    pathParameters: apiRequest.pathParameters,
    stageVariables: stageVariables(apiRequest.api.stageVariables),
  };
}

function requestPart({ request, routeKey }: ApiRequest) {
  return {
    routeKey,
    // HTTP APIs decode the path, and remove the part after a decoded question mark.
    rawPath: untilQuestionMark(request.path),
    rawQueryString: request.rawQueryString,
    cookies: request.cookies.length === 0 ? undefined : request.cookies,
    headers: headersV2(request),
    queryStringParameters: queryV2(request),
  };
}

function requestContextV2(apiRequest: ApiRequest, authorizer: object | undefined) {
  const { request, api, routeKey } = apiRequest;
  return {
    accountId: api.accountId,
    apiId: api.apiId,
    authorizer,
    domainName: domainName(request, api),
    domainPrefix: api.apiId,
    http: {
      method: request.method,
      path: untilQuestionMark(request.path),
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: request.userAgent,
    },
    requestId: apiRequest.requestId,
    routeKey,
    stage: api.stage,
    time: commonLogTime(request.receivedAtMs),
    timeEpoch: request.receivedAtMs,
  };
}

function authorizerV2(authorization: Authorization): object | undefined {
  switch (authorization.type) {
    case 'none':
      return undefined;
    case 'iam':
      return { iam: iamIdentity(authorization.principal) };
    case 'jwt':
      return { jwt: { claims: authorization.claims, scopes: authorization.scopes } };
    case 'lambda':
      return { lambda: authorization.context };
  }
}

/**
 * Makes the headers with lower-case names. Values of a repeated name are joined by commas. Cookies
 * are in `cookies` instead.
 */
function headersV2(request: GatewayRequest): Record<string, string> {
  const headers = createRecord();
  for (const name in request.headers) {
    const value = request.headers[name];
    if (name !== 'cookie' && value !== undefined) headers[name] = value;
  }
  headers['content-length'] = String(request.body.length);
  return addForwardedHeaders(headers, request);
}

/** Adds the headers that the gateway sets. It changes `headers` and returns it. */
export function addForwardedHeaders(
  headers: Record<string, string>,
  request: GatewayRequest,
): Record<string, string> {
  headers['x-amzn-trace-id'] = request.traceId;
  headers['x-forwarded-for'] = forwardedFor(request);
  headers['x-forwarded-port'] = String(request.localPort);
  headers['x-forwarded-proto'] = 'http';
  return headers;
}

/** Gives the value of `X-Forwarded-For`. The client's address is the last one. */
export function forwardedFor(request: GatewayRequest): string {
  const before = request.headers['x-forwarded-for'];
  return before === undefined ? request.sourceIp : `${before}, ${request.sourceIp}`;
}

/**
 * Makes the query parameters. Values of a repeated name are joined by commas. Undefined if there is
 * no query string.
 */
export function queryV2(request: GatewayRequest): Record<string, string> | undefined {
  if (request.query.length === 0) return undefined;
  const parameters = createRecord();
  for (const [name, value] of request.query) {
    const before = parameters[name];
    parameters[name] = before === undefined ? value : `${before},${value}`;
  }
  return parameters;
}

/** Gives the stage variables; undefined if the stage has none. */
export function stageVariables(
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  for (const _ in variables) return variables;
  return undefined;
}

function untilQuestionMark(path: string): string {
  const mark = path.indexOf('?');
  return mark === -1 ? path : path.slice(0, mark);
}
