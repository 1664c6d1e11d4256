import { CORRELATION_HEADER, requestServed } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import { failureResponse, ProblemError, problemResponse } from '@blogapp/problems';
import { PROBLEM_TYPES } from '@blogapp/shared-types/rest';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Api } from './app.ts';

/** An event of payload format 2.0, which the HTTP API and the Function URL share. */
export type HttpEvent = Pick<
  APIGatewayProxyEventV2,
  'rawPath' | 'rawQueryString' | 'headers' | 'isBase64Encoded'
> & {
  readonly body?: string | null | undefined;
  readonly requestContext: Pick<APIGatewayProxyEventV2['requestContext'], 'domainName' | 'http'>;
};

/** A response in payload format 2.0, for the HTTP API and the Function URL. */
export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The members of an invocation that `serve` uses. */
export type ServedInvocation = Pick<Invocation, 'correlationId' | 'logger' | 'metrics' | 'tracing'>;

/**
 * A HEAD is served as a GET, with the body. The gateway removes the body, and writes a Content-Length from
 * it, which must be that of a GET (RFC 9110, section 8.6).
 */
const HEAD_METHOD = /^HEAD$/i;

/** Methods that a Request cannot have. They get another name, which no route has either. */
const FORBIDDEN_METHODS = /^(CONNECT|TRACE|TRACK)$/i;

/** The route in the metrics of requests that no route serves: a dimension must have few values. */
const NO_ROUTE = 'no route';

/** How many characters of a path without a route are logged, because a path can be very long. */
const MAX_LOGGED_PATH = 256;

/**
 * Serves an app's events. Each response carries its correlation id and has one `responded` line,
 * whatever its status: with the route that served it, or with the path when no route did.
 *
 * It replaces Hono's own adapter, which has to guess whether a body is binary, responds with plain
 * text to a header or path that it cannot use, and will be removed in Hono's next major version.
 */
export function serveEvents(app: Pick<Api, 'fetch'>) {
  return async (event: HttpEvent, invocation: ServedInvocation): Promise<HttpResponse> => {
    const { correlationId, logger, metrics, tracing } = invocation;
    const started = performance.now();
    let place: object = { path: event.rawPath.slice(0, MAX_LOGGED_PATH) };
    let metricRoute = NO_ROUTE;
    const logResponse = (status: number): void => {
      const { method } = event.requestContext.http;
      const durationMs = Math.round(performance.now() - started);
      logger.summary('responded', { method, ...place, status, durationMs });
      requestServed(metrics, { route: metricRoute, status, durationMs });
    };
    try {
      const response = await respondTo(event, correlationId, (route) => {
        place = { route };
        metricRoute = `${methodOf(event.requestContext.http.method)} ${route}`;
        tracing.annotate('route', metricRoute);
      });
      logResponse(response.statusCode);
      return response;
    } catch (error) {
      // The handler's wrapper turns the error into a response with `failedResponse`.
      logResponse(PROBLEM_TYPES['internal-error'].status);
      throw error;
    }
  };

  async function respondTo(
    event: HttpEvent,
    correlationId: string,
    onRoute: (route: string) => void,
  ): Promise<HttpResponse> {
    const request = requestOf(event);
    if (request === undefined) return malformedResponse(event, correlationId);
    return lambdaResponse(await app.fetch(request, { correlationId, onRoute }), correlationId);
  }
}

/** The event as a Request; undefined when it can not be one. */
function requestOf(event: HttpEvent): Request | undefined {
  const { rawQueryString, headers, body, isBase64Encoded, requestContext } = event;
  const { method } = requestContext.http;
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  const hasBody = typeof body === 'string' && body !== '' && !/^(GET|HEAD)$/i.test(method);
  const bytes = hasBody ? Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') : undefined;
  try {
    const path = encodePath(requestContext.http.path);
    const request = new Request(`https://${requestContext.domainName}${path}${query}`, {
      method: methodOf(method),
      headers: headersOf(headers),
      ...(bytes !== undefined && { body: bytes }),
    });
    // The length is that of the received body, not the one in the client's header.
    request.headers.set('content-length', String(bytes?.length ?? 0));
    return request;
  } catch {
    return undefined;
  }
}

/**
 * Encodes the path of an event for a URL. API Gateway has decoded it (twice, for an HTTP API).
 * Without the encoding, a URL would read `/posts/../health` as `/health`, and end the path at a
 * `#`. A URL removes segments of one or two dots, also when they are encoded once. Such a segment
 * is encoded twice: it stays, and no route has it.
 *
 * @throws URIError when the path has half of a surrogate pair
 */
function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) =>
      DOTS.test(segment) ? segment.replaceAll('.', '%252E') : encodeURIComponent(segment),
    )
    .join('/');
}

/** Segments that a URL removes. */
const DOTS = /^\.{1,2}$/;

function methodOf(method: string): string {
  if (HEAD_METHOD.test(method)) return 'GET';
  return FORBIDDEN_METHODS.test(method) ? `X-${method}` : method;
}

function headersOf(headers: HttpEvent['headers']): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result.set(name, value);
  }
  return result;
}

async function lambdaResponse(response: Response, correlationId: string): Promise<HttpResponse> {
  // Lambda's response is JSON, so bytes must be in base64.
  const isBase64Encoded = response.headers.has('content-encoding');
  const body =
    response.body === null
      ? ''
      : isBase64Encoded
        ? Buffer.from(await response.arrayBuffer()).toString('base64')
        : await response.text();
  return {
    statusCode: response.status,
    headers: { ...Object.fromEntries(response.headers), [CORRELATION_HEADER]: correlationId },
    body,
    isBase64Encoded,
  };
}

function malformedResponse(event: HttpEvent, correlationId: string): HttpResponse {
  const detail = 'The path, the method or a header is malformed';
  const problem = new ProblemError('malformed-request', { detail });
  return problemResponse(problem, event.rawPath, correlationId);
}

/** The response to a request that failed; the error is logged under the correlation id. */
export function failedResponse(
  { correlationId }: Pick<Invocation, 'correlationId'>,
  { rawPath }: Pick<HttpEvent, 'rawPath'>,
): HttpResponse {
  return failureResponse(rawPath, correlationId);
}
