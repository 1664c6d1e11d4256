import { TraceFilterError } from './errors.ts';
import { BOOLEANS, NUMBERS, TEXTS, UNSUPPORTED } from './keywords.ts';
import type { Traced } from './trace.ts';

export interface TraceFilter {
  readonly matches: (traced: Traced) => boolean;
  /** Whether the filter needs more of a trace than its summary. */
  readonly needsDocuments: boolean;
}

type Test = (traced: Traced) => boolean;
type Value = string | number | boolean;

const TOKEN =
  /\s*(?:(?<text>"(?:[^"\\]|\\[^])*")|(?<number>-?\d+(?:\.\d+)?(?![\w.]))|(?<annotation>annotation\[[^\]]+\])|(?<word>[A-Za-z_][\w./-]*)|(?<symbol>!=|<=|>=|=|<|>|!|[(){},:]))/iy;
const COMPARATORS = new Set([
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'CONTAINS',
  'BEGINSWITH',
  'ENDSWITH',
]);
const MAXIMUM_DEPTH = 50;

/**
 * Reads a filter expression: `annotation.correlationId = "abc" AND responsetime > 0.5`,
 * `service("api") { fault }`, `!ok`, `edge("api", "table")`.
 *
 * https://docs.aws.amazon.com/xray/latest/devguide/aws-xray-interface-console.html#xray-console-filters
 *
 * @throws TraceFilterError
 */
export function parseTraceFilter(expression: string): TraceFilter {
  const parser = new Parser(expression);
  const matches = parser.parse();
  return { matches, needsDocuments: parser.needsDocuments };
}

class Parser {
  readonly #text: string;
  #position = 0;
  #depth = 0;
  needsDocuments = false;

  constructor(text: string) {
    this.#text = text.trimEnd();
  }

  parse(): Test {
    if (this.#text.trim() === '') return () => true;
    const test = this.#either();
    if (this.#position < this.#text.length) throw this.#unexpected('AND, OR or the end');
    return test;
  }

  #either(): Test {
    const tests = [this.#every()];
    while (this.#takeWord('OR')) tests.push(this.#every());
    return (traced) => tests.some((test) => test(traced));
  }

  #every(): Test {
    const tests = [this.#one()];
    while (this.#takeWord('AND')) tests.push(this.#one());
    return (traced) => tests.every((test) => test(traced));
  }

  #one(): Test {
    this.#depth += 1;
    if (this.#depth > MAXIMUM_DEPTH)
      throw new TraceFilterError('The filter expression is nested too deeply.');
    const test = this.#unary();
    this.#depth -= 1;
    return test;
  }

  #unary(): Test {
    if (this.#takeSymbol('!')) {
      const test = this.#one();
      return (traced) => !test(traced);
    }
    if (this.#takeSymbol('(')) {
      const test = this.#either();
      this.#expect(')');
      return test;
    }
    const { word, annotation } = this.#peek() ?? {};
    const keyword = annotation ?? word;
    if (keyword === undefined) throw this.#unexpected('a keyword, such as annotation.key or fault');
    this.#next();
    if (annotation !== undefined)
      return this.#annotation(annotation.slice(11, -1).replaceAll('"', ''));
    const name = keyword.toLowerCase();
    if (name.startsWith('annotation.')) return this.#annotation(keyword.slice(11));
    if (name === 'service') return this.#service();
    if (name === 'edge') return this.#edge();
    return this.#keyword(name, keyword);
  }

  #keyword(name: string, asWritten: string): Test {
    const flag = own(BOOLEANS, name);
    if (flag !== undefined) {
      const comparison = this.#comparison();
      return comparison === undefined ? flag : (traced) => comparison([flag(traced)]);
    }
    const values = own(NUMBERS, name) ?? own(TEXTS, name);
    if (values === undefined) {
      const [family = ''] = name.split('.');
      throw new TraceFilterError(
        UNSUPPORTED.has(name) || UNSUPPORTED.has(family)
          ? `sam-offline does not evaluate the keyword ${asWritten}.`
          : `There is no keyword ${asWritten}.`,
      );
    }
    if (name === 'user') this.needsDocuments = true;
    const comparison = this.#comparison();
    if (comparison === undefined) return (traced) => values(traced).length > 0;
    return (traced) => comparison(values(traced));
  }

  /** `annotation.key` alone asks whether the annotation exists. */
  #annotation(key: string): Test {
    const comparison = this.#comparison();
    return ({ annotations }) => {
      const values = own(annotations, key) ?? [];
      return comparison === undefined ? values.length > 0 : comparison(values);
    };
  }

  /**
   * `service()`, `service("name")`, `service(id(name: "n", type: "t"))`. Each may be followed by
   * `{ … }`.
   */
  #service(): Test {
    this.#expect('(');
    const isWanted = this.#takeSymbol(')') ? () => true : this.#serviceId(')');
    const within = this.#within();
    this.needsDocuments = true;
    return ({ services }) => services.some((service) => isWanted(service) && within(service));
  }

