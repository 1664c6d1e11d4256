import { allowsInvoke, parsePolicy, type Policy } from '../iam/index.ts';
import { invokeWithin, timedOut, TooManyRequestsError } from '../lambda/index.ts';
import type { LambdaAuthorizer } from '../template/index.ts';
import type { Answer } from './answer.ts';
import { errorAnswer, forbidden, internalServerError } from './answer.ts';
import type { Authorization } from './authorization.ts';
import { createAuthorizerEventV1 } from './event-v1.ts';
import { createAuthorizerEventV2 } from './event-v2.ts';
import { isRecord } from './json.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { readIdentitySource } from './identity-source.ts';
import { AUTHORIZER_TIMEOUT_MS } from './limits.ts';
import { createRouteArn } from './route-arn.ts';
import type { ApiRequest } from './request-context.ts';

/** What an authorizer's function said, to be kept and asked again with another route. */
interface Verdict {
  readonly policy: Policy | 'allow' | 'deny';
  readonly context: Readonly<Record<string, unknown>>;
  readonly principalId?: string;
}

/** Results kept at most; the oldest goes first. */
const MAXIMUM_CACHED_RESULTS = 1_000;

const unauthorized = errorAnswer(401, 'Unauthorized');

/**
 * The Lambda authorizers of one API, with the results they keep for `resultTtlMs` by identity
 * source.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function createLambdaAuthorizers({ invoker, events, region }: GatewayOptions) {
  const cache = new Map<string, { readonly verdict: Verdict; readonly expiresAtMs: number }>();

  return async (
    apiRequest: ApiRequest,
    authorizer: LambdaAuthorizer,
  ): Promise<Authorization | Answer> => {
    const identity: string[] = [];
    for (const source of authorizer.identitySources) {
      const value = readIdentitySource(source, apiRequest);
      if (value === undefined) return unauthorized;
      identity.push(value);
    }
    const routeArn = createRouteArn(apiRequest, region);
    const isCached = authorizer.resultTtlMs > 0 && identity.length > 0;
    const key = JSON.stringify([authorizer.name, ...identity]);
    const kept = isCached ? cache.get(key) : undefined;
    let verdict = kept !== undefined && kept.expiresAtMs > Date.now() ? kept.verdict : undefined;
    if (verdict === undefined) {
      verdict = await ask(apiRequest, authorizer, identity, routeArn);
      if (verdict === undefined) return internalServerError;
      if (isCached) keep(key, verdict, authorizer.resultTtlMs);
    }
    if (!allows(verdict, routeArn, apiRequest.request.sourceIp)) return forbidden;
    const { context, principalId } = verdict;
    return { type: 'lambda', context, ...(principalId === undefined ? {} : { principalId }) };
  };

  async function ask(
    apiRequest: ApiRequest,
    authorizer: LambdaAuthorizer,
    identity: readonly string[],
    routeArn: string,
  ): Promise<Verdict | undefined> {
    const createEvent =
      authorizer.payloadFormatVersion === '1.0' ? createAuthorizerEventV1 : createAuthorizerEventV2;
    const payload = JSON.stringify(
      createEvent(apiRequest, identity.length === 0 ? null : identity, routeArn),
    );
    const { functionLogicalId, name } = authorizer;
    const fail = (reason: string): undefined => {
      events.warn('warn', `Authorizer ${name} (${functionLogicalId}): ${reason}, so 500.`);
      return undefined;
    };
    try {
      const { traceId } = apiRequest.request;
      const result = await invokeWithin(
        AUTHORIZER_TIMEOUT_MS,
        invoker,
        functionLogicalId,
        payload,
        { traceId },
      );
      if (result === timedOut) {
        fail(`no answer within ${AUTHORIZER_TIMEOUT_MS} ms`);
        return;
      }
      if (!result.ok) {
        fail(`${result.errorType}: ${result.errorMessage}`);
        return;
      }
      const verdict = readVerdict(result.payload, authorizer);
      if (typeof verdict === 'string') {
        fail(`malformed response: ${verdict}`);
        return;
      }
      return verdict;
    } catch (error) {
      if (error instanceof TooManyRequestsError) {
        fail(`throttled (${error.reason})`);
        return;
      }
      throw error;
    }
  }

  function keep(key: string, verdict: Verdict, ttlMs: number): void {
    // Set anew, a key goes to the end: the first one is the oldest.
    cache.delete(key);
    cache.set(key, { verdict, expiresAtMs: Date.now() + ttlMs });
    if (cache.size > MAXIMUM_CACHED_RESULTS) {
      for (const oldest of cache.keys()) {
        cache.delete(oldest);
        return;
      }
    }
  }
}

function allows({ policy }: Verdict, routeArn: string, sourceIp: string): boolean {
  return typeof policy === 'string' ? policy === 'allow' : allowsInvoke(policy, routeArn, sourceIp);
}

/** Reads an authorizer's response; a text says what is wrong with it. */
function readVerdict(payload: Buffer, authorizer: LambdaAuthorizer): Verdict | string {
  let response: unknown;
  try {
    response = JSON.parse(payload.toString('utf8'));
  } catch {
    return 'it is not JSON';
  }
  if (!isRecord(response)) return 'it is not an object';
  const context = isRecord(response.context) ? response.context : {};
  if (authorizer.payloadFormatVersion === '2.0' && authorizer.enableSimpleResponses) {
    const { isAuthorized } = response;
    if (typeof isAuthorized !== 'boolean') return 'isAuthorized must be true or false';
    return { policy: isAuthorized ? 'allow' : 'deny', context };
  }
  const policy = parsePolicy('policyDocument', response.policyDocument, { type: 'identity' });
  const [problem] = policy.problems;
  if (problem !== undefined) return `policyDocument: ${problem.message}`;
  const { principalId } = response;
  return { policy, context, ...(typeof principalId === 'string' ? { principalId } : {}) };
}
