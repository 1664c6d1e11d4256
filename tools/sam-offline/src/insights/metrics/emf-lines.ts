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
import { type Metric, Recorder } from './recorder.ts';

/**
 * The beginning of lines in the usual form: that of Powertools, of aws-embedded-metrics, and of the
 * specification's example.
 */
const BEGINNING = '{"_aws":{"Timestamp":';
const DIRECTIVES = ',"CloudWatchMetrics":';
/** The number of digits of milliseconds since 1970, from 2001 to 2286. */
const TIMESTAMP = /^\d{13}$/;
/**
 * The most different directives that are kept. A function has as many as there are places in its
 * code that emit metrics.
 */
const MAXIMUM_KNOWN = 64;
/** The most combinations of values of dimensions that are kept of each directive. */
const MAXIMUM_VALUES = 1000;

/** A directive that was read before. A line that repeats it needs no check of the directive. */
interface KnownDirectives {
  /** The text between the timestamp and the members. */
  readonly text: string;
  readonly dimensions: readonly string[];
  readonly names: readonly string[];
  /** The metrics of lines with these values of the dimensions, in the order of `names`. */
  readonly metricsOf: (values: Values) => readonly Metric[];
}

type Values = Readonly<Record<string, string>>;

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
    const timestampEnd = timestampEndOf(text);
    if (timestampEnd === undefined) return false;
    const timeMs = Number(text.slice(BEGINNING.length, timestampEnd));
    const start = timestampEnd + DIRECTIVES.length;
    const known = this.#known.find((one) => text.startsWith(one.text, start));
    if (known === undefined || !isRecent(timeMs, nowMs)) return false;
    const members = parse(`{${text.slice(start + known.text.length)}`);
    // If a member occurs twice, only the last one counts.
    if (members === undefined || Object.hasOwn(members, '_aws')) return false;
    const { dimensions, names } = known;
    for (const name of dimensions) if (!isDimension(member(members, name))) return false;
    // Arrays and statistic sets are read in full.
    for (const name of names) if (!isNumber(member(members, name))) return false;
    const metrics = known.metricsOf(members as Record<string, string>);
    let index = 0;
    for (const name of names) metrics[index++]?.(timeMs, members[name] as number);
    return true;
  }

  #learn(text: string, { data, problems }: EmfMetrics): void {
    const timestampEnd = timestampEndOf(text);
    if (timestampEnd === undefined || problems.length > 0 || data.length === 0) return;
    if (this.#known.length === MAXIMUM_KNOWN) return;
    const { _aws: aws } = parse(text) as { _aws?: { CloudWatchMetrics: readonly Directive[] } };
    const directives = aws?.CloudWatchMetrics ?? [];
    const known = `${JSON.stringify(directives)}},`;
    if (!text.startsWith(known, timestampEnd + DIRECTIVES.length)) return;
    if (this.#known.some((one) => one.text === known)) return;
    const dimensions = [...new Set(directives.flatMap(({ Dimensions = [] }) => Dimensions.flat()))];
    this.#known.push({
      ...{ text: known, dimensions },
      names: directives.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)),
      metricsOf: byValues(dimensions, (values) => this.#metricsOf(directives, values)),
    });
  }

  #metricsOf(directives: readonly Directive[], values: Values): readonly Metric[] {
    return directives.flatMap(({ Namespace, Dimensions = [], Metrics }) => {
      const recorder = new Recorder(this.#store, Namespace);
      const sets = (Dimensions.length === 0 ? [[]] : Dimensions).map((set) =>
        Object.fromEntries(set.map((name) => [name, values[name] ?? ''])),
      );
      return Metrics.map(({ Name, Unit = 'None' }) => recorder.metric(Name, Unit, sets));
    });
  }
}

/**
 * Keeps a value for each combination of texts. If the same combination comes again, there is no
 * look-up.
 */
function byValues<Made>(
  names: readonly string[],
  make: (values: Values) => Made,
): (values: Values) => Made {
  const all = new Map<string, Made>();
  let latest: { readonly values: Values; readonly made: Made } | undefined;
  return (values) => {
    const previous = latest;
    if (previous !== undefined && names.every((name) => previous.values[name] === values[name])) {
      return previous.made;
    }
    const key = names.map((name) => values[name]).join('\0');
    let made = all.get(key);
    if (made === undefined) {
      if (all.size === MAXIMUM_VALUES) all.clear();
      all.set(key, (made = make(values)));
    }
    latest = { values, made };
    return made;
  };
}

/** The end of the timestamp of a line in the usual form. Undefined for any other line. */
function timestampEndOf(text: string): number | undefined {
  if (!text.startsWith(BEGINNING)) return undefined;
  const end = BEGINNING.length + 13;
  const isUsual =
    text.startsWith(DIRECTIVES, end) && TIMESTAMP.test(text.slice(BEGINNING.length, end));
  return isUsual ? end : undefined;
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
