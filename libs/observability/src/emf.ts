/** How often each value occurred. Values of one distribution are distinct. */
export interface Distribution {
  readonly values: readonly number[];
  /** As long as `values`, each a whole number from 1. */
  readonly counts: readonly number[];
}

/** The most values, or metric targets, that CloudWatch takes in one EMF entry. */
export const MAX_VALUES = 100;

/** What all entries of one publication have. */
export interface EmfOptions {
  readonly namespace: string;
  /** At least one; every value not empty. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly timestampMs: number;
  /** Searchable fields that are no dimensions. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A metric and what happened: a value, several, or a distribution's statistics. */
interface EmfMetric<Value> {
  readonly name: string;
  readonly unit: string;
  readonly value: Value;
}

/**
 * Metrics as log lines in CloudWatch's embedded metric format (EMF). One line does, unless a metric
 * has more than 100 values.
 *
 * Not through Powertools' `addMetric` and `publishStoredMetrics`: they check each name, unit and
 * dimension anew, which the catalogue's types have done, and look for the invoke store in `process.env`
 * at every access.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param metrics at most 100, each with its values; all values finite
 */
export function emfOfValues(
  options: EmfOptions,
  metrics: readonly EmfMetric<readonly number[]>[],
): string[] {
  const lines: string[] = [];
  let rest = metrics;
  while (rest.length > 0) {
    lines.push(
      emfLine(
        options,
        rest.map(({ name, unit, value }) => ({
          name,
          unit,
          value: value.length === 1 ? value[0] : value.slice(0, MAX_VALUES),
        })),
      ),
    );
    rest = rest
      .filter(({ value }) => value.length > MAX_VALUES)
      .map((metric) => ({ ...metric, value: metric.value.slice(MAX_VALUES) }));
  }
  return lines;
}

/**
 * A distribution as lines of EMF, as many as it takes: 100 values fit in one.
 *
 * Powertools' Metrics writes a value each time that it occurred, so that 10,000 recipients would be
 * 10,000 numbers in 100 lines. CloudWatch also takes an object of `Values` and `Counts`, as
 * PutMetricData does, which is how AWS's own Application Signals sends its histograms:
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/pull/22626, and for the limit of
 * 100 https://github.com/open-telemetry/opentelemetry-collector-contrib/pull/36336
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
    const value = statisticsOf(pairs.slice(start, start + MAX_VALUES));
    lines.push(emfLine(options, [{ name, unit, value }]));
  }
  return lines;
}

function emfLine(
  { namespace, dimensions, timestampMs, metadata }: EmfOptions,
  metrics: readonly EmfMetric<unknown>[],
): string {
  const directive = directiveOf(namespace, dimensions, metrics);
  const fields: Record<string, unknown> = { ...metadata, ...dimensions };
  for (const { name, value } of metrics) fields[name] = value;
  return `{"_aws":{"Timestamp":${timestampMs},"CloudWatchMetrics":[${directive}]},${JSON.stringify(fields).slice(1)}`;
}

/** Directives that were made, by what they say: a function has few, and each line needs one. */
const directives = new Map<string, string>();

/** What CloudWatch reads of a line: namespace, names of dimensions, names and units of metrics. JSON. */
function directiveOf(
  namespace: string,
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly EmfMetric<unknown>[],
): string {
  let key = namespace;
  for (const name in dimensions) key += ` ${name}`;
  for (const { name, unit } of metrics) key += ` ${name}:${unit}`;
  let directive = directives.get(key);
  if (directive === undefined) {
    directive = JSON.stringify({
      Namespace: namespace,
      Dimensions: [Object.keys(dimensions)],
      Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
    });
    directives.set(key, directive);
  }
  return directive;
}

/** @param pairs values, ascending, with their counts; at least one */
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
