import { Metrics } from '@aws-lambda-powertools/metrics';
import { definitionOf, type CATALOGUE, type MetricName } from './catalogue.ts';
import { emfOfDistribution, type Distribution } from './emf.ts';

type Catalogue = typeof CATALOGUE;

/** The dimensions that a metric has beside `service` and `environment`, each with its value. */
type DimensionsOf<Name extends MetricName> = Catalogue[Name] extends {
  readonly dimensions: readonly (infer Key extends string)[];
}
  ? [dimensions: Readonly<Record<Key, string>>]
  : [];

/** Metrics with one value for each thing that happened, and metrics with a distribution. */
type DistributionName = {
  [Name in MetricName]: Catalogue[Name] extends { readonly distribution: true } ? Name : never;
}[MetricName];
type ValueName = Exclude<MetricName, DistributionName>;

/** What a metric that can not be recorded is reported to. */
interface WarningLog {
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

export interface BlogMetricsOptions {
  readonly namespace: string;
  readonly service: string;
  readonly environment: string;
  readonly log: WarningLog;
}

/**
 * CloudWatch takes 1,024 characters of ASCII. A value that is longer than this is no dimension of few
 * values, whatever it is.
 */
const MAX_DIMENSION_LENGTH = 250;

/** Powertools' Metrics; it tells its subclasses alone whether the environment has turned it off. */
class PowertoolsMetrics extends Metrics {
  get isOff(): boolean {
    return this.isDisabled();
  }
}

/**
 * The only way to emit a metric: by a name of the catalogue, which gives its unit and its dimensions.
 * Nothing here throws: a metric is never a reason for a request to fail.
 */
export class BlogMetrics {
  readonly #options: BlogMetricsOptions;
  /** One for each combination of further dimensions: EMF has dimensions an entry, not a metric. */
  readonly #groups = new Map<string, PowertoolsMetrics>();
  /** Those without. */
  readonly #plain: PowertoolsMetrics;
  /** Those that have something to publish: a function has a group a route, and uses one a request. */
  readonly #recorded = new Set<PowertoolsMetrics>();
  readonly #distributions = new Map<DistributionName, Map<number, number>>();

  constructor(options: BlogMetricsOptions) {
    this.#options = options;
    this.#plain = this.#group('', {});
  }

  /**
   * Records one value. One that is no finite number is left out, with a warning; a negative time is
   * recorded as 0, since clocks of different machines differ; a negative count is left out.
   */
  record<Name extends ValueName>(
    name: Name,
    value: number,
    ...[dimensions]: DimensionsOf<Name>
  ): void {
    const { unit } = definitionOf(name);
    if (!Number.isFinite(value) || (unit === 'Count' && value < 0)) {
      this.#options.log.warn('a metric has no valid value and is left out', {
        metric: name,
        value: String(value),
      });
      return;
    }
    const group = this.#metricsFor(dimensions);
    group.addMetric(name, unit, Math.max(0, value));
    this.#recorded.add(group);
  }

  /** Records how often each value occurred; distributions of one invocation are added up. */
  recordDistribution(name: DistributionName, { values, counts }: Distribution): void {
    const recorded = this.#distributions.get(name) ?? new Map<number, number>();
    this.#distributions.set(name, recorded);
    for (const [index, given] of values.entries()) {
      const value = Math.max(0, given);
      recorded.set(value, (recorded.get(value) ?? 0) + (counts[index] ?? 0));
    }
  }

  /** Counts the first invocation of this execution environment; at once, whatever comes after. */
  recordColdStart(functionName: string): void {
    this.#plain.captureColdStartMetric(functionName);
  }

  /**
   * Writes what was recorded, as EMF, and forgets it.
   *
   * @param metadata searchable fields of the log lines
   */
  publish(metadata: Readonly<Record<string, string>> = {}): void {
    for (const metrics of this.#recorded) {
      for (const [key, value] of Object.entries(metadata)) metrics.addMetadata(key, value);
      metrics.publishStoredMetrics();
    }
    this.#recorded.clear();
    const { namespace, service, environment } = this.#options;
    for (const [name, recorded] of this.#distributions) {
      if (this.#plain.isOff) break;
      const lines = emfOfDistribution(
        {
          namespace,
          dimensions: { service, environment },
          timestampMs: Date.now(),
          name,
          unit: definitionOf(name).unit,
          metadata,
        },
        { values: [...recorded.keys()], counts: [...recorded.values()] },
      );
      for (const line of lines) process.stdout.write(`${line}\n`);
    }
    this.#distributions.clear();
  }

  #metricsFor(dimensions: Readonly<Record<string, string>> | undefined): PowertoolsMetrics {
    if (dimensions === undefined) return this.#plain;
    const sound = Object.fromEntries(
      Object.entries(dimensions).map(([key, value]) => [key, dimensionValue(value)]),
    );
    return this.#group(JSON.stringify(sound), sound);
  }

  #group(key: string, dimensions: Readonly<Record<string, string>>): PowertoolsMetrics {
    const { namespace, service: serviceName, environment } = this.#options;
    const defaultDimensions = { environment, ...dimensions };
    const group =
      this.#groups.get(key) ?? new PowertoolsMetrics({ namespace, serviceName, defaultDimensions });
    this.#groups.set(key, group);
    return group;
  }
}

/** What CloudWatch takes: ASCII without control characters, not blank. */
function dimensionValue(value: string): string {
  const sound = value
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, MAX_DIMENSION_LENGTH);
  return sound === '' ? 'unknown' : sound;
}
