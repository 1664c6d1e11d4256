import { type InvokePermissions, LambdaAuthorizers, readIdentitySource } from '../gateway/index.ts';
import type { LambdaAuthorizer } from '../template/index.ts';
import type { HttpResponse } from './response.ts';
import { errorResponse, forbidden, internalServerError } from './response.ts';
import type { Authorization } from './authorization.ts';
import { createAuthorizerEventV1 } from './event-v1.ts';
import { createAuthorizerEventV2 } from './event-v2.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { identityReaders } from './identity-source.ts';
import { AUTHORIZER_TIMEOUT_MS } from './limits.ts';
import type { ApiRequest } from './request-context.ts';
import { createRouteArn } from './route-arn.ts';

const RULES = { timeoutMs: AUTHORIZER_TIMEOUT_MS, keepsResults: true, isClassic: false };

const unauthorized = errorResponse(401, 'Unauthorized', 'UNAUTHORIZED');

function authorizerFailed(reason: string): HttpResponse {
  const responseType = 'AUTHORIZER_FAILURE';
  const { message } = internalServerError.error;
  return { ...internalServerError, error: { message, responseType, authorizerError: reason } };
}

/** Makes the Lambda authorizers of one HTTP API. */
export function createLambdaAuthorizers(
  { invoker, events, region }: GatewayOptions,
  permissions: InvokePermissions,
) {
  const authorizers = new LambdaAuthorizers(invoker, permissions, RULES);

  return async (
    apiRequest: ApiRequest,
    authorizer: LambdaAuthorizer,
  ): Promise<Authorization | HttpResponse> => {
    const { identitySources, functionLogicalId, name } = authorizer;
    const { request } = apiRequest;
    const readers = identityReaders(apiRequest);
    const identity = identitySources.map((source) => readIdentitySource(source, readers));
    const routeArn = createRouteArn(apiRequest, region);
    const createEvent =
      authorizer.payloadFormatVersion === '1.0' ? createAuthorizerEventV1 : createAuthorizerEventV2;
    const decision = await authorizers.ask({
      ...{ authorizer, identity, routeArn, sourceIp: request.sourceIp, traceId: request.traceId },
      event: () => {
        const known = identity.filter((value) => value !== undefined);
        return JSON.stringify(createEvent(apiRequest, known.length === 0 ? null : known, routeArn));
      },
    });
    switch (decision.outcome) {
      case 'unauthorized':
        return unauthorized;
      case 'denied':
        return forbidden;
      case 'failed':
        events.warn(
          'warn',
          `Authorizer ${name} (${functionLogicalId}): ${decision.reason}, so 500.`,
        );
        return authorizerFailed(decision.reason);
      case 'allowed': {
        const { context, principalId } = decision;
        return { type: 'lambda', context, ...(principalId === undefined ? {} : { principalId }) };
      }
    }
  };
}
