import type { Authorization } from './authorization.ts';
import { SignatureError } from './signature-error.ts';
import type { RequestHeaders, SignedRequest } from './signed-request.ts';

/**
 * Makes the canonical request of Signature Version 4.
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
 * Makes the canonical path. Every service except S3 normalizes the path (dot segments, repeated
 * slashes) and encodes each segment of the already encoded path a second time.
 */
export function canonicalPath(rawPath: string): string {
  const normalized = needsNormalizing(rawPath) ? normalizePath(rawPath) : rawPath;
  // A path of these characters needs no encoding. Clients encode all others, except the at sign of
  // `@connections`.
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

/**
 * Makes the canonical query string: sorted by the encoded bytes of keys, then of values, and
 * without `X-Amz-Signature`.
 */
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

/** Encodes a key or a value by RFC 3986. Clients encode query strings in different ways. */
function reencode(component: string): string {
  if (/^[A-Za-z0-9\-._~]*$/.test(component)) return component;
  try {
    return uriEncode(decodeURIComponent(component));
  } catch {
    // The percent signs do not encode UTF-8, so the component is used as plain text.
    return uriEncode(component);
  }
}

/** Encodes all but the unreserved characters of RFC 3986, with upper-case hexadecimal digits. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalHeaders(headers: RequestHeaders, signedHeaders: string): string {
  let canonical = '';
  for (const name of signedHeaders.split(';')) {
    // The header names come from a client: `constructor` must not find the property that every
    // object has.
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

/** Removes spaces at both ends, and replaces repeated spaces inside with one space. */
function trimAll(value: string): string {
  return /^\s|\s\s|[^\S ]|\s$/.test(value) ? value.trim().replace(/\s+/g, ' ') : value;
}
