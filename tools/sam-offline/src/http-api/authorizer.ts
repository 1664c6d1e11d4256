import { authorizeRequest } from '../request-authorization/index.ts';
import type { InvokePermissions } from '../gateway/index.ts';
import type { HttpRoute } from '../template/index.ts';
import type { HttpResponse } from './response.ts';
import { forbidden, internalServerError } from './response.ts';
import type { Authorization } from './authorization.ts';
import { noAuthorization } from './authorization.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { toSignedRequest } from './request.ts';
import { createJwtAuthorizers } from './jwt-authorizer.ts';
import { createLambdaAuthorizers } from './lambda-authorizer.ts';
import { createRouteArn } from './route-arn.ts';
import type { ApiRequest } from './request-context.ts';

/** Allows a request, or makes the response that refuses it. */
export type Authorizer = (
  apiRequest: ApiRequest,
  route: Pick<HttpRoute, 'authorization'>,
) => Promise<Authorization | HttpResponse> | Authorization | HttpResponse;

/** Makes the authorizers of one API, with their caches. */
export function createAuthorizer(
  options: GatewayOptions,
  permissions: InvokePermissions,
): Authorizer {
  const authorizeJwt = createJwtAuthorizers(options.events);
  const authorizeWithLambda = createLambdaAuthorizers(options, permissions);
  return (apiRequest, route) => {
    const { authorization } = route;
    switch (authorization.type) {
      case 'none':
        return noAuthorization;
      case 'iam':
        return authorizeIam(apiRequest, options);
      case 'jwt':
        return authorizeJwt(apiRequest, authorization);
      case 'lambda':
        return authorizeWithLambda(apiRequest, authorization.authorizer);
      case 'cognito':
        // Only REST APIs have Cognito authorizers.
        return internalServerError;
    }
  };
}

function authorizeIam(
  apiRequest: ApiRequest,
  options: GatewayOptions,
): Authorization | HttpResponse {
  const { region, events } = options;
  const { principal, refusal } = authorizeRequest(
    options,
    toSignedRequest(apiRequest.request),
    { service: 'execute-api', region },
    () => ({
      permissions: [{ action: 'execute-api:Invoke', resource: createRouteArn(apiRequest, region) }],
    }),
  );
  if (refusal === undefined) return { type: 'iam', principal };
  if (refusal.principal === undefined) {
    events.warn('warn', `${apiRequest.routeKey}: 403: ${refusal.code}: ${refusal.message}`);
  }
  return forbidden;
}
