import type { ResourceEntry } from '../entries.ts';
import type { ApiKey, HttpRoute, MappedRoute, Throttle, UsagePlan, UsageQuota } from '../model.ts';
import { apiKeyValue } from '../names.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

const SOURCES = ['HEADER', 'AUTHORIZER'] as const;
const PERIODS = ['DAY', 'WEEK', 'MONTH'] as const;

/**
 * Reads the usage plans that contain a stage, with their keys. Keys that are not enabled are left
 * out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export function usagePlansOf(
  apiId: string,
  stageName: string,
  resources: StackResources,
): UsagePlan[] {
  return resources.ofType('AWS::ApiGateway::UsagePlan').flatMap((entry): UsagePlan[] => {
    const plan = resources.read(entry);
    const stage = (plan.maps('ApiStages') ?? []).find(
      (one) => one.text('ApiId') === apiId && one.text('Stage') === stageName,
    );
    if (stage === undefined) return [];
    const planId = resources.ref(entry);
    return [
      {
        planId,
        keys: keysOf(planId, resources),
        ...throttleOf(plan),
        methodThrottles: methodThrottlesOf(stage),
        ...quotaOf(plan),
      },
    ];
  });
}

function keysOf(planId: string, resources: StackResources): ApiKey[] {
  const ids = resources
    .ofType('AWS::ApiGateway::UsagePlanKey')
    .map((entry) => resources.read(entry))
    .filter((key) => key.text('UsagePlanId') === planId)
    .map((key) => key.text('KeyId'));
  return resources.ofType('AWS::ApiGateway::ApiKey').flatMap((entry): ApiKey[] => {
    const keyId = resources.ref(entry);
    const key = resources.read(entry);
    if (!ids.includes(keyId)) return [];
    if (key.boolean('Enabled') !== true) {
      key.diagnostics.warn(key.path, 'requests with this key are rejected: set Enabled: true');
      return [];
    }
    const { logicalId } = entry;
    return [{ logicalId, keyId, value: valueOf(key, logicalId, resources) }];
  });
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html */
function valueOf(key: Reader, logicalId: string, { stack }: StackResources): string {
  const value = key.text('Value');
  if (value === undefined) return apiKeyValue(stack, logicalId);
  if (value.length < 20 || value.length > 128) key.expected('Value', 'from 20 to 128 characters');
  return value;
}

function throttleOf(of: Reader): { readonly throttle?: Throttle } {
  const throttle = throttleIn(of.map('Throttle'));
  return throttle === undefined ? {} : { throttle };
}

/**
 * Reads a throttle. If only one number is set, the other one is that of the account (10,000
 * requests a second, a burst of 5,000).
 */
function throttleIn(settings: Reader | undefined): Throttle | undefined {
  const rate = settings?.number('RateLimit', { minimum: 0, maximum: 1_000_000, isDecimal: true });
  const burst = settings?.number('BurstLimit', { minimum: 0, maximum: 1_000_000 });
  if (rate === undefined && burst === undefined) return undefined;
  return { rateLimit: rate ?? 10_000, burstLimit: burst ?? 5_000 };
}

function methodThrottlesOf(stage: Reader): Readonly<Record<string, Throttle>> {
  const settings = stage.map('Throttle');
  const throttles: Record<string, Throttle> = {};
  for (const name of settings?.names ?? []) {
    const throttle = throttleIn(settings?.map(name));
    if (throttle !== undefined) throttles[name] = throttle;
  }
  return throttles;
}

function quotaOf(plan: Reader): { readonly quota?: UsageQuota } {
  const quota = plan.map('Quota');
  const limit = quota?.number('Limit', { minimum: 0, maximum: 2 ** 31 - 1 });
  const period = quota?.oneOf('Period', PERIODS);
  const offsetDays = quota?.number('Offset', { unit: 'days', minimum: 0, maximum: 31 }) ?? 0;
  return limit === undefined || period === undefined
    ? {}
    : { quota: { limit, period, offsetDays } };
}

/** Reads the source of requests' API keys. */
export function apiKeySourceOf(
  properties: Reader,
  definition: Reader | undefined,
): 'HEADER' | 'AUTHORIZER' {
  return (
    properties.oneOf('ApiKeySourceType', SOURCES) ??
    definition?.oneOf('x-amazon-apigateway-api-key-source', SOURCES) ??
    'HEADER'
  );
}

/** Warns if methods of an API require an API key, but no usage plan with its stage has one. */
export function warnOfMissingKeys(
  api: ResourceEntry,
  routes: readonly Pick<HttpRoute | MappedRoute, 'requiresApiKey'>[],
  plans: readonly UsagePlan[],
  { diagnostics }: StackResources,
): void {
  if (!routes.some((route) => route.requiresApiKey === true)) return;
  if (plans.some(({ keys }) => keys.length > 0)) return;
  diagnostics.warn(
    api.path,
    'methods of the API require an API key, and no key of the template is in a usage plan with its stage, so they respond with 403: add an AWS::ApiGateway::UsagePlan with the stage, an AWS::ApiGateway::ApiKey and an AWS::ApiGateway::UsagePlanKey',
  );
}
