import { AWS_LIMITS, AWS_THROTTLES, type WebSocketApiLimits } from '../websocket-api/index.ts';
import { UserError } from './user-error.ts';

/** Throttles that are off unless asked for: requests a second, burst as on AWS. */
const THROTTLES = Object.keys(AWS_THROTTLES) as (keyof typeof AWS_THROTTLES)[];
const QUOTAS = Object.keys(AWS_LIMITS) as (keyof typeof AWS_LIMITS)[];

/** For `--help`: each limit with what it is on AWS. */
export const LIMITS_HELP = [
  ...Object.entries(AWS_LIMITS).map(([name, value]) => `${name} (${String(value)})`),
  ...THROTTLES.map((name) => `${name} (off; ${AWS_THROTTLES[name].rateLimit} on AWS)`),
].join(', ');

/**
 * Reads `--limit name=value`. A throttle's value is a rate a second, or `aws` for AWS's own.
 *
 * @throws UserError naming the limits there are
 */
export function parseLimits(pairs: Readonly<Record<string, string>>): Partial<WebSocketApiLimits> {
  const limits: { -readonly [Key in keyof WebSocketApiLimits]?: WebSocketApiLimits[Key] } = {};
  for (const [name, text] of Object.entries(pairs)) {
    const quota = QUOTAS.find((candidate) => candidate === name);
    const throttle = THROTTLES.find((candidate) => candidate === name);
    if (quota !== undefined) limits[quota] = positive(name, text) as never;
    else if (throttle !== undefined) limits[throttle] = throttleOf(throttle, text);
    else throw new UserError(`--limit ${name}: there is no such limit; there are ${LIMITS_HELP}`);
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
  // The burst keeps the proportion that it has on AWS.
  return { rateLimit, burstLimit: Math.ceil((rateLimit * onAws.burstLimit) / onAws.rateLimit) };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) {
    throw new UserError(`--limit ${name}=${text}: expected a whole number from 1`);
  }
  return value;
}
