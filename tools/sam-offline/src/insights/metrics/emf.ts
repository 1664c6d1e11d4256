import type { MetricDatum } from '../../events/index.ts';
import { splitLambdaPrefix } from '../logs/index.ts';

/**
 * The embedded metric format: a log line of JSON whose `_aws` member says which of its other members
 * are metrics
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
export interface EmfMetrics {
  readonly timeMs: number;
  readonly data: readonly { readonly namespace: string; readonly datum: MetricDatum }[];
  /**
   * The metrics that CloudWatch would refuse, with the reasons. The rest of the line still counts.
   */
  readonly problems: readonly string[];
}

/** The limits of the specification. */
const MAXIMUM_DIMENSIONS = 30;
const MAXIMUM_METRICS = 100;
const MAXIMUM_VALUES = 100;
const MAXIMUM_NAME = 1024;
/** CloudWatch takes values from two weeks ago to two hours ahead. */
const OLDEST_MS = 14 * 24 * 3600 * 1000;
const NEWEST_MS = 2 * 3600 * 1000;

const UNITS = new Set(
  (
    'Seconds Microseconds Milliseconds Bytes Kilobytes Megabytes Gigabytes Terabytes Bits Kilobits Megabits ' +
    'Gigabits Terabits Percent Count Bytes/Second Kilobytes/Second Megabytes/Second Gigabytes/Second ' +
    'Terabytes/Second Bits/Second Kilobits/Second Megabits/Second Gigabits/Second Terabits/Second Count/Second None'
  ).split(' '),
);

/** The object of a line. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether the object of a log line is in the embedded metric format, right or wrong. */
export function isEmf(document: unknown): boolean {
  return (
    isObject(document) && isObject(document._aws) && document._aws.CloudWatchMetrics !== undefined
  );
}

/** Whether a log line may be in the embedded metric format. It does not parse the line. */
function mayBeEmf(text: string): boolean {
  return text.includes('CloudWatchMetrics"') && text.includes('"_aws"');
}

/**
 * Reads a log line in the embedded metric format.
 *
 * @param nowMs the time at which the line was received, in ms since 1970
 * @returns undefined for a line that is not in this format
 */
export function readEmf(text: string, nowMs: number): EmfMetrics | undefined {
  if (!mayBeEmf(text)) return undefined;
  const problems: string[] = [];
  // CloudWatch also finds the metrics in lines of `console.log`.
  const { body } = splitLambdaPrefix(text);
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch (error) {
    // A line of text may quote the format. Only a line that begins as an object is reported as a
    // mistake.
    if (!body.trimStart().startsWith('{')) return undefined;
    const why = error instanceof Error ? error.message : String(error);
    return { timeMs: nowMs, data: [], problems: [`it is not JSON (${why.slice(0, 100)})`] };
  }
  if (!isObject(document) || !isObject(document._aws)) return undefined;
  const { CloudWatchMetrics: directives, Timestamp: timestamp } = document._aws;
  if (directives === undefined) return undefined;
  if (typeof timestamp !== 'number' || !isRecent(timestamp, nowMs)) {
    const found = timestamp === undefined ? 'absent' : JSON.stringify(timestamp);
    problems.push(
      `_aws.Timestamp is ${found.slice(0, 40)}; expected milliseconds since 1970, from two weeks ago to two hours ahead`,
    );
    return { timeMs: nowMs, data: [], problems };
  }
  if (!Array.isArray(directives)) {
    problems.push('_aws.CloudWatchMetrics is not an array');
    return { timeMs: nowMs, data: [], problems };
  }
  const data = (directives as readonly unknown[]).flatMap((directive, index) =>
    readDirective(directive, document, (problem) =>
      problems.push(`_aws.CloudWatchMetrics[${index}]${problem}`),
    ),
  );
  return { timeMs: timestamp, data, problems };
}

type Report = (problem: string) => void;

function readDirective(
  directive: unknown,
  document: Json,
  report: Report,
): { namespace: string; datum: MetricDatum }[] {
  if (!isObject(directive)) {
    report(' is not an object');
    return [];
  }
  const { Namespace: namespace, Dimensions: sets, Metrics: metrics } = directive;
  if (typeof namespace !== 'string' || namespace === '' || namespace.length > MAXIMUM_NAME) {
    report(`.Namespace is not a string of 1 to ${MAXIMUM_NAME} characters`);
    return [];
  }
  if (!Array.isArray(metrics)) {
    report('.Metrics is not an array');
    return [];
  }
  if (metrics.length > MAXIMUM_METRICS) {
    report(`.Metrics has ${metrics.length} metrics; CloudWatch takes ${MAXIMUM_METRICS}`);
    return [];
  }
  const dimensions = readDimensions(sets, document, report);
  return (metrics as readonly unknown[]).flatMap((metric, index) => {
    const read = readMetric(metric, document, (problem) => {
      report(`.Metrics[${index}]${problem}`);
    });
    return read === undefined
      ? []
      : dimensions.map((set) => ({ namespace, datum: { ...read, dimensions: set } }));
  });
}

