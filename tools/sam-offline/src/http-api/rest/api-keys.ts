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

/** Lets a request in whose method requires no key, or gives the key that lets it in, or says why it is refused. */
type ApiKeyCheck = (
  restRequest: RestRequest,
  route: Pick<HttpRoute, 'method' | 'path' | 'requiresApiKey'>,
  authorization: Authorization,
) => { readonly apiKey?: ApiKey } | RestError;

/**
 * What clients have used of their usage plans. A key's throttle and quota are those of the plan, for all its stages
 * together, so all APIs of a stack share one of these.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class PlanUsage {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #used = new Map<string, { period: number; requests: number }>();

  /** Whether there is a token of a throttle. @param of what it is of */
  hasToken(of: string, throttle: Throttle | undefined): boolean {
    if (throttle === undefined) return true;
    const bucket = this.#buckets.get(of) ?? new TokenBucket(throttle);
    this.#buckets.set(of, bucket);
    return bucket.take();
  }

  /** Counts a request; false where the quota of the present period is used up. */
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
/** The first day of the epoch was a Thursday. */
const DAYS_FROM_SUNDAY = 4;

/**
 * The number of a quota's period, in UTC.
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
 * The API keys of one stage. They are looked at after the authorizer, as execution logs of AWS have it.
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
