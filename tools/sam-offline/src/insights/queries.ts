import type { MetricDatum, StackEvent } from '../events/index.ts';

/** From `startMs` (included) to `endMs` (excluded), in ms since 1970; open where absent. */
export interface TimeRange {
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
}

/** A log entry as CloudWatch Logs would hold it. */
export interface LogEntry {
  /** Its place in the store: unique, and grows in the order in which entries were received. */
  readonly id: number;
  readonly logGroup: string;
  readonly logStream: string;
  /** Whole milliseconds since 1970. */
  readonly timestampMs: number;
  readonly ingestionMs: number;
  /** Without a line feed at the end. */
  readonly message: string;
}

export interface LogQuery extends TimeRange {
  readonly logGroup?: string | undefined;
  /** These streams only; all where absent. */
  readonly logStreams?: readonly string[] | undefined;
  readonly logStreamPrefix?: string | undefined;
  /** A filter pattern or a search, evaluated on each entry that the rest admits. */
  readonly matches?: ((message: string) => boolean) | undefined;
  /** Continues behind the entry with this id (or before it, with `newestFirst`). */
  readonly afterId?: number | undefined;
  readonly newestFirst?: boolean | undefined;
  /** At most so many entries; 10,000 where absent. */
  readonly limit?: number | undefined;
}

/** Entries in the order in which they were received. */
export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Give it as `afterId` for the next page; absent at the end. */
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

/** What names a metric. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MetricFilter {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** A metric has to have all of these; any value where a value is undefined. */
  readonly dimensions?: Readonly<Record<string, string | undefined>> | undefined;
  /** Only metrics that got values since then, in ms since 1970. */
  readonly activeSinceMs?: number | undefined;
}

export interface ListedMetric extends MetricId {
  /** CloudWatch's name, of the latest value. */
  readonly unit: string;
  readonly lastValueMs: number;
}

export interface MetricQuery extends Required<TimeRange> {
  readonly startMs: number;
  readonly endMs: number;
  readonly namespace: string;
  readonly name: string;
  /** Exactly these; a metric with more dimensions is another metric. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Seconds, from 1. */
  readonly periodSeconds: number;
  /** A time at which a period starts, in ms since 1970; periods start at multiples of their length where absent. */
  readonly originMs?: number | undefined;
  /**
   * `SampleCount`, `Sum`, `Average`, `Minimum`, `Maximum`, `p99.9`, `tm90`, `TM(10%:90%)`,
   * `tc90`, `ts90`, `wm90`, `PR(:100)`, `IQM`.
   */
  readonly statistics: readonly string[];
  /** Only values with this unit. */
  readonly unit?: string | undefined;
}

/** One period of a metric that has values. */
export interface Datapoint {
  /** Start of the period, ms since 1970, a multiple of the period. */
  readonly timestampMs: number;
  readonly unit: string;
  /** By the statistic's name as it was asked for. */
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
  /** Seconds of the root segment in X-Ray's `ResponseTime`, here in ms. */
  readonly responseTimeMs: number;
  readonly hasFault: boolean;
  readonly hasError: boolean;
  readonly hasThrottle: boolean;
  /** False while a segment is still in progress. */
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
  /** Name of the first segment. */
  readonly entryPoint: string;
  /** Names of all services that took part. */
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
    /** JSON, as X-Ray's segment documents are. */
    readonly document: string;
  }[];
}

export interface RejectedSegment {
  readonly id?: string | undefined;
  readonly errorCode: 'ParseError' | 'MissingId' | 'TooLarge';
  readonly message: string;
}

/** Facts as they were stored. */
export interface EventQuery extends TimeRange {
  readonly types?: readonly StackEvent['type'][] | undefined;
  /** Only facts behind this id. */
  readonly afterId?: number | undefined;
  /** A cheap test on the stored JSON line, before it is parsed. */
  readonly contains?: string | undefined;
}

export interface StoredEvent {
  readonly id: number;
  readonly event: StackEvent;
}
