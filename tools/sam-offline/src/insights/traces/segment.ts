/** A segment or subsegment document of X-Ray, with the fields that are read here. */
export interface Segment {
  readonly id: string;
  readonly trace_id: string;
  readonly name: string;
  /** Seconds since 1970. */
  readonly start_time: number;
  readonly end_time?: number;
  readonly in_progress?: boolean;
  readonly parent_id?: string;
  readonly type?: string;
  readonly fault?: boolean;
  readonly error?: boolean;
  readonly throttle?: boolean;
  readonly http?: {
    readonly request?: Readonly<Record<string, unknown>>;
    readonly response?: Readonly<Record<string, unknown>>;
  };
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly subsegments?: readonly Segment[];
}

/** X-Ray's limit of a segment document, in bytes. */
export const MAXIMUM_SEGMENT_BYTES = 64 * 1024;

const SEGMENT_ID = /^[0-9a-f]{16}$/i;
const TRACE_ID = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i;

/** The reason why a document is refused. */
export interface Refusal {
  readonly id?: string | undefined;
  readonly errorCode: 'ParseError' | 'MissingId' | 'TooLarge';
  readonly message: string;
}

/** Reads a segment document, with the checks that X-Ray makes before it takes a document. */
export function readSegment(document: string): Segment | Refusal {
  const bytes = Buffer.byteLength(document);
  if (bytes > MAXIMUM_SEGMENT_BYTES) {
    return {
      errorCode: 'TooLarge',
      message: `A segment document of ${bytes} bytes; X-Ray takes ${MAXIMUM_SEGMENT_BYTES}.`,
    };
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    return { errorCode: 'ParseError', message: 'The segment document is not JSON.' };
  }
  if (typeof parsed !== 'object' || parsed === null) {
    return { errorCode: 'ParseError', message: 'The segment document is not an object.' };
  }
  const segment = parsed as Partial<Segment>;
  if (typeof segment.id !== 'string' || !SEGMENT_ID.test(segment.id)) {
    return { errorCode: 'MissingId', message: 'id is not 16 hexadecimal digits.' };
  }
  const { id } = segment;
  const refuse = (message: string): Refusal => ({ id, errorCode: 'ParseError', message });
  if (typeof segment.trace_id !== 'string' || !TRACE_ID.test(segment.trace_id)) {
    return refuse('trace_id is not of the form 1-<8 hexadecimal digits>-<24 hexadecimal digits>.');
  }
  if (typeof segment.name !== 'string' || segment.name === '') return refuse('name is missing.');
  if (!isTime(segment.start_time)) return refuse('start_time is not a time in seconds since 1970.');
  if (segment.end_time === undefined && segment.in_progress !== true) {
    return refuse('There is neither end_time nor in_progress.');
  }
  if (segment.end_time !== undefined && !isTime(segment.end_time)) {
    return refuse('end_time is not a time in seconds since 1970.');
  }
  return segment as Segment;
}

/** Whether a segment document was refused. */
export function isRefusal(read: Segment | Refusal): read is Refusal {
  return 'errorCode' in read;
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