  #edge(): Test {
    this.#expect('(');
    const isFrom = this.#serviceId(',');
    const isTo = this.#serviceId(')');
    const within = this.#within();
    this.needsDocuments = true;
    return ({ edges }) => edges.some(({ from, to }) => isFrom(from) && isTo(to) && within(to));
  }

  #serviceId(end: ',' | ')'): Test {
    if (!this.#takeWord('ID')) {
      const name = this.#takeText();
      this.#expect(end);
      return (traced) => traced.name === name;
    }
    this.#expect('(');
    const wanted = new Map<string, string>();
    do {
      const key = this.#peek()?.word?.toLowerCase();
      if (key !== 'name' && key !== 'type' && key !== 'account.id') {
        throw this.#unexpected('name, type or account.id');
      }
      this.#next();
      this.#expect(':');
      wanted.set(key, this.#takeText());
    } while (this.#takeSymbol(','));
    this.#expect(')');
    this.#expect(end);
    return (traced) =>
      (wanted.get('name') ?? traced.name) === traced.name &&
      (wanted.get('type') ?? traced.type) === traced.type;
  }

  #within(): Test {
    if (!this.#takeSymbol('{')) return () => true;
    const test = this.#either();
    this.#expect('}');
    return test;
  }

  /** Undefined if a keyword has no comparison. */
  #comparison(): ((values: readonly Value[]) => boolean) | undefined {
    const { symbol, word } = this.#peek() ?? {};
    const comparator = (symbol ?? word ?? '').toUpperCase();
    if (!COMPARATORS.has(comparator)) return undefined;
    this.#next();
    const { text, number, word: bare } = this.#peek() ?? {};
    const wanted: Value | undefined =
      text !== undefined
        ? unquoted(text)
        : number !== undefined
          ? Number(number)
          : bare?.toLowerCase() === 'true'
            ? true
            : bare?.toLowerCase() === 'false'
              ? false
              : undefined;
    if (wanted === undefined)
      throw this.#unexpected('a text in double quotes, a number, true or false');
    this.#next();
    return comparisonOf(comparator, wanted);
  }

  #takeText(): string {
    const { text } = this.#peek() ?? {};
    if (text === undefined) throw this.#unexpected('a text in double quotes');
    this.#next();
    return unquoted(text);
  }

  #takeWord(word: string): boolean {
    if (this.#peek()?.word?.toUpperCase() !== word) return false;
    this.#next();
    return true;
  }

  #takeSymbol(symbol: string): boolean {
    if (this.#peek()?.symbol !== symbol) return false;
    this.#next();
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw this.#unexpected(`"${symbol}"`);
  }

  #peek(): Readonly<Record<string, string | undefined>> | undefined {
    TOKEN.lastIndex = this.#position;
    return TOKEN.exec(this.#text)?.groups;
  }

  #next(): void {
    TOKEN.lastIndex = this.#position;
    TOKEN.exec(this.#text);
    this.#position = TOKEN.lastIndex;
  }

  #unexpected(expected: string): TraceFilterError {
    const rest = this.#text.slice(this.#position).trim();
    return new TraceFilterError(
      rest === ''
        ? `The filter expression ends where ${expected} is expected.`
        : `The filter expression has ${rest} where ${expected} is expected.`,
    );
  }
}

/**
 * `!=` holds if no value is equal. Every other comparison holds if at least one value fulfils it.
 */
function comparisonOf(comparator: string, wanted: Value): (values: readonly Value[]) => boolean {
  switch (comparator) {
    case '=':
      return (values) => values.includes(wanted);
    case '!=':
      return (values) => values.length > 0 && !values.includes(wanted);
    case 'CONTAINS':
      return (values) => values.some((value) => String(value).includes(String(wanted)));
    case 'BEGINSWITH':
      return (values) => values.some((value) => String(value).startsWith(String(wanted)));
    case 'ENDSWITH':
      return (values) => values.some((value) => String(value).endsWith(String(wanted)));
  }
  if (typeof wanted !== 'number') {
    throw new TraceFilterError(
      `"${comparator}" compares with a number, not with ${String(wanted)}.`,
    );
  }
  const holds = (value: number): boolean =>
    comparator === '<'
      ? value < wanted
      : comparator === '<='
        ? value <= wanted
        : comparator === '>'
          ? value > wanted
          : value >= wanted;
  return (values) => values.some((value) => typeof value === 'number' && holds(value));
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\([^])/g, '$1');
}

function own<Found>(record: Readonly<Record<string, Found>>, name: string): Found | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
