import { type Authorization } from '../authorization.ts';
import { TokenBucket } from '../../gateway/index.ts';
import type {
  ApiKey,
  HttpRoute,
  RestSettings,
  Throttle,
  UsagePlan,
  UsageQuota,
} from '../../template/index.ts';
import type { RestRequest } from './event.ts';
import { REST_ERRORS, type RestError } from './gateway-response.ts';

/**
 * Checks the API key of a request. It gives the key, or the error that refuses the request. Both
 * are absent if the method requires no key.
 */
type ApiKeyCheck = (
  restRequest: RestRequest,
  route: Pick<HttpRoute, 'method' | 'path' | 'requiresApiKey'>,
  authorization: Authorization,
) => { readonly apiKey?: ApiKey } | RestError;

/**
 * Counts the use of usage plans. The throttle and quota of a key apply to all stages of the plan
 * together, so all APIs of a stack share one instance.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class PlanUsage {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #used = new Map<string, { period: number; requests: number }>();

  /**
   * Takes a token of a throttle.
   * @param of the key that identifies the throttle
   * @returns false if there is no token
   */
  hasToken(of: string, throttle: Throttle | undefined): boolean {
    if (throttle === undefined) return true;
    const bucket = this.#buckets.get(of) ?? new TokenBucket(throttle);
    this.#buckets.set(of, bucket);
    return bucket.take();
  }

  /**
   * Counts a request.
   * @returns false if the quota of the current period is used up
   */
  isWithin(of: string, quota: UsageQuota | undefined, nowMs = Date.now()): boolean {
    if (quota === undefined) return true;
    const period = periodOf(quota, nowMs);
    const before = this.#used.get(of);
    const used = before?.period === period ? before : { period, requests: 0 };
    this.#used.set(of, used);
    if (used.requests >= quota.limit) return false;
    used.requests += 1;
    return true;
  }
}

const DAY_MS = 86_400_000;
/** 1 January 1970 was a Thursday, four days after a Sunday. */
const DAYS_FROM_SUNDAY = 4;

/**
 * Gives the number of a quota's period, in UTC.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-usageplan-quotasettings.html
 */
function periodOf({ period, offsetDays }: UsageQuota, nowMs: number): number {
  const days = Math.floor(nowMs / DAY_MS) - offsetDays;
  if (period === 'DAY') return days;
  if (period === 'WEEK') return Math.floor((days + DAYS_FROM_SUNDAY) / 7);
  const date = new Date(days * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/**
 * Makes the check of API keys for one stage. Keys are checked after the authorizer, as execution
 * logs of AWS show.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
 */
export function createApiKeyCheck(
  { usagePlans, apiKeySource }: RestSettings,
  usage: PlanUsage,
): ApiKeyCheck {
  const byValue = new Map<string, { readonly plan: UsagePlan; readonly apiKey: ApiKey }>(
    usagePlans.flatMap((plan) => plan.keys.map((apiKey) => [apiKey.value, { plan, apiKey }])),
  );
  return ({ request, api }, { method, path, requiresApiKey }, authorization) => {
    if (requiresApiKey !== true) return {};
    const sent =
      apiKeySource === 'HEADER' ? request.headers['x-api-key'] : identifierOf(authorization);
    const found = sent === undefined ? undefined : byValue.get(sent);
    if (found === undefined) return REST_ERRORS.invalidApiKey;
    const { plan, apiKey } = found;
    const of = `${plan.planId}/${apiKey.keyId}`;
    const own = plan.methodThrottles[`${path}/${method}`];
    const ofMethod = `${of}/${api.apiId}/${api.stage}${path}/${method}`;
    if (!usage.hasToken(own === undefined ? of : ofMethod, own ?? plan.throttle)) {
      return REST_ERRORS.tooManyRequests;
    }
    return usage.isWithin(of, plan.quota) ? { apiKey } : REST_ERRORS.quotaExceeded;
  };
}

function identifierOf(authorization: Authorization): string | undefined {
  return authorization.type === 'lambda' ? authorization.usageIdentifierKey : undefined;
}
