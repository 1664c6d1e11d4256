/** What goes back to the client. */
export interface Answer {
  readonly statusCode: number;
  /** In order; a name may repeat (`set-cookie`). */
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer | string;
}

export type HeaderPair = readonly [name: string, value: string];

const JSON_CONTENT_TYPE: HeaderPair = ['Content-Type', 'application/json'];

/** An error of the gateway itself, as HTTP APIs word it: `{"message":"…"}`. */
export function errorResponse(
  statusCode: number,
  message: string,
  headers: readonly HeaderPair[] = [],
): Answer {
  return {
    statusCode,
    headers: [JSON_CONTENT_TYPE, ...headers],
    body: JSON.stringify({ message }),
  };
}

export const badRequest = errorResponse(400, 'Bad Request');
export const forbidden = errorResponse(403, 'Forbidden');
export const notFound = errorResponse(404, 'Not Found');
export const payloadTooLarge = errorResponse(413, 'Request Entity Too Large');
/** The route's throttle. */
export const tooManyRequests = errorResponse(429, 'Too Many Requests');
export const headersTooLarge = errorResponse(431, 'Request Header Fields Too Large');
export const internalServerError = errorResponse(500, 'Internal Server Error');
/** The integration took too long, or the function is throttled. */
export const serviceUnavailable = errorResponse(503, 'Service Unavailable');
