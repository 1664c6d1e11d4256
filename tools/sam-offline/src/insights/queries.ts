import type { MetricDatum, StackEvent } from '../events/index.ts';

/** From `startMs` (included) to `endMs` (excluded), in ms since 1970. An absent end is open. */
export interface TimeRange {
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
}

/** A log entry as CloudWatch Logs would have it. */
export interface LogEntry {
  /**
   * The position of the entry in the store. It is unique, and it grows in the order in which
   * entries were received.
   */
  readonly id: number;
  readonly logGroup: string;
  readonly logStream: string;
  /** The time, in whole milliseconds since 1970. */
  readonly timestampMs: number;
  readonly ingestionMs: number;
  /** The text, without a line feed at the end. */
  readonly message: string;
}

export interface LogQuery extends TimeRange {
  readonly logGroup?: string | undefined;
  /** Only the entries of these streams. All streams if absent. */
  readonly logStreams?: readonly string[] | undefined;
  readonly logStreamPrefix?: string | undefined;
  /**
   * A filter pattern or a search. It is evaluated for each entry that the other conditions admit.
   */
  readonly matches?: ((message: string) => boolean) | undefined;
  /** Continues after the entry with this id, or before it with `newestFirst`. */
  readonly afterId?: number | undefined;
  readonly newestFirst?: boolean | undefined;
  /** The most entries. 10,000 if absent. */
  readonly limit?: number | undefined;
}

/** The entries, in the order in which they were received. */
export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** The value of `afterId` for the next page. Absent at the end. */
  readonly nextId?: number | undefined;
}

export interface LogGroup {
  readonly name: string;
  readonly createdMs: number;
  readonly storedBytes: number;
}

export interface LogStream {
  readonly name: string;
  readonly createdMs: number;
  readonly firstEventMs: number;
  readonly lastEventMs: number;
  readonly lastIngestionMs: number;
  readonly storedBytes: number;
}

/** The properties that identify a metric. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MetricFilter {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** The dimensions that a metric has to have. Undefined as a value stands for any value. */
  readonly dimensions?: Readonly<Record<string, string | undefined>> | undefined;
  /** Only metrics that have had values since then, in ms since 1970. */
  readonly activeSinceMs?: number | undefined;
}

export interface ListedMetric extends MetricId {
  /** CloudWatch's name of the unit that the latest value has. */
  readonly unit: string;
  readonly lastValueMs: number;
}

export interface MetricQuery extends Required<TimeRange> {
  readonly startMs: number;
  readonly endMs: number;
  readonly namespace: string;
  readonly name: string;
  /** Exactly these dimensions. A metric with more dimensions is another metric. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** The length of a period in seconds, from 1. */
  readonly periodSeconds: number;
  /**
   * A time at which a period starts, in ms since 1970. If absent, periods start at multiples of
   * their length.
   */
  readonly originMs?: number | undefined;
  /**
   * `SampleCount`, `Sum`, `Average`, `Minimum`, `Maximum`, `p99.9`, `tm90`, `TM(10%:90%)`,
   * `tc90`, `ts90`, `wm90`, `PR(:100)`, `IQM`.
   */
  readonly statistics: readonly string[];
  /** Only values with this unit. */
  readonly unit?: string | undefined;
}

/** A period of a metric, with values. */
export interface Datapoint {
  /** The start of the period, in ms since 1970. It is a multiple of the period's length. */
  readonly timestampMs: number;
  readonly unit: string;
  /** The values, by the names of the statistics in the query. */
  readonly statistics: Readonly<Record<string, number>>;
}

export interface MetricData {
  readonly namespace: string;
  readonly timestampMs: number;
  readonly datum: MetricDatum;
}

/** X-Ray's summary of a trace. */
export interface TraceSummary {
  readonly id: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** X-Ray's `ResponseTime`, which is the duration of the root segment. Here it is in ms. */
  readonly responseTimeMs: number;
  readonly hasFault: boolean;
  readonly hasError: boolean;
  readonly hasThrottle: boolean;
  /** False while a segment is in progress. */
  readonly isComplete: boolean;
  readonly http?:
    | {
        readonly url?: string | undefined;
        readonly status?: number | undefined;
        readonly method?: string | undefined;
        readonly clientIp?: string | undefined;
        readonly userAgent?: string | undefined;
      }
    | undefined;
  /** The name of the first segment. */
  readonly entryPoint: string;
  /** The names of all services that took part. */
  readonly services: readonly string[];
  readonly annotations: Readonly<Record<string, readonly (string | number | boolean)[]>>;
}

/** All segments of a trace, as documents. */
export interface Trace {
  readonly id: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly segments: readonly {
    readonly id: string;
    /** The segment document, as JSON. */
    readonly document: string;
  }[];
}

export interface RejectedSegment {
  readonly id?: string | undefined;
  readonly errorCode: 'ParseError' | 'MissingId' | 'TooLarge';
  readonly message: string;
}

/** Facts in the form in which they were stored. */
export interface EventQuery extends TimeRange {
  readonly types?: readonly StackEvent['type'][] | undefined;
  /** Only facts after this id. */
  readonly afterId?: number | undefined;
  /** A fast test of the stored JSON line, before it is parsed. */
  readonly contains?: string | undefined;
}

export interface StoredEvent {
  readonly id: number;
  readonly event: StackEvent;
}
