import { randomFillSync, randomUUID } from 'node:crypto';
import { InvalidRequestContentError, RequestTooLargeError } from './errors.ts';
import type { InvocationResult, InvokeOptions } from './invoker.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, in bytes. */
export const MAXIMUM_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** Of an asynchronous invocation, likewise. */
export const MAXIMUM_ASYNC_PAYLOAD_BYTES = 1024 * 1024;
/** What a response may have: the runtime's limit has 100 bytes of room on top, as AWS's has. */
export const MAXIMUM_RESPONSE_BYTES = MAXIMUM_PAYLOAD_BYTES + 100;

/** One attempt to run a function. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: string | Buffer;
  readonly traceId: string;
  /** JSON on one line of ASCII, as it fits a header. */
  readonly clientContext: string | undefined;
  /** Told when it starts to run. */
  readonly onStart: (() => void) | undefined;
  /** `performance.now()` when it was asked for. */
  readonly queuedAt: number;
  readonly settle: (result: InvocationResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * @throws RequestTooLargeError, InvalidRequestContentError
 */
export function createInvocation(
  payload: string | Buffer,
  options: InvokeOptions,
  settle: Invocation['settle'],
  reject: Invocation['reject'],
  requestId: string = randomUUID(),
): Invocation {
  // A character is three bytes of UTF-8 at most (four for two UTF-16 units): count only if need be.
  if (
    payload.length * 3 > MAXIMUM_PAYLOAD_BYTES &&
    Buffer.byteLength(payload) > MAXIMUM_PAYLOAD_BYTES
  ) {
    throw new RequestTooLargeError(MAXIMUM_PAYLOAD_BYTES);
  }
  return {
    requestId,
    // Lambda's event for an empty body.
    payload: payload.length === 0 ? '{}' : payload,
    traceId: traceHeader(options.traceId),
    clientContext:
      options.clientContext === undefined ? undefined : decodeContext(options.clientContext),
    onStart: options.onStart,
    queuedAt: performance.now(),
    settle,
    reject,
  };
}

/** `Root=1-<time>-<24 hex digits>;Parent=<16>;Sampled=0` where the caller sent none that fits a header. */
function traceHeader(traceId: string | undefined): string {
  if (traceId !== undefined && /^[\x21-\x7e]{1,1024}$/.test(traceId)) return traceId;
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomHex(12)};Parent=${randomHex(8)};Sampled=0`;
}

function decodeContext(base64: string): string {
  try {
    const context: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return JSON.stringify(context).replace(
      /[\u007f-\uffff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  } catch {
    throw new InvalidRequestContentError(
      'Client context must be a valid Base64-encoded JSON object.',
    );
  }
}

const pool = Buffer.alloc(4096);
let used = pool.length;

/** Random hex digits from a pool: one call of the generator serves some 200 trace ids. */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
