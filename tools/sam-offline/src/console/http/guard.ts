import type { IncomingHttpHeaders } from 'node:http';

/** Names of this machine that a browser may have been given in the address bar. */
const LOOPBACK_HOST = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/i;

/** Why a request is refused before anybody looks at it. */
export interface Refusal {
  readonly statusCode: 403 | 415 | 421;
  readonly message: string;
}

export interface GuardedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Keeps other pages in the developer's browser out. A page of another site can send requests to
 * 127.0.0.1, and with DNS rebinding it even reads the responses: its requests then name its own host
 * in `Host`. What changes something needs the page's own origin, or a program that sends none.
 *
 * @returns undefined where the request may go on
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
  // A form of another site cannot send this type without asking first.
  if (!(headers['content-type'] ?? '').startsWith('application/json')) {
    return {
      statusCode: 415,
      message: 'Send what changes something as "Content-Type: application/json".',
    };
  }
  return undefined;
}

/**
 * Headers of every response. Nothing but the console's own script and style runs or loads.
 *
 * @param connectTo origins that the page may open sockets to, besides its own
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
