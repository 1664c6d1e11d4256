import { decideInvoke, parsePolicy, type Policy } from '../iam/index.ts';
import { type LambdaInvoker, TooManyRequestsError } from '../lambda/index.ts';
import type { LambdaAuthorizer } from '../template/index.ts';
import type { InvokePermissions } from './invoke-permissions.ts';
import { invokeWithin, timedOut } from './invoke-within.ts';

/** What differs between the kinds of APIs. */
interface AuthorizerRules {
  /** How long an authorizer's function may run, in ms. */
  readonly timeoutMs: number;
  /** Results are kept for the authorizer's `resultTtlMs`. */
  readonly keepsResults: boolean;
  /**
   * As REST and WebSocket APIs have it: a response needs a `principalId`, its context has only texts,
   * numbers and booleans, and the error `Unauthorized` is a 401.
   */
  readonly isClassic: boolean;
}

/** What an authorizer is asked about. */
interface AuthorizerQuestion {
  readonly authorizer: LambdaAuthorizer;
  /** The values of the identity sources; undefined for what the request does not have. */
  readonly identity: readonly (string | undefined)[];
  /** Made where the function is asked. */
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
    }
  /** An identity source is missing, or the function said so: 401. */
  | { readonly outcome: 'unauthorized' }
  /** The policy does not allow the route: 403. */
  | {
      readonly outcome: 'denied';
      /** A statement denies it, rather than none allows it. */ readonly isExplicit: boolean;
    }
  /** The function failed, or its response cannot be read: 500. */
  | { readonly outcome: 'failed'; readonly reason: string };

/** What an authorizer's function said, to be kept and asked again with another route. */
interface Verdict {
  readonly policy: Policy | 'allow' | 'deny';
  readonly context: Readonly<Record<string, unknown>>;
  readonly principalId?: string;
}

type Failure = Extract<AuthorizerDecision, { outcome: 'unauthorized' | 'failed' }>;

/** In API Gateway's words, as `$context.authorizer.error` of public access logs has them. */
const NOT_PERMITTED =
  "The IAM role configured on the authorizer or API Gateway doesn't have permissions to call the authorizer. Check the permissions and try again.";

/** Results kept at most; the oldest goes first. */
const MAXIMUM_KEPT_RESULTS = 1_000;

/**
 * The Lambda authorizers of one API, with the results that they keep by identity sources.
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
    const { context, principalId } = verdict;
    return { outcome: 'allowed', context, ...(principalId !== undefined && { principalId }) };
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
    // Set anew, a key goes to the end: the first one is the oldest.
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

/** Reads an authorizer's response; a text says what is wrong with it. */
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
  const { principalId } = response;
  if (isClassic && typeof principalId !== 'string') return 'principalId must be a text';
  if (isClassic && !isFlat(response.context)) {
    return 'context must be an object of texts, numbers and booleans';
  }
  const policy = parsePolicy('policyDocument', response.policyDocument, { type: 'identity' });
  const [problem] = policy.problems;
  if (problem !== undefined) return `policyDocument: ${problem.message}`;
  return { policy, context, ...(typeof principalId === 'string' && { principalId }) };
}

function isFlat(context: unknown): boolean {
  if (context === undefined || context === null) return true;
  return (
    isRecord(context) &&
    Object.values(context).every((value) => ['string', 'number', 'boolean'].includes(typeof value))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
