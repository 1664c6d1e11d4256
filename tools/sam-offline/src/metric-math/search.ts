import type { MetricId } from '../insights/index.ts';
import { MetricMathError } from './errors.ts';

/** Whether a search finds a metric. */
export type MetricSearch = (metric: MetricId) => boolean;

/**
 * Reads the search of `SEARCH('{AWS/Lambda,FunctionName} MetricName="Errors" api', …)`: a schema
 * (the namespace and exactly these dimensions), and terms that a metric has to have. The terms are
 * joined by `AND` (which may be left out), `OR`, `NOT` and parentheses. A term in double quotes has
 * to be equal to a whole name or value; another one has to be a sequence of its words.
 * `MetricName=`, `Namespace=` and `<dimension>=` before a term limit it to that part.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 *
 * @throws MetricMathError
 */
export function parseSearch(text: string): MetricSearch {
  const [, schema, terms = ''] = /^\s*(?:\{([^}]*)\})?([^]*)$/.exec(text) ?? [];
  const inSchema = schema === undefined ? () => true : schemaSearch(schema);
  const matches = terms.trim() === '' ? () => true : new TermParser(terms).parse();
  return (metric) => inSchema(metric) && matches(metric);
}

function schemaSearch(schema: string): MetricSearch {
  const [namespace = '', ...dimensions] = (schema.match(/"[^"]*"|[^,]+/g) ?? [])
    .map((part) => part.trim().replaceAll('"', ''))
    .filter((part) => part !== '');
  return (metric) =>
    metric.namespace === namespace &&
    Object.keys(metric.dimensions).length === dimensions.length &&
    dimensions.every((name) => Object.hasOwn(metric.dimensions, name));
}

const TERM =
  /\s*(?:([()])|(AND|OR|NOT)(?![\w.])|([\w.:/-]+|"[^"]+")\s*=\s*|"([^"]*)"|([^\s()"=]+))/y;

class TermParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text.trimEnd();
  }

  parse(): MetricSearch {
    const search = this.#either();
    if (this.#position < this.#text.length) throw this.#unexpected();
    return search;
  }

  #either(): MetricSearch {
    const alternatives = [this.#every()];
    while (this.#take('OR')) alternatives.push(this.#every());
    return (metric) => alternatives.some((matches) => matches(metric));
  }

  #every(): MetricSearch {
    const conditions = [this.#term()];
    for (;;) {
      if (this.#take('AND')) {
        conditions.push(this.#term());
        continue;
      }
      const next = this.#peek();
      if (next === undefined || next === ')' || next === 'OR') break;
      conditions.push(this.#term());
    }
    return (metric) => conditions.every((matches) => matches(metric));
  }

  #term(): MetricSearch {
    if (this.#take('NOT')) {
      const excluded = this.#term();
      return (metric) => !excluded(metric);
    }
    if (this.#take('(')) return this.#group((metric) => valuesOf(metric, undefined));
    const match = this.#match();
    const [whole = '', , , property] = match ?? [];
    if (property !== undefined) {
      this.#position += whole.length;
      const name = property.replaceAll('"', '');
      const part = (metric: MetricId): string[] => valuesOf(metric, name);
      return this.#take('(') ? this.#group(part) : this.#value(part);
    }
    return this.#value((metric) => valuesOf(metric, undefined));
  }

  /** Reads the terms in parentheses. After `MetricName=`, they are values only. */
  #group(part: (metric: MetricId) => string[]): MetricSearch {
    const start = this.#position;
    let search: MetricSearch;
    try {
      search = this.#either();
    } catch (error) {
      this.#position = start;
      throw error;
    }
    if (!this.#take(')')) throw this.#unexpected();
    // Terms in parentheses look at all parts. A property before the parentheses limits them to its
    // own value.
    return (metric) => search(narrowed(metric, part(metric)));
  }

  #value(part: (metric: MetricId) => string[]): MetricSearch {
    const match = this.#match();
    const [whole = '', , , , exact, partial] = match ?? [];
    if (exact === undefined && partial === undefined) throw this.#unexpected();
    this.#position += whole.length;
    if (exact !== undefined) return (metric) => part(metric).includes(exact);
    const wanted = wordsOf(partial ?? '');
    return (metric) => part(metric).some((value) => hasSequence(wordsOf(value), wanted));
  }

  #peek(): string | undefined {
    const match = this.#match();
    return match?.[1] ?? match?.[2] ?? match?.[0];
  }

  #take(word: string): boolean {
    const match = this.#match();
    if ((match?.[1] ?? match?.[2]) !== word) return false;
    this.#position += match?.[0].length ?? 0;
    return true;
  }

  #match(): RegExpExecArray | null {
    TERM.lastIndex = this.#position;
    return TERM.exec(this.#text);
  }

  #unexpected(): MetricMathError {
    const rest = this.#text.slice(this.#position).trim();
    return new MetricMathError(
      rest === ''
        ? 'The search ends where a term is expected.'
        : `The search has "${rest}" where a term is expected.`,
    );
  }
}

/** The texts in which a term may be found: those of one property, or of the whole metric. */
function valuesOf(
  { namespace, name, dimensions }: MetricId,
  property: string | undefined,
): string[] {
  if (property === undefined) {
    return [namespace, name, ...Object.keys(dimensions), ...Object.values(dimensions)];
  }
  if (property === 'MetricName') return [name];
  if (property === 'Namespace') return [namespace];
  const value = Object.hasOwn(dimensions, property) ? dimensions[property] : undefined;
  return value === undefined ? [] : [value];
}

function narrowed(metric: MetricId, values: readonly string[]): MetricId {
  const all = valuesOf(metric, undefined);
  if (values.length === all.length) return metric;
  const [first = ''] = values;
  return { namespace: first, name: first, dimensions: {} };
}

/** The words of a name, in lower case: `mySQS-queue2` has `my`, `sqs`, `queue`, `2`. */
function wordsOf(text: string): string[] {
  return (text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\x00-\x7f]+/g) ?? []).map((word) =>
    word.toLowerCase(),
  );
}

function hasSequence(words: readonly string[], wanted: readonly string[]): boolean {
  if (wanted.length === 0) return false;
  return words.some((_, start) => wanted.every((word, index) => words[start + index] === word));
}
