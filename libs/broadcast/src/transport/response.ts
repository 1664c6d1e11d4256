/** The parts of an HTTP/1.1 response that a push needs. */
export interface PushResponse {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly errorType: string | undefined;
  /** The body, decoded from UTF-8. */
  readonly body: string;
  /** Whether the connection can carry another push. */
  readonly keepAlive: boolean;
}

/** The endpoint sent something that is not a response to a push, or more than one response. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
  readonly code = 'ERR_MALFORMED_RESPONSE';
}

/** Responses of `@connections` are below 1 KB; a response longer than this is refused (bytes). */
export const MAX_RESPONSE_BYTES = 64 * 1024;

const HEAD_END = '\r\n\r\n';
/** RFC 9110, section 5.1: a token. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/**
 * Visible characters, spaces and tabs; no character that a proxy could read as the end of a line.
 */
const HEADER_VALUE = /^[\t -~\x80-\xff]*$/;

interface Head {
  status: number;
  requestId: string | undefined;
  errorType: string | undefined;
  contentLength: number | undefined;
  chunked: boolean;
  keepAlive: boolean;
}

/**
 * Reads the response to a push from all bytes that came since the push was sent. It is strict: bytes
 * that a proxy could read in another way are malformed, because the response to one push must never
 * be taken for the response to another.
 *
 * @param received bytes, one character each (latin1)
 * @param ended whether nothing more will come
 * @returns undefined while the response is incomplete
 * @throws MalformedResponseError
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3 how long a body is
 */
export function readResponse(received: string, ended: boolean): PushResponse | undefined {
  if (received.length > MAX_RESPONSE_BYTES) throw tooLong();
  for (let start = 0; ;) {
    const headEnd = received.indexOf(HEAD_END, start);
    if (headEnd === -1) return undefined;
    const head = readHead(received.slice(start, headEnd));
    const bodyStart = headEnd + HEAD_END.length;
    if (head.status >= 200) return readBody(head, received, bodyStart, ended);
    // An interim response: the final one follows. The push did not request an upgrade.
    if (head.status === 101) throw new MalformedResponseError('switched to another protocol');
    start = bodyStart;
  }
}

function readHead(text: string): Head {
  const lineEnd = text.indexOf('\r\n');
  const statusLine = lineEnd === -1 ? text : text.slice(0, lineEnd);
  const [, minor, status] = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/.exec(statusLine) ?? [];
  if (status === undefined) throw new MalformedResponseError('no HTTP/1.1 status line');
  const head: Head = {
    status: Number(status),
    requestId: undefined,
    errorType: undefined,
    contentLength: undefined,
    chunked: false,
    keepAlive: minor === '1',
  };
  for (let at = lineEnd; at !== -1;) {
    const next = text.indexOf('\r\n', at + 2);
    readHeader(head, next === -1 ? text.slice(at + 2) : text.slice(at + 2, next));
    at = next;
  }
  return head;
}

function readHeader(head: Head, line: string): void {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon);
  const value = line.slice(colon + 1).trim();
  // A line that begins with a space would continue the one before.
  if (colon === -1 || !HEADER_NAME.test(name) || !HEADER_VALUE.test(line.slice(colon + 1))) {
    throw new MalformedResponseError('a line that is not a valid header');
  }
  switch (name.toLowerCase()) {
    case 'content-length': {
      const length = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
      if (Number.isNaN(length) || (head.contentLength ?? length) !== length) {
        throw new MalformedResponseError('a Content-Length that is not a number, or two of them');
      }
      head.contentLength = length;
      break;
    }
    case 'transfer-encoding':
      if (value.toLowerCase() !== 'chunked' || head.chunked) {
        throw new MalformedResponseError('a Transfer-Encoding other than chunked');
      }
      head.chunked = true;
      break;
    case 'connection':
      if (/(?:^|,)\s*close\s*(?:,|$)/i.test(value)) head.keepAlive = false;
      break;
    case 'x-amzn-requestid':
      head.requestId = value;
      break;
    case 'x-amzn-errortype':
      head.errorType = value;
      break;
  }
}

function readBody(
  head: Head,
  received: string,
  start: number,
  ended: boolean,
): PushResponse | undefined {
  const { status, requestId, errorType, contentLength, chunked } = head;
  const response = (body: string, end: number, keepAlive = head.keepAlive): PushResponse => {
    if (end < received.length) throw new MalformedResponseError('two responses to one push');
    const text = body === '' ? '' : Buffer.from(body, 'latin1').toString();
    return { status, requestId, errorType, body: text, keepAlive };
  };
  if (status === 204 || status === 304) return response('', start);
  if (chunked) {
    if (contentLength !== undefined) throw new MalformedResponseError('two lengths of one body');
    const chunks = readChunks(received, start);
    return chunks && response(chunks.body, chunks.end);
  }
  if (contentLength !== undefined) {
    const end = start + contentLength;
    if (end > MAX_RESPONSE_BYTES) throw tooLong();
    return received.length < end ? undefined : response(received.slice(start, end), end);
  }
  // The body ends when the connection ends.
  return ended ? response(received.slice(start), received.length, false) : undefined;
}

/** Reads a chunked body; undefined until its last chunk and trailers have arrived. */
function readChunks(received: string, start: number): { body: string; end: number } | undefined {
  let body = '';
  for (let at = start; ;) {
    const lineEnd = received.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = /^([0-9a-f]{1,8})[\t ]*(?:;|$)/i.exec(received.slice(at, lineEnd))?.[1];
    if (size === undefined) throw new MalformedResponseError('a chunk without a size');
    const dataStart = lineEnd + 2;
    const dataEnd = dataStart + Number.parseInt(size, 16);
    if (dataEnd === dataStart) {
      // Trailers follow, up to an empty line.
      const end = received.startsWith('\r\n', dataStart)
        ? dataStart
        : received.indexOf(HEAD_END, dataStart) + 2;
      return end < dataStart || received.length < end + 2 ? undefined : { body, end: end + 2 };
    }
    if (dataEnd > MAX_RESPONSE_BYTES) throw tooLong();
    if (received.length < dataEnd + 2) return undefined;
    if (!received.startsWith('\r\n', dataEnd)) {
      throw new MalformedResponseError('a chunk that is longer than its size');
    }
    body += received.slice(dataStart, dataEnd);
    at = dataEnd + 2;
  }
}

function tooLong(): MalformedResponseError {
  return new MalformedResponseError(`a response of over ${MAX_RESPONSE_BYTES} bytes`);
}
