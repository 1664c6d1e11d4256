import { authorizeRequest } from '../../request-authorization/index.ts';
import {
  type InvokePermissions,
  LambdaAuthorizers,
  readIdentitySource,
} from '../../gateway/index.ts';
import type { HttpRoute, LambdaAuthorizer } from '../../template/index.ts';
import type { Authorization } from '../authorization.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import { identityReaders } from '../identity-source.ts';
import { createCognitoAuthorizers } from './cognito.ts';
import { createRouteArn } from '../route-arn.ts';
import { toSignedRequest } from '../request.ts';
import { type RestRequest, restAuthorizerEvent } from './event.ts';
import {
  authorizerFailed,
  refusedSignature,
  REST_ERRORS,
  type RestError,
} from './gateway-response.ts';

/** REST APIs have the same time-out for authorizers and integrations. */
const RULES = { timeoutMs: 29_000, keepsResults: true, isClassic: true };

/** Allows a request, or gives the error that refuses it. */
export type RestAuthorizer = (
  restRequest: RestRequest,
  route: Pick<HttpRoute, 'authorization'>,
) => Promise<Authorization | RestError>;

/** Makes the authorizers of one REST API, with their caches. */
export function createRestAuthorizer(
  options: GatewayOptions,
  permissions: InvokePermissions,
): RestAuthorizer {
  const lambda = new LambdaAuthorizers(options.invoker, permissions, RULES);
  const cognito = createCognitoAuthorizers(options.events);
  return async (restRequest, { authorization }) => {
    switch (authorization.type) {
      case 'none':
        return { type: 'none' };
      case 'iam':
        return authorizeIam(restRequest, options);
      case 'lambda':
        return askLambda(lambda, authorization.authorizer, restRequest, options);
      case 'cognito':
        return cognito(restRequest, authorization);
      case 'jwt':
        // Only HTTP APIs have JWT authorizers.
        return REST_ERRORS.configuration;
    }
  };
}

/**
 * Checks a signature. A request without one gets the same response as a request without a route:
 * `Missing Authentication Token`.
 */
function authorizeIam(
  restRequest: RestRequest,
  options: GatewayOptions,
): Authorization | RestError {
  const { region } = options;
  const { headers, query } = restRequest.request;
  const isSigned =
    headers.authorization !== undefined || query.some(([name]) => name === 'X-Amz-Signature');
  if (!isSigned) return REST_ERRORS.missingToken;
  const resource = createRouteArn(restRequest, region);
  const { principal, refusal } = authorizeRequest(
    options,
    toSignedRequest(restRequest.request),
    { service: 'execute-api', region },
    () => ({ permissions: [{ action: 'execute-api:Invoke', resource }] }),
  );
  return refusal === undefined
    ? { type: 'iam', principal }
    : refusedSignature(refusal.code, refusal.message);
}

async function askLambda(
  authorizers: LambdaAuthorizers,
  authorizer: LambdaAuthorizer,
  restRequest: RestRequest,
  { region, events }: GatewayOptions,
): Promise<Authorization | RestError> {
  const { request } = restRequest;
  const { identitySources, token, name, functionLogicalId } = authorizer;
  const readers = identityReaders(restRequest);
  const identity = identitySources.map((source) => readIdentitySource(source, readers));
  const [authorizationToken] = identity;
  if (token?.validation !== undefined && authorizationToken !== undefined) {
    if (!token.validation.test(authorizationToken)) return REST_ERRORS.unauthorized;
  }
  const methodArn = createRouteArn(restRequest, region);
  const startedAt = performance.now();
  const decision = await authorizers.ask({
    ...{ authorizer, identity, routeArn: methodArn },
    ...{ sourceIp: request.sourceIp, traceId: request.traceId },
    event: () =>
      JSON.stringify(
        token === undefined
          ? restAuthorizerEvent(restRequest, methodArn)
          : { type: 'TOKEN', methodArn, authorizationToken },
      ),
  });
  switch (decision.outcome) {
    case 'unauthorized':
      return REST_ERRORS.unauthorized;
    case 'denied':
      return decision.isExplicit ? REST_ERRORS.explicitDeny : REST_ERRORS.implicitDeny;
    case 'failed':
      events.warn('warn', `Authorizer ${name} (${functionLogicalId}): ${decision.reason}, so 500.`);
      return authorizerFailed(decision.reason);
    case 'allowed': {
      const { outcome: _outcome, ...allowed } = decision;
      return { type: 'lambda', ...allowed, latencyMs: performance.now() - startedAt };
    }
  }
}
