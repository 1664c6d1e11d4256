import type { GatewayRequest } from '../request.ts';

/** Tells whether an API treats a media type as binary. A star in `types` matches anything. */
export function isBinary(contentType: string | undefined, types: readonly string[]): boolean {
  if (types.includes('*/*')) return true;
  const [mediaType = ''] = (contentType ?? 'application/json').toLowerCase().split(';');
  return types.some((type) => type.toLowerCase() === mediaType.trim());
}

/**
 * Converts a body to its form in an event. It is text for all media types except those in the API's
 * `BinaryMediaTypes`, which are empty by default.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
 */
export function restBody(
  { body, headers }: GatewayRequest,
  binaryMediaTypes: readonly string[],
): { readonly body: string | null; readonly isBase64Encoded: boolean } {
  if (body.length === 0) return { body: null, isBase64Encoded: false };
  const isBase64Encoded = isBinary(headers['content-type'], binaryMediaTypes);
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}
