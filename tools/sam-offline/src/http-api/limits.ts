/**
 * Quotas of HTTP APIs and Function URLs.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */

/** The maximum size of a request's body in an HTTP API, in bytes. */
export const HTTP_API_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** The "total combined size of request line and header values", in bytes. */
export const HTTP_API_HEADER_BYTES = 10_240;

/**
 * The maximum size of a synchronous invocation's event, in bytes. Function URLs have no other
 * limit.
 */
export const INVOCATION_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** The "timeout for Lambda authorizer response", in ms. */
export const AUTHORIZER_TIMEOUT_MS = 10_000;

/**
 * The "timeout for OpenID Connect discovery endpoint" and for the "JSON Web Key Set endpoint", in
 * ms.
 */
export const JWKS_TIMEOUT_MS = 1_500;

/**
 * The "response size from JSON Web Key Set endpoint", in bytes. The limit for the discovery
 * document is the same.
 */
export const JWKS_BYTES = 150_000;
