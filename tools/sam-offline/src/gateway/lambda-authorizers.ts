import { decideInvoke, parsePolicy, type Policy } from '../iam/index.ts';
import { type LambdaInvoker, TooManyRequestsError } from '../lambda/index.ts';
import type { LambdaAuthorizer } from '../template/index.ts';
import type { InvokePermissions } from './invoke-permissions.ts';
import { invokeWithin, timedOut } from './invoke-within.ts';
import { isRecord } from '../is-record.ts';

/** The rules that differ between the kinds of APIs. */
interface AuthorizerRules {
  /** How long an authorizer's function may run, in ms. */
  readonly timeoutMs: number;
  /** True if results are cached for the authorizer's `resultTtlMs`. */
  readonly keepsResults: boolean;
  /**
   * True for REST and WebSocket APIs: a response needs a `principalId`, its context has only
   * strings, numbers and booleans, and the error `Unauthorized` leads to a 401.
   */
  readonly isClassic: boolean;
}

/** The request that an authorizer decides about. */
interface AuthorizerQuestion {
  readonly authorizer: LambdaAuthorizer;
  /** The values of the identity sources; undefined for each one that the request does not have. */
  readonly identity: readonly (string | undefined)[];
  /** Makes the event. It is called only if the function is invoked. */
  readonly event: () => string;
  readonly routeArn: string;
  readonly sourceIp: string;
  readonly traceId?: string;
}

export type AuthorizerDecision =
  | {
      readonly outcome: 'allowed';
      readonly context: Readonly<Record<string, unknown>>;
      readonly principalId?: string;
      /** The caller's API key, if the API gets it from its authorizer. */
      readonly usageIdentifierKey?: string;
    }
  /** 401: an identity source is missing, or the function threw `Unauthorized`. */
  | { readonly outcome: 'unauthorized' }
  /** 403: the policy does not allow the route. */
  | {
      readonly outcome: 'denied';
      /** True if a statement denies the route; false if no statement allows it. */ readonly isExplicit: boolean;
    }
  /** 500: the function failed, or its response cannot be read. */
  | { readonly outcome: 'failed'; readonly reason: string };

/** The response of an authorizer's function. It is cached and decides about other routes too. */
interface Verdict {
  readonly policy: Policy | 'allow' | 'deny';
  readonly context: Readonly<Record<string, unknown>>;
  readonly principalId?: string;
  readonly usageIdentifierKey?: string;
}

type Failure = Extract<AuthorizerDecision, { outcome: 'unauthorized' | 'failed' }>;

/** API Gateway's message, from `$context.authorizer.error` of public access logs. */
const NOT_PERMITTED =
  "The IAM role configured on the authorizer or API Gateway doesn't have permissions to call the authorizer. Check the permissions and try again.";

/** The maximum number of cached results. When it is exceeded, the oldest is removed. */
const MAXIMUM_KEPT_RESULTS = 1_000;

