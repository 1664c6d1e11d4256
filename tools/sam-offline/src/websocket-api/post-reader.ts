import { HEAD_END, readRequestHead } from './request-head.ts';

/**
 * A POST request that was read from a keep-alive connection, with the number of bytes that it took.
 */
export interface ReadPost {
  /** The request target as it was sent. */
  readonly target: string;
  /** The headers by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly end: number;
}

export interface ReadLimits {
  /** The most bytes that the request line and the headers may have. */
  readonly headBytes: number;
  readonly bodyBytes: number;
}

const METHOD = Buffer.from('POST ');

/**
 * Reads one POST request with a Content-Length from the start of the received bytes. SDKs and
 * undici send pushes to `@connections` in this form only.
 *
 * The reader is strict. For any other request, malformed or merely rare (chunked, Expect,
 * Connection: close, Upgrade, another method, a repeated or folded header, a line end that is not
 * CRLF …), it returns `unsupported`, and the caller leaves the connection to `node:http`.
 *
 * It exists because `node:http` costs several times as much as the push itself.
 */
export function readPost(
  buffer: Buffer,
  start: number,
  limits: ReadLimits,
): ReadPost | 'incomplete' | 'unsupported' {
  const available = buffer.length - start;
  const compared = Math.min(available, METHOD.length);
  if (buffer.compare(METHOD, 0, compared, start, start + compared) !== 0) return 'unsupported';
  const headEnd = buffer.indexOf(HEAD_END, start);
  if (headEnd < 0) return available > limits.headBytes ? 'unsupported' : 'incomplete';
  if (headEnd - start > limits.headBytes) return 'unsupported';

  const head = readRequestHead(buffer, start, headEnd);
  if (head === undefined) return 'unsupported';
  const { target, headers } = head;
  const length = contentLength(headers);
  if (length === undefined || length > limits.bodyBytes) return 'unsupported';
  const bodyStart = headEnd + HEAD_END.length;
  const end = bodyStart + length;
  if (buffer.length < end) return 'incomplete';
  return { target, headers, body: buffer.subarray(bodyStart, end), end };
}

/** The length of the body. Undefined if the request needs more than a length to be understood. */
function contentLength(headers: Readonly<Record<string, string>>): number | undefined {
  if ('transfer-encoding' in headers || 'expect' in headers || 'upgrade' in headers)
    return undefined;
  if (headers.connection !== undefined && headers.connection.toLowerCase() !== 'keep-alive') {
    return undefined;
  }
  const length = headers['content-length'];
  return length !== undefined && /^\d{1,9}$/.test(length) ? Number(length) : undefined;
}
