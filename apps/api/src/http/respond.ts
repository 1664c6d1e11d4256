import { SECURITY_HEADERS } from '@blogapp/problems';
import { hash } from 'node:crypto';
import { chooseEncoding, compress, MIN_COMPRESSED_BYTES } from './compress.ts';
import { isNotModified } from './conditional.ts';

export interface ResponseParts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body; absent when there is none. */
  readonly body?: string;
  /** The entity tag without quotes. */
  readonly etag?: string;
}

/** An entity tag for a body: the same for the same bytes. */
export function etagOf(body: string): string {
  return hash('sha1', body, 'base64url');
}

/**
 * Makes a response. It is a 304 when the client has this version, and compressed when that makes it
 * smaller.
 */
export function respond(
  request: { readonly method: string; readonly headers: Pick<Headers, 'get'> },
  { status, headers, body, etag }: ResponseParts,
): Response {
  const all = new Headers({ ...SECURITY_HEADERS, ...headers });
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (etag !== undefined) all.set('etag', `"${etag}"`);

  const encoding =
    body === undefined || Buffer.byteLength(body) < MIN_COMPRESSED_BYTES
      ? undefined
      : chooseEncoding(request.headers.get('accept-encoding') ?? undefined);
  // The gateway adds CORS headers only for the web front end's origin, so the response varies by
  // `Origin`.
  if (body !== undefined) all.set('vary', 'accept-encoding, origin');
  if (encoding !== undefined && etag !== undefined) all.set('etag', `"${etag}-${encoding}"`);

  if (isRead && status === 200 && etag !== undefined) {
    if (isNotModified(request.headers.get('if-none-match') ?? undefined, etag)) {
      all.delete('content-type');
      return new Response(null, { status: 304, headers: all });
    }
  }
  if (body === undefined) return new Response(null, { status, headers: all });
  if (encoding === undefined) return new Response(body, { status, headers: all });
  all.set('content-encoding', encoding);
  return new Response(compress(body, encoding), { status, headers: all });
}
