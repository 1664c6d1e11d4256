import type { IncomingHttpHeaders } from 'node:http';

/** The names of this machine that may be in a browser's address bar. */
const LOOPBACK_HOST = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/i;

/** The reason why a request is refused before it is processed. */
export interface Refusal {
  readonly statusCode: 403 | 415 | 421;
  readonly message: string;
}

export interface GuardedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Protects the console from other pages in the developer's browser. A page of another site can send
 * requests to 127.0.0.1. With DNS rebinding it can even read the responses, but then its requests
 * have its own host in `Host`. A request that changes something needs the origin of the console's
 * page, or comes from a program that sends no origin.
 *
 * @returns undefined if the request is allowed
 */
export function refusalOf({ method, headers }: GuardedRequest): Refusal | undefined {
  const host = headers.host ?? '';
  if (!LOOPBACK_HOST.test(host)) {
    return {
      statusCode: 421,
      message: `The console responds to names of this machine only (127.0.0.1, localhost), and the request's Host is "${host}".`,
    };
  }
  const site = headers['sec-fetch-site'];
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && method === 'GET';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation) {
    return { statusCode: 403, message: 'The console takes no requests from pages of other sites.' };
  }
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) {
    return {
      statusCode: 403,
      message: `The console takes changes from its own page only, and the request's Origin is "${headers.origin}".`,
    };
  }
  // A form of another site cannot send this type without a preflight request.
  if (!(headers['content-type'] ?? '').startsWith('application/json')) {
    return {
      statusCode: 415,
      message: 'Send what changes something as "Content-Type: application/json".',
    };
  }
  return undefined;
}

/**
 * The headers of every response. The page loads and runs only the console's own script and style.
 *
 * @param connectTo the origins to which the page may open sockets, besides its own
 */
export function securityHeaders(connectTo: readonly string[]): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      ['connect-src', "'self'", ...connectTo].join(' '),
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}