/**
 * The Lambda authorizers of one API. Their results are cached by the values of the identity
 * sources.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export class LambdaAuthorizers {
  readonly #invoker: LambdaInvoker;
  readonly #permissions: InvokePermissions;
  readonly #rules: AuthorizerRules;
  readonly #kept = new Map<string, { readonly verdict: Verdict; readonly expiresAtMs: number }>();

  constructor(invoker: LambdaInvoker, permissions: InvokePermissions, rules: AuthorizerRules) {
    this.#invoker = invoker;
    this.#permissions = permissions;
    this.#rules = rules;
  }

  /** Decides about a request, by a cached result or by invoking the authorizer's function. */
  async ask(question: AuthorizerQuestion): Promise<AuthorizerDecision> {
    const { authorizer, identity, routeArn, sourceIp } = question;
    if (identity.includes(undefined)) return { outcome: 'unauthorized' };
    const isKept =
      this.#rules.keepsResults &&
      authorizer.resultTtlMs > 0 &&
      authorizer.identitySources.length > 0;
    const key = isKept ? JSON.stringify([authorizer.name, ...identity]) : '';
    const kept = isKept ? this.#find(key) : undefined;
    const verdict = kept ?? (await this.#invoke(question));
    if ('outcome' in verdict) return verdict;
    if (isKept && kept === undefined) this.#keep(key, verdict, authorizer.resultTtlMs);
    const decision = decide(verdict, routeArn, sourceIp);
    if (decision !== 'allowed') {
      return { outcome: 'denied', isExplicit: decision === 'explicitDeny' };
    }
    const { policy: _policy, ...allowed } = verdict;
    return { outcome: 'allowed', ...allowed };
  }

  async #invoke({ authorizer, event, traceId }: AuthorizerQuestion): Promise<Verdict | Failure> {
    const { timeoutMs, isClassic } = this.#rules;
    const { functionLogicalId, functionArn, authorizerId } = authorizer;
    if (
      functionArn !== undefined &&
      this.#permissions.refuseAuthorizer(functionArn, authorizerId) !== undefined
    ) {
      return failed(NOT_PERMITTED);
    }
    try {
      const options = {
        ...(traceId !== undefined && { traceId }),
        ...(functionArn !== undefined && { invokedArn: functionArn }),
      };
      const result = await invokeWithin(
        timeoutMs,
        this.#invoker,
        functionLogicalId,
        event(),
        options,
      );
      if (result === timedOut) return failed(`no result within ${timeoutMs} ms`);
      if (!result.ok) {
        return isClassic && result.errorMessage === 'Unauthorized'
          ? { outcome: 'unauthorized' }
          : failed(`${result.errorType}: ${result.errorMessage}`);
      }
      const verdict = readVerdict(result.payload, authorizer, isClassic);
      return typeof verdict === 'string' ? failed(`malformed response: ${verdict}`) : verdict;
    } catch (error) {
      if (error instanceof TooManyRequestsError) return failed(`throttled (${error.reason})`);
      throw error;
    }
  }

  #find(key: string): Verdict | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && kept.expiresAtMs > Date.now() ? kept.verdict : undefined;
  }

  #keep(key: string, verdict: Verdict, ttlMs: number): void {
    // A key that is deleted and set again moves to the end, so the first key is the oldest.
    this.#kept.delete(key);
    this.#kept.set(key, { verdict, expiresAtMs: Date.now() + ttlMs });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAXIMUM_KEPT_RESULTS && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function failed(reason: string): Failure {
  return { outcome: 'failed', reason };
}

function decide({ policy }: Verdict, routeArn: string, sourceIp: string) {
  if (policy === 'allow') return 'allowed';
  return policy === 'deny' ? 'implicitDeny' : decideInvoke(policy, routeArn, sourceIp);
}

/**
 * Reads an authorizer's response.
 * @returns a string that says what is wrong, if it cannot be read
 */
function readVerdict(
  payload: Buffer,
  authorizer: LambdaAuthorizer,
  isClassic: boolean,
): Verdict | string {
  let response: unknown;
  try {
    response = JSON.parse(payload.toString('utf8'));
  } catch {
    return 'it is not JSON';
  }
  if (!isRecord(response)) return 'it is not an object';
  const context = isRecord(response.context) ? response.context : {};
  if (authorizer.payloadFormatVersion === '2.0' && authorizer.enableSimpleResponses && !isClassic) {
    const { isAuthorized } = response;
    if (typeof isAuthorized !== 'boolean') return 'isAuthorized must be true or false';
    return { policy: isAuthorized ? 'allow' : 'deny', context };
  }
  const { principalId, usageIdentifierKey } = response;
  if (isClassic && typeof principalId !== 'string') return 'principalId must be a string';
  if (isClassic && !isFlat(response.context)) {
    return 'context must be an object of strings, numbers and booleans';
  }
  const policy = parsePolicy('policyDocument', response.policyDocument, { type: 'identity' });
  const [problem] = policy.problems;
  if (problem !== undefined) return `policyDocument: ${problem.message}`;
  return {
    ...{ policy, context },
    ...(typeof principalId === 'string' && { principalId }),
    ...(typeof usageIdentifierKey === 'string' && { usageIdentifierKey }),
  };
}

function isFlat(context: unknown): boolean {
  if (context === undefined || context === null) return true;
  return (
    isRecord(context) &&
    Object.values(context).every((value) => ['string', 'number', 'boolean'].includes(typeof value))
  );
}
