/** The request line and the headers of a request in the plain form that is read here. */
export interface RequestHead {
  readonly method: string;
  /** The request target, raw: in origin form, visible ASCII only. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Record<string, string>;
  /** Names as they came, and values, in turn. */
  readonly rawHeaders: string[];
}

/** What ends a head. */
export const HEAD_END = Buffer.from('\r\n\r\n');

const REQUEST_LINE = /^([A-Z]+) (\/[!-~]*) HTTP\/1\.1$/;
/** RFC 9110, section 5.1: a token. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII, spaces and tabs; nothing that could end a line. */
const HEADER_VALUE = /^[\t -~]*$/;

/**
 * Reads a head strictly, without the empty line behind it. Undefined where it is in any other form,
 * odd or merely rare (another version, a repeated or folded header, a line end that is not CRLF, no
 * Host …): that is `node:http`'s to read.
 */
export function readRequestHead(
  buffer: Buffer,
  start: number,
  end: number,
): RequestHead | undefined {
  const lines = buffer.toString('latin1', start, end).split('\r\n');
  const [, method, target] = REQUEST_LINE.exec(lines[0] ?? '') ?? [];
  if (method === undefined || target === undefined) return undefined;
  // A header may be called `constructor` or `__proto__`.
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
