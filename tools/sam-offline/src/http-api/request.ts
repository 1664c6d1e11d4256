import type { IncomingMessage } from 'node:http';
import { newTraceId, traceHeader } from '../ids/index.ts';
import type { SignedRequest } from '../signature/index.ts';

/** A request in the form that both payload formats, the authorizers and the Function URLs need. */
export interface GatewayRequest {
  readonly method: string;
  /** The percent-encoded path that the client requested and signed. */
  readonly targetPath: string;
  /** The same path without the prefix that names the API. */
  readonly rawPath: string;
  /**
   * The decoded path. HTTP APIs choose the route by it, and pass it on as `rawPath`. If the path is
   * malformed, it is not decoded.
   */
  readonly path: string;
  /** Set if the path is not valid percent-encoded UTF-8. Every kind of API rejects it. */
  readonly isMalformed?: true;
  /** The query string as it was sent, without the `?`. */
  readonly rawQueryString: string;
  readonly query: readonly NameAndValue[];
  /**
   * Names and values by turns (name, value, name, value …), in the case in which they were sent.
   */
  readonly rawHeaders: readonly string[];
  /** The headers by lower-case name. Values of a repeated name are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
  readonly host: string;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly localPort: number;
  readonly receivedAtMs: number;
  /** The client's `X-Amzn-Trace-Id`, or a new one. */
  readonly traceId: string;
}

export type NameAndValue = readonly [name: string, value: string];

/** The parts of a request target. */
export interface RequestTarget {
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** The authority of an absolute-form target. It replaces the `Host` (RFC 9112, 3.2.2). */
  readonly authority?: string;
}

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]+)(.*)$/i;

/** Splits a request target into its parts; undefined if it has no path. */
export function parseTarget(target: string): RequestTarget | undefined {
  let authority: string | undefined;
  let rest = target;
  if (!target.startsWith('/')) {
    const absolute = ABSOLUTE_FORM.exec(target);
    if (absolute === null) return undefined;
    authority = absolute[1];
    rest = absolute[2] ?? '';
    if (!rest.startsWith('/')) rest = `/${rest}`;
  }
  const hash = rest.indexOf('#');
  if (hash !== -1) rest = rest.slice(0, hash);
  const mark = rest.indexOf('?');
  return {
    rawPath: mark === -1 ? rest : rest.slice(0, mark),
    rawQueryString: mark === -1 ? '' : rest.slice(mark + 1),
    ...(authority === undefined ? {} : { authority }),
  };
}

/** Percent-decodes a path; undefined if it is not valid percent-encoded UTF-8. */
export function decodePath(rawPath: string): string | undefined {
  if (!rawPath.includes('%')) return rawPath;
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return undefined;
  }
}

/** Headers about one connection. A gateway does not pass them on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Makes a `GatewayRequest` from a request and its body.
 *
 * @param rawPath the target's path without the prefix that names the API
 */
export function createGatewayRequest(
  incoming: IncomingMessage,
  target: RequestTarget,
  rawPath: string,
  body: Buffer,
): GatewayRequest {
  const path = decodePath(rawPath);
  const headers = createRecord();
  const cookies: string[] = [];
  const { rawHeaders, socket } = incoming;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (HOP_BY_HOP.has(name)) continue;
    if (name === 'cookie') {
      for (const cookie of value.split(';')) {
        const trimmed = cookie.trim();
        if (trimmed !== '') cookies.push(trimmed);
      }
    }
    const before = headers[name];
    headers[name] =
      before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  const host = target.authority ?? headers.host ?? '';
  const sourceIp = withoutMappedPrefix(socket.remoteAddress ?? '');
  return {
    method: incoming.method ?? 'GET',
    targetPath: target.rawPath,
    rawPath,
    path: path ?? rawPath,
    ...(path === undefined && { isMalformed: true }),
    rawQueryString: target.rawQueryString,
    query: parseQuery(target.rawQueryString),
    rawHeaders,
    headers,
    cookies,
    body,
    host,
    protocol: `HTTP/${incoming.httpVersion}`,
    sourceIp,
    userAgent: headers['user-agent'] ?? '',
    localPort: socket.localPort ?? 0,
    receivedAtMs: Date.now(),
    traceId: headers['x-amzn-trace-id'] ?? traceHeader({ traceId: newTraceId() }),
  };
}

/**
 * Makes an object without a prototype, because a header or parameter may have the name `__proto__`.
 */
export function createRecord<T = string>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/**
 * Parses a query string such as `a=1&b=two+words`. A part that is not valid percent-encoding is not
 * decoded.
 */
export function parseQuery(rawQueryString: string): NameAndValue[] {
  if (rawQueryString === '') return [];
  const pairs: NameAndValue[] = [];
  for (const part of rawQueryString.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    pairs.push(
      equals === -1
        ? [decodeQueryPart(part), '']
        : [decodeQueryPart(part.slice(0, equals)), decodeQueryPart(part.slice(equals + 1))],
    );
  }
  return pairs;
}

function decodeQueryPart(part: string): string {
  const spaced = part.includes('+') ? part.replaceAll('+', ' ') : part;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function withoutMappedPrefix(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

/** Converts a request to the form in which its signature is verified. */
export function toSignedRequest(request: GatewayRequest): SignedRequest {
  return {
    method: request.method,
    path: request.targetPath,
    query: request.rawQueryString,
    headers: request.headers,
    body: request.body,
  };
}
