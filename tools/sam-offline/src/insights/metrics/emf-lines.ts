import {
  type EmfMetrics,
  isDimension,
  isNumber,
  isObject,
  isRecent,
  type Json,
  member,
  readEmf,
} from './emf.ts';
import type { MetricStore } from './metric-store.ts';
import { memoize } from './memoize.ts';
import { type Metric, Recorder } from './recorder.ts';

/**
 * The beginning of lines in the usual form: that of Powertools, of aws-embedded-metrics, and of the
 * specification's example.
 */
const BEGINNING = '{"_aws":{"Timestamp":';
const DIRECTIVES = ',"CloudWatchMetrics":';
/** The number of digits of milliseconds since 1970, from 2001 to 2286. */
const TIMESTAMP_DIGITS = 13;
const MEMBERS_AT = BEGINNING.length + TIMESTAMP_DIGITS + DIRECTIVES.length;
const ZERO = 48;
/**
 * The most different directives that are kept. A function has as many as there are places in its
 * code that emit metrics.
 */
const MAXIMUM_KNOWN = 64;

/** A directive that was read before. A line that repeats it needs no check of the directive. */
interface KnownDirectives {
  /** The text between the timestamp and the members. */
  readonly text: string;
  readonly dimensions: readonly string[];
  readonly names: readonly string[];
  /**
   * The metrics of lines with these values of the dimensions, in the order of `dimensions`. The
   * result is in the order of `names`.
   */
  readonly metricsOf: (...values: readonly string[]) => readonly Metric[];
}

/** The parts of a directive that have no problem. */
interface Directive {
  readonly Namespace: string;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[];
}

/**
 * Counts the metrics of log lines in the embedded metric format. A function writes the same
 * directives again and again. Of a line that repeats one, only the members are read, which takes a
 * third of the time.
 */
export class EmfLines {
  readonly #store: MetricStore;
  readonly #known: KnownDirectives[] = [];

  constructor(store: MetricStore) {
    this.#store = store;
  }

  /**
   * Counts the metrics of a line. Another line has no effect.
   *
   * @param nowMs the time at which the line was received, in ms since 1970
   * @returns the metrics that CloudWatch would refuse, with the reasons
   */
  add(text: string, nowMs: number): readonly string[] {
    if (this.#addKnown(text, nowMs)) return [];
    const emf = readEmf(text, nowMs);
    if (emf === undefined) return [];
    for (const { namespace, datum } of emf.data) {
      this.#store.addDatum(namespace, emf.timeMs, datum);
    }
    this.#learn(text, emf);
    return emf.problems;
  }

  /** @returns false for a line that has to be read in full; then nothing of it was counted */
  #addKnown(text: string, nowMs: number): boolean {
    const timeMs = timestampOf(text);
    if (timeMs === undefined) return false;
    const known = this.#known.find((one) => text.startsWith(one.text, MEMBERS_AT));
    if (known === undefined || !isRecent(timeMs, nowMs)) return false;
    const members = parse(`{${text.slice(MEMBERS_AT + known.text.length)}`);
    // If a member occurs twice, only the last one counts.
    if (members === undefined || Object.hasOwn(members, '_aws')) return false;
    const { dimensions, names } = known;
    const values: string[] = [];
    for (const name of dimensions) {
      const value = member(members, name);
      if (!isDimension(value)) return false;
      values.push(value);
    }
    // Arrays and statistic sets are read in full.
    for (const name of names) if (!isNumber(member(members, name))) return false;
    const metrics = known.metricsOf(...values);
    let index = 0;
    for (const name of names) metrics[index++]?.(timeMs, members[name] as number);
    return true;
  }

  #learn(text: string, { data, problems }: EmfMetrics): void {
    if (timestampOf(text) === undefined || problems.length > 0 || data.length === 0) return;
    if (this.#known.length === MAXIMUM_KNOWN) return;
    const { _aws: aws } = parse(text) as { _aws?: { CloudWatchMetrics: readonly Directive[] } };
    const directives = aws?.CloudWatchMetrics ?? [];
    const known = `${JSON.stringify(directives)}},`;
    if (!text.startsWith(known, MEMBERS_AT)) return;
    if (this.#known.some((one) => one.text === known)) return;
    const dimensions = [...new Set(directives.flatMap(({ Dimensions = [] }) => Dimensions.flat()))];
    this.#known.push({
      ...{ text: known, dimensions },
      names: directives.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)),
      metricsOf: memoize((...values: readonly string[]) => {
        const byName = new Map(dimensions.map((name, index) => [name, values[index] ?? '']));
        return this.#metricsOf(directives, byName);
      }),
    });
  }

  #metricsOf(
    directives: readonly Directive[],
    values: ReadonlyMap<string, string>,
  ): readonly Metric[] {
    return directives.flatMap(({ Namespace, Dimensions = [], Metrics }) => {
      const recorder = new Recorder(this.#store, Namespace);
      const sets = (Dimensions.length === 0 ? [[]] : Dimensions).map((set) =>
        Object.fromEntries(set.map((name) => [name, values.get(name) ?? ''])),
      );
      return Metrics.map(({ Name, Unit = 'None' }) => recorder.metric(Name, Unit, sets));
    });
  }
}

/** The timestamp of a line in the usual form. Undefined for any other line. */
function timestampOf(text: string): number | undefined {
  const start = BEGINNING.length;
  const end = start + TIMESTAMP_DIGITS;
  if (!text.startsWith(BEGINNING) || !text.startsWith(DIRECTIVES, end)) return undefined;
  let timestamp = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    timestamp = timestamp * 10 + digit;
  }
  return timestamp;
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
