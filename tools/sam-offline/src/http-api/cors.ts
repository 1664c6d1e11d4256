import type { Cors } from '../template/index.ts';
import type { HttpResponse, HeaderPair } from './response.ts';
import type { GatewayRequest } from './request.ts';

/**
 * Tells whether a request is a CORS preflight, which a browser sends before a request that is not
 * simple.
 */
export function isPreflight(request: GatewayRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.headers.origin !== undefined &&
    request.headers['access-control-request-method'] !== undefined
  );
}

/**
 * Gives the headers that allow the request of a preflight. There are none if the origin, the method
 * or one of the headers is not allowed.
 */
export function preflightHeaders(cors: Cors, request: GatewayRequest): HeaderPair[] {
  const origin = allowedOrigin(cors, request.headers.origin);
  const method = request.headers['access-control-request-method'] ?? '';
  const requested = splitList(request.headers['access-control-request-headers']);
  if (
    origin === undefined ||
    !allows(cors.allowMethods, method, (name) => name.toUpperCase()) ||
    !requested.every((name) => allows(cors.allowHeaders, name, (other) => other.toLowerCase()))
  ) {
    return [];
  }
  const headers: HeaderPair[] = [['Access-Control-Allow-Origin', origin]];
  if (cors.allowMethods.length > 0) {
    headers.push(['Access-Control-Allow-Methods', cors.allowMethods.join(',')]);
  }
  if (cors.allowHeaders.length > 0) {
    headers.push(['Access-Control-Allow-Headers', cors.allowHeaders.join(',')]);
  }
  if (cors.maxAgeSeconds !== undefined) {
    headers.push(['Access-Control-Max-Age', String(cors.maxAgeSeconds)]);
  }
  if (cors.allowCredentials) headers.push(['Access-Control-Allow-Credentials', 'true']);
  return headers;
}

/**
 * Gives the headers that allow a browser to read a response. There are none if the origin is not
 * allowed.
 */
export function responseHeaders(cors: Cors, request: GatewayRequest): HeaderPair[] {
  const origin = allowedOrigin(cors, request.headers.origin);
  if (origin === undefined) return [];
  const headers: HeaderPair[] = [['Access-Control-Allow-Origin', origin]];
  if (cors.allowCredentials) headers.push(['Access-Control-Allow-Credentials', 'true']);
  if (cors.exposeHeaders.length > 0) {
    headers.push(['Access-Control-Expose-Headers', cors.exposeHeaders.join(',')]);
  }
  return headers;
}

/**
 * Replaces the function's CORS headers in a response with the configured ones: "If you configure
 * CORS for an API, API Gateway ignores CORS headers returned from your backend integration".
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function withCors(
  response: HttpResponse,
  cors: Cors,
  request: GatewayRequest,
): HttpResponse {
  return {
    ...response,
    headers: [
      ...response.headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-')),
      ...responseHeaders(cors, request),
    ],
  };
}

/** Gives the value of `Access-Control-Allow-Origin`; undefined if the origin is not allowed. */
function allowedOrigin(cors: Cors, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  // With credentials, browsers do not accept `*`, so the value is the origin itself.
  if (cors.allowOrigins.includes('*')) return cors.allowCredentials ? origin : '*';
  const lowerCase = origin.toLowerCase();
  const isAllowed = cors.allowOrigins.some((allowed) => {
    // HTTP APIs only support the patterns `https://*` and `http://*`.
    if (allowed === 'https://*' || allowed === 'http://*') {
      return lowerCase.startsWith(allowed.slice(0, -1));
    }
    return allowed.toLowerCase() === lowerCase;
  });
  return isAllowed ? origin : undefined;
}

function allows(
  allowed: readonly string[],
  name: string,
  normalize: (name: string) => string,
): boolean {
  const wanted = normalize(name);
  return allowed.some((one) => one === '*' || normalize(one) === wanted);
}

function splitList(value: string | undefined): string[] {
  if (value === undefined) return [];
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
