/**
 * The media types of bodies that HTTP APIs and Function URLs pass on as text. All others are
 * base64, including `application/x-www-form-urlencoded` and a body without a content type, which is
 * surprising.
 *
 * Measured against AWS: https://github.com/ministackorg/ministack/pull/766
 */
const TEXT_MEDIA_TYPES = new Set(['application/json', 'application/javascript', 'application/xml']);

export interface EventBody {
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
}

/** Converts a request's body to its form in an event. */
export function eventBody(body: Buffer, contentType: string | undefined): EventBody {
  if (body.length === 0) return { body: undefined, isBase64Encoded: false };
  return isText(contentType)
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };
}

function isText(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  const semicolon = contentType.indexOf(';');
  const mediaType = (semicolon === -1 ? contentType : contentType.slice(0, semicolon))
    .trim()
    .toLowerCase();
  return mediaType.startsWith('text/') || TEXT_MEDIA_TYPES.has(mediaType);
}
