/** A POST read out of a keep-alive connection, with the number of bytes that it took. */
export interface ReadPost {
  /** The request target, raw. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly end: number;
}

export interface ReadLimits {
  /** Bytes of the request line and the headers. */
  readonly headBytes: number;
  readonly bodyBytes: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const METHOD = Buffer.from('POST ');

/** Targets in origin form, visible ASCII only. */
const REQUEST_LINE = /^POST (\/[!-~]*) HTTP\/1\.1$/;
/** RFC 9110, section 5.1: a token. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible characters, spaces and tabs; nothing that could end a line. */
const HEADER_VALUE = /^[\t -~\x80-\xff]*$/;

/**
 * Reads one POST with a Content-Length from the start of what came: the one form in which SDKs and
 * undici send `@connections` posts. It reads that form strictly and nothing else: for any other
 * request, odd or merely rare (chunked, Expect, Connection: close, Upgrade, another method, a
 * repeated or folded header, a line end that is not CRLF …), it answers `unsupported`, and the
 * caller leaves the whole connection to `node:http`. So it need not be lenient anywhere.
 *
 * Why at all: `node:http` costs several times as much as the post itself.
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

  const lines = buffer.toString('latin1', start, headEnd).split('\r\n');
  const target = REQUEST_LINE.exec(lines[0] ?? '')?.[1];
  if (target === undefined) return 'unsupported';
  const headers = readHeaders(lines);
  const length = headers === undefined ? undefined : contentLength(headers);
  if (headers === undefined || length === undefined || length > limits.bodyBytes) {
    return 'unsupported';
  }
  const bodyStart = headEnd + HEAD_END.length;
  const end = bodyStart + length;
  if (buffer.length < end) return 'incomplete';
  return { target, headers, body: buffer.subarray(bodyStart, end), end };
}

function readHeaders(lines: readonly string[]): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (colon < 1 || !HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) return undefined;
    const key = name.toLowerCase();
    if (key in headers) return undefined;
    headers[key] = value;
  }
  return headers;
}

/** The length of the body; undefined where the request needs more than a length to be understood. */
function contentLength(headers: Readonly<Record<string, string>>): number | undefined {
  if (headers.host === undefined) return undefined;
  if ('transfer-encoding' in headers || 'expect' in headers || 'upgrade' in headers)
    return undefined;
  if (headers.connection !== undefined && headers.connection.toLowerCase() !== 'keep-alive') {
    return undefined;
  }
  const length = headers['content-length'];
  return length !== undefined && /^\d{1,9}$/.test(length) ? Number(length) : undefined;
}
