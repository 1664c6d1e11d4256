import list from './prices.json' with { type: 'json' };

/** A row of `prices.json`. */
export type PriceName = keyof typeof list.prices;

/** Where the prices come from: region, month of the look-up, currency, and a source for each. */
export const LIST_PRICES: typeof list = list;

/** The price of one unit (US dollars). */
export function usdPer(name: PriceName): number {
  const { usd, per } = list.prices[name];
  return usd / per;
}

/** How many units of each price are used. A price that is left out counts as 0. */
export type Usage = Readonly<Partial<Record<PriceName, number>>>;

/** The AWS service whose bill each price is on. */
const SERVICES: Readonly<Record<PriceName, string>> = {
  webSocketMessage: 'API Gateway',
  webSocketConnectionMinute: 'API Gateway',
  httpApiRequest: 'API Gateway',
  readUnit: 'DynamoDB',
  writeUnit: 'DynamoDB',
  gigabyteSecond: 'Lambda',
  invocation: 'Lambda',
  queueRequest: 'SQS',
  customMetricMonth: 'CloudWatch',
  logGigabyte: 'CloudWatch',
  alarmMetricMonth: 'CloudWatch',
  compositeAlarmMonth: 'CloudWatch',
  dashboardMonth: 'CloudWatch',
  recordedTrace: 'X-Ray',
  dataOutGigabyte: 'Data transfer',
  webGigabyte: 'CloudFront',
  webRequest: 'CloudFront',
  webFunctionInvocation: 'CloudFront',
  storedGigabyteMonth: 'S3',
  storageWrite: 'S3',
  storageRead: 'S3',
};

/**
 * The cost of a usage at list prices, by service (US dollars). Services without usage are left out.
 */
export function costOf(usage: Usage): Readonly<Record<string, number>> {
  const costs: Record<string, number> = {};
  for (const name of Object.keys(SERVICES) as PriceName[]) {
    const units = usage[name];
    if (units === undefined) continue;
    const service = SERVICES[name];
    costs[service] = (costs[service] ?? 0) + units * usdPer(name);
  }
  return costs;
}

/** The sum over all services (US dollars). */
export function totalOf(costs: Readonly<Record<string, number>>): number {
  return Object.values(costs).reduce((sum, cost) => sum + cost, 0);
}
