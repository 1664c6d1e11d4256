import type { IncomingMessage } from 'node:http';
import { HEAD_END, readRequestHead } from './request-head.ts';

/**
 * The parts of a request that a handshake needs, whether `node:http` or this reader has read it.
 */
export type UpgradeRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>;

export interface ReadUpgrade {
  readonly request: UpgradeRequest;
  /** The index of the first byte after the request. */
  readonly end: number;
}

const METHOD = Buffer.from('GET ');
/** Firefox sends both values. */
const CONNECTION = /^(keep-alive, )?upgrade$/i;

/**
 * Reads a WebSocket handshake that came in one piece, in the form in which browsers and clients
 * send it, as strictly as `readPost`.
 *
 * @param maximumBytes of the request line and the headers
 */
export function readUpgrade(
  buffer: Buffer,
  start: number,
  maximumBytes: number,
): ReadUpgrade | undefined {
  if (buffer.length - start < METHOD.length) return undefined;
  if (buffer.compare(METHOD, 0, METHOD.length, start, start + METHOD.length) !== 0) {
    return undefined;
  }
  const headEnd = buffer.indexOf(HEAD_END, start);
  if (headEnd < 0 || headEnd - start > maximumBytes) return undefined;
  const head = readRequestHead(buffer, start, headEnd);
  if (head === undefined) return undefined;
  const { method, target: url, headers, rawHeaders } = head;
  const isPlain =
    headers.upgrade?.toLowerCase() === 'websocket' &&
    CONNECTION.test(headers.connection ?? '') &&
    // The request has no body, and its client does not wait for a 100.
    !('content-length' in headers || 'transfer-encoding' in headers || 'expect' in headers);
  if (!isPlain) return undefined;
  return { request: { method, url, headers, rawHeaders }, end: headEnd + HEAD_END.length };
}
