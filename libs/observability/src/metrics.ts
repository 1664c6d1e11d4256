import { Metrics } from '@aws-lambda-powertools/metrics';
import { definitionOf, type CATALOGUE, type MetricName } from './catalogue.ts';
import {
  emfDimensions,
  emfOfDistribution,
  emfOfValues,
  type Distribution,
  type EmfDimensions,
} from './emf.ts';
import { writeLines } from './standard-output.ts';

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

/** The logger that gets a warning about a metric that can not be recorded. */
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
 * The most characters of a dimension's value. CloudWatch takes 1,024 ASCII characters, but a value
 * longer than this can not be one of few values.
 */
const MAX_DIMENSION_LENGTH = 250;

/** Powertools' Metrics. Only a subclass can read whether the environment has turned it off. */
class PowertoolsMetrics extends Metrics {
  get isOff(): boolean {
    return this.isDisabled();
  }
}

/** Metrics that have the same dimensions: in EMF, an entry has dimensions, not a metric. */
interface Group {
  /** All dimensions, with `service` and `environment`. */
  readonly dimensions: EmfDimensions;
  /** The values recorded since the last publication. */
  readonly values: Map<ValueName, number[]>;
}

/** The most groups that are kept from one publication to the next; a function has fewer. */
const MAX_KEPT_GROUPS = 100;

/**
 * The only way to emit a metric: by a name of the catalogue, which has its unit and its dimensions.
 * Nothing here throws, because a metric must not make a request fail. Powertools' Metrics counts
 * cold starts and reads the environment's switches; `emf.ts` writes what an invocation records.
 */
export class BlogMetrics {
  readonly #options: BlogMetricsOptions;
  readonly #powertools: PowertoolsMetrics;
  /** The groups, by their further dimensions. */
  readonly #groups = new Map<string, Group>();
  readonly #distributions = new Map<DistributionName, Map<number, number>>();

  constructor(options: BlogMetricsOptions) {
    const { namespace, service: serviceName, environment } = options;
    this.#options = options;
    this.#powertools = new PowertoolsMetrics({
      namespace,
      serviceName,
      defaultDimensions: { environment },
    });
  }

  /**
   * Records one value. A value that is not a finite number is left out, with a warning; a negative
   * time is recorded as 0, since clocks of different machines differ; a negative count is left out.
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
    const { values } = this.#groupOf(dimensions);
    const recorded = values.get(name);
    if (recorded === undefined) values.set(name, [Math.max(0, value)]);
    else recorded.push(Math.max(0, value));
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

  /** Counts the first invocation of this execution environment. It is published at once. */
  recordColdStart(functionName: string): void {
    this.#powertools.captureColdStartMetric(functionName);
  }

  /**
   * Writes the recorded values as EMF after the invocation's summary line, and forgets them.
   *
   * @param metadata searchable fields of the log lines
   */
  publish(metadata: Readonly<Record<string, string>> = {}): void {
    writeLines(...(this.#powertools.isOff ? [] : this.#lines(metadata)));
    if (this.#groups.size > MAX_KEPT_GROUPS) this.#groups.clear();
    for (const { values } of this.#groups.values()) values.clear();
    this.#distributions.clear();
  }

  #lines(metadata: Readonly<Record<string, string>>): string[] {
    const timestampMs = Date.now();
    const lines: string[] = [];
    for (const { dimensions, values } of this.#groups.values()) {
      if (values.size === 0) continue;
      const metrics = [];
      for (const [name, value] of values) {
        metrics.push({ name, unit: definitionOf(name).unit, value });
      }
      lines.push(...emfOfValues({ dimensions, timestampMs, metadata }, metrics));
    }
    for (const [name, recorded] of this.#distributions) {
      const value = { values: [...recorded.keys()], counts: [...recorded.values()] };
      const { unit } = definitionOf(name);
      const { dimensions } = this.#groupOf();
      lines.push(
        ...emfOfDistribution({ dimensions, timestampMs, metadata }, { name, unit, value }),
      );
    }
    return lines;
  }

  #groupOf(given: Readonly<Record<string, string>> = {}): Group {
    let key = '';
    for (const name in given) key += `${name}=${given[name]}\n`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      const { namespace, service, environment } = this.#options;
      const values: Record<string, string> = { service, environment };
      for (const [name, value] of Object.entries(given)) values[name] = dimensionValue(value);
      group = { dimensions: emfDimensions(namespace, values), values: new Map() };
      this.#groups.set(key, group);
    }
    return group;
  }
}

/** The value as CloudWatch takes it: ASCII without control characters, not blank. */
function dimensionValue(value: string): string {
  const sound = value
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, MAX_DIMENSION_LENGTH);
  return sound === '' ? 'unknown' : sound;
}
