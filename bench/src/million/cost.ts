/** US dollars, list prices of us-east-1 without free tiers and discounts; looked up in November 2026. */
const PRICES = {
  /** Messages up to 32 KB, the first billion a month. https://aws.amazon.com/api-gateway/pricing/ */
  webSocketMessage: 1.0 / 1e6,
  /** On-demand. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
  /** x86, the first 6 billion GB-seconds. https://aws.amazon.com/lambda/pricing/ */
  gigabyteSecond: 0.0000166667,
  invocation: 0.2 / 1e6,
  /** Standard queues. https://aws.amazon.com/sqs/pricing/ */
  queueRequest: 0.4 / 1e6,
};

export interface Usage {
  /** Accepted posts: what API Gateway delivered. */
  readonly messages: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly gigabyteSeconds: number;
  readonly invocations: number;
  readonly queueRequests: number;
}

/** What a broadcast costs, by service (US dollars). */
export function costOf(usage: Usage): Readonly<Record<string, number>> {
  return {
    'API Gateway': usage.messages * PRICES.webSocketMessage,
    DynamoDB: usage.readUnits * PRICES.readUnit + usage.writeUnits * PRICES.writeUnit,
    Lambda: usage.gigabyteSeconds * PRICES.gigabyteSecond + usage.invocations * PRICES.invocation,
    SQS: usage.queueRequests * PRICES.queueRequest,
  };
}
