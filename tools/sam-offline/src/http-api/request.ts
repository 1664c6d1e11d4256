import type { IncomingMessage } from 'node:http';
import { newTraceId, traceHeader } from '../ids/index.ts';
import type { SignedRequest } from '../signature/index.ts';

/** A request as both payload formats, the authorizers and the Function URLs need it. */
export interface GatewayRequest {
  readonly method: string;
  /** The path that the client requested and signed, percent-encoded. */
  readonly targetPath: string;
  /** The same, without the prefix by which an API that shares its port was chosen. */
  readonly rawPath: string;
  /**
   * Decoded: HTTP APIs choose the route by it, and hand it on as `rawPath`. Of a malformed one, what was sent.
   */
  readonly path: string;
  /** The path is not valid percent-encoded UTF-8: every kind of API refuses it. */
  readonly isMalformed?: true;
  /** Without the `?`, as it was sent. */
  readonly rawQueryString: string;
  readonly query: readonly NameAndValue[];
  /** Name, value, name, value …, in the case they were sent in. */
  readonly rawHeaders: readonly string[];
  /** Lower-case names; values of a name that repeats are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
  readonly host: string;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly localPort: number;
  readonly receivedAtMs: number;
  /** `X-Amzn-Trace-Id`: the client's, or a new one. */
  readonly traceId: string;
}

export type NameAndValue = readonly [name: string, value: string];

/** The request target in its parts. */
export interface RequestTarget {
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Of an absolute-form target, which then counts instead of `Host` (RFC 9112, 3.2.2). */
  readonly authority?: string;
}

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]+)(.*)$/i;

/** Splits a request target into its parts; undefined when it does not name a path. */
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

/** Percent-decodes a path; undefined where it is not valid percent-encoded UTF-8. */
export function decodePath(rawPath: string): string | undefined {
  if (!rawPath.includes('%')) return rawPath;
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return undefined;
  }
}

/** Headers that concern one connection only: a gateway never hands them on (RFC 9110, 7.6.1). */
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
 * Makes the gateway's view of a request whose body has been read.
 *
 * @param rawPath the target's, without the prefix by which an API that shares its port was chosen
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

/** An object without a prototype: a header or parameter may be called `__proto__`. */
export function createRecord<T = string>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** Parses `a=1&b=two+words`; a part that is not valid percent-encoding is kept as it is. */
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

/** What a signature is verified over. */
export function toSignedRequest(request: GatewayRequest): SignedRequest {
  return {
    method: request.method,
    path: request.targetPath,
    query: request.rawQueryString,
    headers: request.headers,
    body: request.body,
  };
}
