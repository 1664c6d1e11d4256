import type { Readable } from 'node:stream';

/** The response to the client. */
export interface HttpResponse {
  readonly statusCode: number;
  /** The headers in their order. A name may occur more than once (`set-cookie`). */
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer | string;
  /** The body as a stream, which replaces `body`. It is destroyed if it fails before its end. */
  readonly stream?: Readable;
  /** Set if the gateway itself made the response. It is for the access log. */
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
  /** Why the authorizer failed. The client does not get this text. */
  readonly authorizerError?: string;
}

export type HeaderPair = readonly [name: string, value: string];

const JSON_CONTENT_TYPE: HeaderPair = ['Content-Type', 'application/json'];

/** Makes an error response of an HTTP API: `{"message":"…"}`. */
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
/** The response if a route's throttle is exceeded. */
export const tooManyRequests = errorResponse(429, 'Too Many Requests', 'THROTTLED');
export const headersTooLarge = errorResponse(431, 'Request Header Fields Too Large', 'DEFAULT_4XX');
export const internalServerError = errorResponse(
  500,
  'Internal Server Error',
  'INTEGRATION_FAILURE',
);
/** The response if the integration timed out. */
export const integrationTimedOut = errorResponse(503, 'Service Unavailable', 'INTEGRATION_TIMEOUT');
/** The response if the function is throttled. */
export const serviceUnavailable = errorResponse(503, 'Service Unavailable', 'INTEGRATION_FAILURE');
