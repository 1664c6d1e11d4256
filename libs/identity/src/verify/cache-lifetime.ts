/** The lifetime of a response that says nothing about caching (seconds). */
const DEFAULT_SECONDS = 300;
/**
 * The longest lifetime, whatever the response says, so that a withdrawn key is not trusted for
 * longer (seconds).
 */
const MAX_SECONDS = 24 * 60 * 60;

/**
 * For how long a response may be kept (ms): `max-age`, less the time that it spent in caches on its
 * way (RFC 9111, section 4.2).
 */
export function cacheLifetimeMs(headers: Pick<Headers, 'get'>): number {
  const cacheControl = headers.get('cache-control') ?? '';
  if (/\b(no-store|no-cache)\b/i.test(cacheControl)) return 0;
  const maxAge = /\bmax-age\s*=\s*"?(\d+)/i.exec(cacheControl)?.[1];
  const age = Number(/^\d+$/.exec(headers.get('age') ?? '')?.[0] ?? 0);
  const seconds = maxAge === undefined ? DEFAULT_SECONDS : Number(maxAge) - age;
  return 1000 * Math.min(Math.max(seconds, 0), MAX_SECONDS);
}