/** One set of dimensions is one metric. Without sets there is one metric without dimensions. */
function readDimensions(sets: unknown, document: Json, report: Report): Record<string, string>[] {
  if (sets === undefined) return [{}];
  if (!Array.isArray(sets)) {
    report('.Dimensions is not an array of arrays');
    return [];
  }
  if (sets.length === 0) return [{}];
  return (sets as readonly unknown[]).flatMap((keys, index) => {
    if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
      report(`.Dimensions[${index}] is not an array of names`);
      return [];
    }
    if (keys.length > MAXIMUM_DIMENSIONS) {
      report(
        `.Dimensions[${index}] has ${keys.length} dimensions; CloudWatch takes ${MAXIMUM_DIMENSIONS}`,
      );
      return [];
    }
    const set: Record<string, string> = {};
    for (const key of keys) {
      const value = member(document, key);
      if (!isDimension(value)) {
        report(
          `.Dimensions[${index}]: the member "${key.slice(0, 60)}" is not a string of 1 to ${MAXIMUM_NAME} characters`,
        );
        return [];
      }
      set[key] = value;
    }
    return [set];
  });
}

/** The possible values of a dimension. */
export function isDimension(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAXIMUM_NAME;
}

function readMetric(
  metric: unknown,
  document: Json,
  report: Report,
): Omit<MetricDatum, 'dimensions'> | undefined {
  if (!isObject(metric)) {
    report(' is not an object');
    return undefined;
  }
  const { Name: name, Unit: unit = 'None', StorageResolution: resolution = 60 } = metric;
  if (typeof name !== 'string' || name === '' || name.length > MAXIMUM_NAME) {
    report(`.Name is not a string of 1 to ${MAXIMUM_NAME} characters`);
    return undefined;
  }
  if (typeof unit !== 'string' || !UNITS.has(unit)) {
    report(`.Unit is ${JSON.stringify(unit).slice(0, 40)}, which is not a unit of CloudWatch`);
    return undefined;
  }
  if (resolution !== 1 && resolution !== 60) {
    report(`.StorageResolution is ${JSON.stringify(resolution).slice(0, 40)}; expected 1 or 60`);
    return undefined;
  }
  const values = readValues(member(document, name));
  if (typeof values === 'string') {
    report(`: the member "${name.slice(0, 60)}" ${values}`);
    return undefined;
  }
  return { metricName: name, unit, storageResolution: resolution, ...values };
}

type Values = Pick<MetricDatum, 'values' | 'counts' | 'statisticSet'>;

/**
 * Reads the values of a metric.
 *
 * @returns the problem, if there is one
 */
function readValues(value: unknown): Values | string {
  if (isNumber(value)) return { values: [value] };
  if (Array.isArray(value)) return readArray(value);
  if (!isObject(value)) return 'is neither a number nor an array of numbers';
  if (Array.isArray(value.Values)) {
    const read = readArray(value.Values);
    if (typeof read === 'string') return read;
    const { Counts: counts } = value;
    if (counts === undefined) return read;
    if (!Array.isArray(counts) || !counts.every((count) => isNumber(count) && count >= 0)) {
      return 'has Counts that are not all numbers';
    }
    if (counts.length !== read.values.length) return 'does not have as many Counts as Values';
    return { ...read, counts: counts as number[] };
  }
  const { Min: minimum, Max: maximum, Sum: sum, Count: sampleCount } = value;
  if (isNumber(minimum) && isNumber(maximum) && isNumber(sum) && isNumber(sampleCount)) {
    return { values: [], statisticSet: { minimum, maximum, sum, sampleCount } };
  }
  return 'has neither Values, nor Min, Max, Sum and Count';
}

function readArray(values: readonly unknown[]): Values | string {
  if (values.length > MAXIMUM_VALUES) {
    return `has ${values.length} values; CloudWatch takes ${MAXIMUM_VALUES}`;
  }
  return values.every(isNumber) ? { values } : 'is an array with something other than numbers';
}

/** A member of a line, by a name that may be any. */
export function member(document: Json, name: string): unknown {
  return Object.hasOwn(document, name) ? document[name] : undefined;
}

/** Whether CloudWatch takes a value of this time. */
export function isRecent(timestampMs: number, nowMs: number): boolean {
  return timestampMs >= nowMs - OLDEST_MS && timestampMs <= nowMs + NEWEST_MS;
}

/** The possible values of a metric. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Whether a value of JSON is an object, and not an array. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
