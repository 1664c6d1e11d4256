/**
 * Quotas of HTTP APIs and Function URLs.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */

/** An HTTP API's request payload, in bytes. */
export const HTTP_API_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** "Total combined size of request line and header values", in bytes. */
export const HTTP_API_HEADER_BYTES = 10_240;

/** What Lambda takes as one synchronous invocation's event, in bytes. Function URLs have no other. */
export const INVOCATION_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** "Timeout for Lambda authorizer response". */
export const AUTHORIZER_TIMEOUT_MS = 10_000;

/** "Timeout for OpenID Connect discovery endpoint" and for the "JSON Web Key Set endpoint". */
export const JWKS_TIMEOUT_MS = 1_500;

/** "Response size from JSON Web Key Set endpoint"; the discovery document's is the same. */
export const JWKS_BYTES = 150_000;
