import { randomText } from './random-text.ts';

/**
 * The content of `X-Amzn-Trace-Id`: the trace, the segment of the caller, and whether the trace is
 * recorded.
 */
export interface TraceContext {
  /** `1-<8 hexadecimal digits>-<24 hexadecimal digits>` */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly parentId?: string | undefined;
  /** Undefined if the receiver decides. */
  readonly isSampled?: boolean | undefined;
}

const TRACE_ID = /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/i;
const PARENT = /(?:^|;)\s*Parent=([0-9a-f]{16})(?:;|$)/i;
const SAMPLED = /(?:^|;)\s*Sampled=([01])(?:;|$)/i;

/**
 * Makes a new trace id
 * (https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids).
 * @param nowMs ms since 1970
 */
export function newTraceId(nowMs: number = Date.now()): string {
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0');
  return `1-${seconds}-${randomText(12, 'hex')}`;
}

/** Makes a new segment id: 16 hexadecimal digits. */
export function newSegmentId(): string {
  return randomText(8, 'hex');
}

let lastHeader: string | undefined;
let lastContext: TraceContext | undefined;

/**
 * Reads `X-Amzn-Trace-Id`. The thousands of pushes of a broadcast have the same header, so the
 * latest one is parsed only once.
 *
 * @returns undefined if the header has no trace id
 */
export function readTraceHeader(header: string | undefined): TraceContext | undefined {
  if (header === undefined) return undefined;
  if (header !== lastHeader) {
    lastContext = parseTraceHeader(header);
    lastHeader = header;
  }
  return lastContext;
}

function parseTraceHeader(header: string): TraceContext | undefined {
  const traceId = TRACE_ID.exec(header)?.[1];
  if (traceId === undefined) return undefined;
  const parentId = PARENT.exec(header)?.[1];
  const sampled = SAMPLED.exec(header)?.[1];
  return {
    traceId,
    ...(parentId !== undefined && { parentId }),
    ...(sampled !== undefined && { isSampled: sampled === '1' }),
  };
}

/** Writes `Root=…;Parent=…;Sampled=1`, with the parts that are known. */
export function traceHeader({ traceId, parentId, isSampled }: TraceContext): string {
  const parent = parentId === undefined ? '' : `;Parent=${parentId}`;
  const sampled = isSampled === undefined ? '' : `;Sampled=${isSampled ? 1 : 0}`;
  return `Root=${traceId}${parent}${sampled}`;
}
