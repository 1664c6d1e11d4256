/** How often each value occurred. Values of one distribution are distinct. */
export interface Distribution {
  readonly values: readonly number[];
  /** As long as `values`, each a whole number from 1. */
  readonly counts: readonly number[];
}

/** The most values, or metric targets, that CloudWatch takes in one EMF entry. */
export const MAX_VALUES = 100;

export interface EmfOptions {
  readonly namespace: string;
  /** At least one; every value not empty. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly timestampMs: number;
  readonly name: string;
  readonly unit: string;
  /** Searchable fields that are no dimensions. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A distribution as log lines in CloudWatch's embedded metric format (EMF), as many as it takes: 100
 * values fit in one.
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
  { namespace, dimensions, timestampMs, name, unit, metadata = {} }: EmfOptions,
  { values, counts }: Distribution,
): string[] {
  const pairs = values
    .map((value, index) => [value, counts[index] ?? 0] as const)
    .filter(([value, count]) => Number.isFinite(value) && Number.isInteger(count) && count > 0)
    .sort(([one], [other]) => one - other);
  const lines: string[] = [];
  for (let start = 0; start < pairs.length; start += MAX_VALUES) {
    lines.push(
      JSON.stringify({
        _aws: {
          Timestamp: timestampMs,
          CloudWatchMetrics: [
            {
              Namespace: namespace,
              Dimensions: [Object.keys(dimensions)],
              Metrics: [{ Name: name, Unit: unit }],
            },
          ],
        },
        ...metadata,
        ...dimensions,
        [name]: statisticsOf(pairs.slice(start, start + MAX_VALUES)),
      }),
    );
  }
  return lines;
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
