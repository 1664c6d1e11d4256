import type { Authorization } from './authorization.ts';
import { SignatureError } from './signature-error.ts';
import type { RequestHeaders, SignedRequest } from './signed-request.ts';

/**
 * The canonical request of Signature Version 4.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @throws SignatureError `InvalidSignatureException` when a signed header is not in the request
 */
export function canonicalRequest(
  request: SignedRequest,
  authorization: Authorization,
  payloadHash: string,
): string {
  const path = authorization.service === 's3' ? request.path || '/' : canonicalPath(request.path);
  const query = request.query === '' ? '' : canonicalQuery(request.query);
  const headers = canonicalHeaders(request.headers, authorization.signedHeaders);
  return `${request.method}\n${path}\n${query}\n${headers}\n${authorization.signedHeaders}\n${payloadHash}`;
}

/**
 * Every service but S3 normalizes the path (dot segments, repeated slashes) and encodes each
 * segment, already encoded once for the wire, a second time.
 */
export function canonicalPath(rawPath: string): string {
  const normalized = needsNormalizing(rawPath) ? normalizePath(rawPath) : rawPath;
  // Clients encode all but these on the wire, and `@connections` has its at sign as it is.
  return PLAIN_PATH.test(normalized)
    ? normalized.replaceAll('%', '%25').replaceAll('@', '%40')
    : uriEncode(normalized).replaceAll('%2F', '/');
}

const PLAIN_PATH = /^[A-Za-z0-9\-._~/%@]*$/;

function needsNormalizing(path: string): boolean {
  return !path.startsWith('/') || path.includes('//') || path.includes('/.');
}

function normalizePath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  const slash = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${slash}`;
}

/** Keys, then values, in the order of their encoded bytes; `X-Amz-Signature` is not part of it. */
function canonicalQuery(rawQuery: string): string {
  const pairs: [string, string][] = [];
  for (const part of rawQuery.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const key = reencode(equals < 0 ? part : part.slice(0, equals));
    if (key === 'X-Amz-Signature') continue;
    pairs.push([key, equals < 0 ? '' : reencode(part.slice(equals + 1))]);
  }
  pairs.sort(([keyA, valueA], [keyB, valueB]) =>
    keyA === keyB ? compare(valueA, valueB) : compare(keyA, keyB),
  );
  return pairs.map(([key, value]) => `${key}=${value}`).join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Clients encode the query in more than one way; the canonical form is RFC 3986's, once. */
function reencode(component: string): string {
  if (/^[A-Za-z0-9\-._~]*$/.test(component)) return component;
  try {
    return uriEncode(decodeURIComponent(component));
  } catch {
    // Not UTF-8 behind its percent signs: take it as text.
    return uriEncode(component);
  }
}

/** RFC 3986: everything but the unreserved characters, upper-case hexadecimal. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalHeaders(headers: RequestHeaders, signedHeaders: string): string {
  let canonical = '';
  for (const name of signedHeaders.split(';')) {
    // A client names the headers: `constructor` must not find what every object has.
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (value === undefined) {
      throw new SignatureError(
        'InvalidSignatureException',
        `The signed header '${name}' is not in the request.`,
      );
    }
    canonical += `${name}:${typeof value === 'string' ? trimAll(value) : value.map(trimAll).join(',')}\n`;
  }
  return canonical;
}

/** Without spaces at either end, and one space for many within. */
function trimAll(value: string): string {
  return /^\s|\s\s|[^\S ]|\s$/.test(value) ? value.trim().replace(/\s+/g, ' ') : value;
}
