import type { HttpRoute } from '../template/index.ts';
import type { Answer } from './answer.ts';
import { forbidden } from './answer.ts';
import type { Authorization } from './authorization.ts';
import { noAuthorization } from './authorization.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { authenticate } from './iam-authorizer.ts';
import { createJwtAuthorizers } from './jwt-authorizer.ts';
import { createLambdaAuthorizers } from './lambda-authorizer.ts';
import { createRouteArn } from './route-arn.ts';
import type { ApiRequest } from './request-context.ts';

/** Lets a request pass, or answers it. */
export type Authorizer = (
  apiRequest: ApiRequest,
  route: HttpRoute,
) => Promise<Authorization | Answer> | Authorization | Answer;

/** The authorizers of one API, with their caches. */
export function createAuthorizer(options: GatewayOptions): Authorizer {
  const authorizeJwt = createJwtAuthorizers(options.events);
  const authorizeWithLambda = createLambdaAuthorizers(options);
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
    }
  };
}

function authorizeIam(apiRequest: ApiRequest, options: GatewayOptions): Authorization | Answer {
  const { credentials, region, events } = options;
  const caller = authenticate(apiRequest.request, credentials, 'execute-api', region);
  if ('refusal' in caller) {
    events.warn('warn', `${apiRequest.routeKey}: 403: ${caller.refusal}`);
    return forbidden;
  }
  const denial = options.permissions?.refuse(caller, {
    action: 'execute-api:Invoke',
    resource: createRouteArn(apiRequest, region),
  });
  if (denial !== undefined) return forbidden;
  return { type: 'iam', principal: caller };
}
