/** How often each value occurred. Values of one distribution are distinct. */
export interface Distribution {
  readonly values: readonly number[];
  /** One count for each of `values`, a whole number from 1. */
  readonly counts: readonly number[];
}

/** The most values, or metric targets, that CloudWatch takes in one EMF entry. */
export const MAX_VALUES = 100;

/** Dimensions, with the parts of a line that they decide. A function has few of them. */
export interface EmfDimensions {
  readonly namespace: string;
  readonly names: readonly string[];
  /** The JSON of the fields with their values, without the braces. */
  readonly json: string;
  /** The JSON of the directives that lines have had, by the names of their metrics. */
  readonly directives: Map<string, string>;
}

/** @param values at least one dimension; no value is empty */
export function emfDimensions(
  namespace: string,
  values: Readonly<Record<string, string>>,
): EmfDimensions {
  const json = JSON.stringify(values).slice(1, -1);
  return { namespace, names: Object.keys(values), json, directives: new Map() };
}

/** What all entries of one publication have in common. */
export interface EmfOptions {
  readonly dimensions: EmfDimensions;
  /** The time of the values (milliseconds since 1970). */
  readonly timestampMs: number;
  /** Searchable fields that are not dimensions. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A metric with its values. Its name is letters, and it always has the same unit. */
interface EmfMetric<Value> {
  readonly name: string;
  readonly unit: string;
  readonly value: Value;
}

/** A metric of one line, with the JSON of a value, of several values, or of a distribution. */
interface EmfPart {
  readonly name: string;
  readonly unit: string;
  readonly json: string;
}

/**
 * Metrics as log lines in CloudWatch's embedded metric format (EMF). One line is enough, unless a
 * metric has more than 100 values. Powertools' `addMetric` and `publishStoredMetrics` are not used:
 * they check each name, unit and dimension again, which the catalogue's types have done, and read
 * `process.env` at every access.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param metrics at most 100, each with its values; all values finite
 */
export function emfOfValues(
  options: EmfOptions,
  metrics: readonly EmfMetric<readonly number[]>[],
): string[] {
  const lines: string[] = [];
  for (let start = 0; ; start += MAX_VALUES) {
    const parts: EmfPart[] = [];
    for (const { name, unit, value } of metrics) {
      if (start >= value.length) continue;
      const values = value.length > MAX_VALUES ? value.slice(start, start + MAX_VALUES) : value;
      const json = values.length === 1 ? String(values[0]) : JSON.stringify(values);
      parts.push({ name, unit, json });
    }
    if (parts.length === 0) return lines;
    lines.push(emfLine(options, parts));
  }
}

/**
 * A distribution as lines of EMF, with up to 100 values in a line. Powertools' Metrics writes a
 * value each time that it occurs, so 10,000 recipients would be 10,000 numbers in 100 lines.
 * CloudWatch also takes an object of `Values` and `Counts`, as PutMetricData does, and AWS's own
 * Application Signals sends its histograms in this form:
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/pull/22626, The limit of 100 is
 * from https://github.com/open-telemetry/opentelemetry-collector-contrib/pull/36336
 *
 * Values that are not finite, and counts that are not whole numbers from 1, are left out: CloudWatch
 * would reject the whole entry.
 */
export function emfOfDistribution(
  options: EmfOptions,
  { name, unit, value: { values, counts } }: EmfMetric<Distribution>,
): string[] {
  const pairs = values
    .map((value, index) => [value, counts[index] ?? 0] as const)
    .filter(([value, count]) => Number.isFinite(value) && Number.isInteger(count) && count > 0)
    .sort(([one], [other]) => one - other);
  const lines: string[] = [];
  for (let start = 0; start < pairs.length; start += MAX_VALUES) {
    const json = JSON.stringify(statisticsOf(pairs.slice(start, start + MAX_VALUES)));
    lines.push(emfLine(options, [{ name, unit, json }]));
  }
  return lines;
}

function emfLine(
  { dimensions, timestampMs, metadata = {} }: EmfOptions,
  metrics: readonly EmfPart[],
): string {
  let fields = dimensions.json;
  for (const name in metadata)
    fields += `,${JSON.stringify(name)}:${JSON.stringify(metadata[name])}`;
  for (const { name, json } of metrics) fields += `,"${name}":${json}`;
  return `{"_aws":{"Timestamp":${timestampMs},"CloudWatchMetrics":[${directiveOf(dimensions, metrics)}]},${fields}}`;
}

/** The JSON of a line's directive: namespace, names of dimensions, names and units of metrics. */
function directiveOf(
  { namespace, names, directives }: EmfDimensions,
  metrics: readonly EmfPart[],
): string {
  const [first, ...others] = metrics;
  let key = first?.name ?? '';
  for (const { name } of others) key += ` ${name}`;
  let directive = directives.get(key);
  if (directive === undefined) {
    directive = JSON.stringify({
      Namespace: namespace,
      Dimensions: [names],
      Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
    });
    directives.set(key, directive);
  }
  return directive;
}

/** @param pairs values in ascending order, each with its count; at least one */
function statisticsOf(pairs: readonly (readonly [number, number])[]): object {
  return {
    Values: pairs.map(([value]) => value),
    Counts: pairs.map(([, count]) => count),
    Max: pairs.at(-1)?.[0],
    Min: pairs[0]?.[0],
    Count: pairs.reduce((sum, [, count]) => sum + count, 0),
    Sum: pairs.reduce((sum, [value, count]) => sum + value * count, 0),
  };
}
