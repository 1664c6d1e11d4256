/** The request line and the headers of a request, in the plain form that is read here. */
export interface RequestHead {
  readonly method: string;
  /** The request target as it was sent: in origin form, with visible ASCII characters only. */
  readonly target: string;
  /** The headers by their names in lower case. */
  readonly headers: Record<string, string>;
  /** Names, as they were sent, and values, alternately. */
  readonly rawHeaders: string[];
}

/** The empty line that ends a head. */
export const HEAD_END = Buffer.from('\r\n\r\n');

const REQUEST_LINE = /^([A-Z]+) (\/[!-~]*) HTTP\/1\.1$/;
/** RFC 9110, section 5.1: a token. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII, spaces and tabs, so no character that could end a line. */
const HEADER_VALUE = /^[\t -~]*$/;

/**
 * Reads a head strictly, without the empty line after it.
 *
 * @returns undefined if the head has any other form, malformed or merely rare (another version, a
 *   repeated or folded header, a line end that is not CRLF, no Host …); then `node:http` has to read
 *   it
 */
export function readRequestHead(
  buffer: Buffer,
  start: number,
  end: number,
): RequestHead | undefined {
  const lines = buffer.toString('latin1', start, end).split('\r\n');
  const [, method, target] = REQUEST_LINE.exec(lines[0] ?? '') ?? [];
  if (method === undefined || target === undefined) return undefined;
  // A header may have the name `constructor` or `__proto__`.
  const headers = Object.create(null) as Record<string, string>;
  const rawHeaders: string[] = [];
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (colon < 1 || !HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) return undefined;
    const key = name.toLowerCase();
    if (key in headers) return undefined;
    headers[key] = value;
    rawHeaders.push(name, value);
  }
  return headers.host === undefined ? undefined : { method, target, headers, rawHeaders };
}
