import type { Readable } from 'node:stream';

/** What goes back to the client. */
export interface HttpResponse {
  readonly statusCode: number;
  /** In order; a name may repeat (`set-cookie`). */
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer | string;
  /** Instead of the body, where it is sent as it comes; destroyed where it fails on its way. */
  readonly stream?: Readable;
  /** Set where the gateway itself made the response, for the access log. */
  readonly error?: GatewayError;
}

/** An error of the gateway itself. */
export interface GatewayError {
  readonly message: string;
  /**
   * AWS's types of gateway responses:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
   */
  readonly responseType: string;
  /** Why the authorizer failed, which the client is not told. */
  readonly authorizerError?: string;
}

export type HeaderPair = readonly [name: string, value: string];

const JSON_CONTENT_TYPE: HeaderPair = ['Content-Type', 'application/json'];

/** An error of the gateway itself, as HTTP APIs word it: `{"message":"…"}`. */
export function errorResponse(
  statusCode: number,
  message: string,
  responseType: string,
  headers: readonly HeaderPair[] = [],
): HttpResponse & { readonly error: GatewayError } {
  return {
    statusCode,
    headers: [JSON_CONTENT_TYPE, ...headers],
    body: JSON.stringify({ message }),
    error: { message, responseType },
  };
}

export const badRequest = errorResponse(400, 'Bad Request', 'DEFAULT_4XX');
export const forbidden = errorResponse(403, 'Forbidden', 'ACCESS_DENIED');
export const notFound = errorResponse(404, 'Not Found', 'RESOURCE_NOT_FOUND');
export const payloadTooLarge = errorResponse(413, 'Request Entity Too Large', 'REQUEST_TOO_LARGE');
/** The route's throttle. */
export const tooManyRequests = errorResponse(429, 'Too Many Requests', 'THROTTLED');
export const headersTooLarge = errorResponse(431, 'Request Header Fields Too Large', 'DEFAULT_4XX');
export const internalServerError = errorResponse(
  500,
  'Internal Server Error',
  'INTEGRATION_FAILURE',
);
/** The integration took too long. */
export const integrationTimedOut = errorResponse(503, 'Service Unavailable', 'INTEGRATION_TIMEOUT');
/** The function is throttled. */
export const serviceUnavailable = errorResponse(503, 'Service Unavailable', 'INTEGRATION_FAILURE');
