import { AWS_TABLE_LIMITS, type TableLimits } from '../aws-endpoint/index.ts';
import { AWS_LIMITS, AWS_THROTTLES, type WebSocketApiLimits } from '../websocket-api/index.ts';
import { UserError } from '../sam-offline-error.ts';

/**
 * Throttles that are off by default. Their rates are in requests a second, and their bursts are
 * AWS's.
 */
const THROTTLES = Object.keys(AWS_THROTTLES) as (keyof typeof AWS_THROTTLES)[];
const QUOTAS = Object.keys(AWS_LIMITS) as (keyof typeof AWS_LIMITS)[];

/** Lambda's default quota of concurrent executions in an account and region. */
const AWS_CONCURRENCY = 1000;

/** The limits that `--limit` sets. */
export interface Limits {
  readonly webSocket: Partial<WebSocketApiLimits>;
  /** The most invocations that run at the same time in the account. Not limited if absent. */
  readonly concurrency?: number;
  /** The throughput of each table. Not limited if absent. */
  readonly tables?: TableLimits;
}

/** The help text of the option: each limit with its value on AWS. */
export const LIMITS_HELP = [
  ...Object.entries(AWS_LIMITS).map(([name, value]) => `${name} (${String(value)})`),
  ...THROTTLES.map((name) => `${name} (off; ${AWS_THROTTLES[name].rateLimit} on AWS)`),
  `concurrency (off; ${AWS_CONCURRENCY} on AWS)`,
  ...Object.entries(AWS_TABLE_LIMITS).map(([name, value]) => `${name} (off; ${value} on AWS)`),
].join(', ');

/**
 * Reads `--limit name=value`. The value of a throttle is a rate a second, that of `concurrency` a
 * number of invocations, and that of a table request units a second. `aws` stands for AWS's own
 * value.
 *
 * @throws UserError that names the limits that exist
 */
export function parseLimits(pairs: Readonly<Record<string, string>>): Limits {
  const { concurrency, tableReads, tableWrites, ...others } = pairs;
  const tables: TableLimits = {
    ...(tableReads !== undefined && {
      tableReads: positiveOrAws('tableReads', tableReads, AWS_TABLE_LIMITS.tableReads),
    }),
    ...(tableWrites !== undefined && {
      tableWrites: positiveOrAws('tableWrites', tableWrites, AWS_TABLE_LIMITS.tableWrites),
    }),
  };
  return {
    webSocket: parseWebSocketLimits(others),
    ...(concurrency !== undefined && {
      concurrency: positiveOrAws('concurrency', concurrency, AWS_CONCURRENCY),
    }),
    ...(Object.keys(tables).length > 0 && { tables }),
  };
}

function parseWebSocketLimits(
  pairs: Readonly<Record<string, string>>,
): Partial<WebSocketApiLimits> {
  const limits: { -readonly [Key in keyof WebSocketApiLimits]?: WebSocketApiLimits[Key] } = {};
  for (const [name, text] of Object.entries(pairs)) {
    const quota = QUOTAS.find((candidate) => candidate === name);
    const throttle = THROTTLES.find((candidate) => candidate === name);
    if (quota !== undefined) limits[quota] = positive(name, text) as never;
    else if (throttle !== undefined) limits[throttle] = throttleOf(throttle, text);
    else
      throw new UserError(`--limit ${name}: there is no such limit. The limits are ${LIMITS_HELP}`);
  }
  return limits;
}

function throttleOf(
  name: keyof typeof AWS_THROTTLES,
  text: string,
): (typeof AWS_THROTTLES)[typeof name] | { rateLimit: number; burstLimit: number } {
  const onAws = AWS_THROTTLES[name];
  if (text === 'aws') return onAws;
  const rateLimit = positive(name, text);
  // The burst keeps its ratio to the rate on AWS.
  return { rateLimit, burstLimit: Math.ceil((rateLimit * onAws.burstLimit) / onAws.rateLimit) };
}

function positiveOrAws(name: string, text: string, onAws: number): number {
  return text === 'aws' ? onAws : positive(name, text);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) {
    throw new UserError(`--limit ${name}=${text}: expected a whole number from 1`);
  }
  return value;
}
