import type { BucketCorsRule } from '../../template/index.ts';
import type { AwsCall } from '../call.ts';

type Headers = Record<string, string>;

/**
 * Gives the CORS headers of a response. They come from the first rule that matches the origin and
 * the method (https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html).
 */
export function corsHeaders(rules: readonly BucketCorsRule[], call: AwsCall): Headers {
  const { origin } = call.headers;
  if (origin === undefined) return {};
  const rule = ruleFor(rules, origin, call.method);
  return rule === undefined ? {} : headersOf(rule, origin);
}

/**
 * Gives the headers of the response to a preflight request; undefined if no rule allows the
 * request.
 */
export function preflightHeaders(
  rules: readonly BucketCorsRule[],
  call: AwsCall,
): Headers | undefined {
  const { origin } = call.headers;
  const method = call.headers['access-control-request-method'];
  if (origin === undefined || method === undefined) return undefined;
  const wanted = (call.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const rule = ruleFor(rules, origin, method, wanted);
  if (rule === undefined) return undefined;
  return {
    ...headersOf(rule, origin),
    ...(wanted.length > 0 && { 'Access-Control-Allow-Headers': wanted.join(', ') }),
  };
}

function ruleFor(
  rules: readonly BucketCorsRule[],
  origin: string,
  method: string,
  wanted: readonly string[] = [],
): BucketCorsRule | undefined {
  return rules.find(
    ({ allowOrigins, allowMethods, allowHeaders }) =>
      allowMethods.includes(method) &&
      allowOrigins.some((pattern) => matches(pattern, origin)) &&
      wanted.every((name) => allowHeaders.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
}

function headersOf(rule: BucketCorsRule, origin: string): Headers {
  const isAny = rule.allowOrigins.includes('*');
  return {
    'Access-Control-Allow-Origin': isAny ? '*' : origin,
    'Access-Control-Allow-Methods': rule.allowMethods.join(', '),
    ...(rule.exposeHeaders.length > 0 && {
      'Access-Control-Expose-Headers': rule.exposeHeaders.join(', '),
    }),
    ...(rule.maxAgeSeconds !== undefined && {
      'Access-Control-Max-Age': String(rule.maxAgeSeconds),
    }),
    ...(!isAny && { 'Access-Control-Allow-Credentials': 'true' }),
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** Compares with a pattern, which contains at most one `*` for any characters. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const end = pattern.slice(star + 1);
  return (
    text.length >= pattern.length - 1 &&
    text.startsWith(pattern.slice(0, star)) &&
    text.endsWith(end)
  );
}
