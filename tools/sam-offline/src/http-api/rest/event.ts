import { createHash } from 'node:crypto';
import type { ApiKey } from '../../template/index.ts';
import type { Authorization } from '../authorization.ts';
import { gatewayHeaders, multiValueParts } from '../multi-values.ts';
import { type ApiRequest, commonLogTime, domainName, iamIdentity } from '../request-context.ts';
import { restBody } from './body.ts';

/**
 * Makes the event for a Lambda proxy integration of a REST API. It has no `version`, a `path`
 * without the stage, the path and path parameters as they were sent, and nulls for missing values.
 * The documentation does not describe all of this; events recorded on AWS show it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 * @see https://github.com/localstack/localstack/blob/main/tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json
 */
export function restEvent(
  restRequest: RestRequest,
  authorization: Authorization,
  binaryMediaTypes: readonly string[],
) {
  const { request } = restRequest;
  return {
    ...requestPart(restRequest),
    requestContext: requestContext(restRequest, authorizerOf(authorization), authorization),
    ...restBody(request, binaryMediaTypes),
  };
}

/** A request that a REST API serves. */
export interface RestRequest extends ApiRequest {
  /** The value of `$context.extendedRequestId` and of the response's `x-amz-apigw-id`. */
  readonly extendedRequestId: string;
  /** The path within the stage, as it was sent. */
  readonly rawStagePath: string;
  /** The API key of the request; absent if the method requires none. */
  readonly apiKey?: ApiKey;
}

/** Makes `$context` for mapping templates, with the members of `requestContext` in events. */
export function restContext(restRequest: RestRequest, authorization: Authorization): object {
  return requestContext(restRequest, authorizerOf(authorization), authorization);
}

/** Makes the event for a `REQUEST` authorizer. */
export function restAuthorizerEvent(restRequest: RestRequest, methodArn: string) {
  return {
    type: 'REQUEST',
    methodArn,
    ...requestPart(restRequest),
    requestContext: requestContext(restRequest, undefined, { type: 'none' }),
  };
}

function requestPart(restRequest: RestRequest) {
  const { request, resourcePath, rawStagePath } = restRequest;
  return {
    resource: resourcePath,
    path: rawStagePath,
    httpMethod: request.method,
    ...multiValueParts(restRequest, gatewayHeaders(request)),
  };
}

function requestContext(
  restRequest: RestRequest,
  authorizer: object | undefined,
  authorization: Authorization,
) {
  const { request, api, resourcePath, rawStagePath, apiKey } = restRequest;
  const iam = authorization.type === 'iam' ? iamIdentity(authorization.principal) : undefined;
  const domain = domainName(request, api);
  return {
    resourceId: idOf(`${api.apiId}${resourcePath}`, 6),
    ...(authorizer !== undefined && { authorizer }),
    resourcePath,
    httpMethod: request.method,
    extendedRequestId: restRequest.extendedRequestId,
    requestTime: commonLogTime(request.receivedAtMs),
    path: `/${api.stage}${rawStagePath}`,
    accountId: api.accountId,
    protocol: request.protocol,
    stage: api.stage,
    domainPrefix: domain.split('.', 1)[0],
    requestTimeEpoch: request.receivedAtMs,
    requestId: restRequest.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: iam?.accountId ?? null,
      cognitoIdentityId: null,
      caller: iam?.callerId ?? null,
      sourceIp: request.sourceIp,
      principalOrgId: null,
      ...(apiKey !== undefined && { apiKey: apiKey.value, apiKeyId: apiKey.keyId }),
      accessKey: iam?.accessKey ?? null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: iam?.userArn ?? null,
      userAgent: request.userAgent === '' ? null : request.userAgent,
      user: iam?.userId ?? null,
    },
    domainName: domain,
    deploymentId: idOf(`${api.apiId}/deployment`, 6),
    apiId: api.apiId,
  };
}

/** Makes an id in API Gateway's form for resources and deployments. It is the same in each run. */
function idOf(seed: string, length: number): string {
  const hex = createHash('sha256').update(seed).digest('hex').slice(0, 16);
  return BigInt(`0x${hex}`).toString(36).padStart(length, '0').slice(-length);
}

/** Makes the member `authorizer`. All values of a Lambda authorizer's context become strings. */
function authorizerOf(authorization: Authorization): object | undefined {
  switch (authorization.type) {
    case 'lambda': {
      const { context, principalId, latencyMs = 0 } = authorization;
      return {
        ...Object.fromEntries(
          Object.entries(context).map(([name, value]) => [name, String(value)]),
        ),
        principalId,
        integrationLatency: Math.round(latencyMs),
      };
    }
    case 'jwt':
      return { claims: authorization.claims };
    case 'iam':
    case 'none':
      return undefined;
  }
}
