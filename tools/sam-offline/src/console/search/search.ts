/** One condition of a search. */
interface Term {
  /** Undefined if the value may be anywhere in the text. */
  readonly key?: string;
  readonly operator: ':' | '>' | '<' | '>=' | '<=';
  readonly value: string;
  readonly isNegated: boolean;
}

/** The data that a search looks at: values by their names in lower case, and a text. */
export interface Searched {
  readonly text: string;
  /** The values of a key. Empty if there are none. */
  readonly values: (key: string) => readonly unknown[];
}

/** A parsed search. */
export interface Search {
  /** True for a search without terms. */
  readonly isEmpty: boolean;
  readonly matches: (searched: Searched) => boolean;
  /** Texts that every match contains, in upper or lower case. They are a fast first test. */
  readonly keys: readonly string[];
}

/**
 * Parses a search: words and `key:value` terms that all have to hold. `"…"` keeps spaces together,
 * `-` in front negates, `duration>100` compares numbers, and `route:GET*` and `status:5*` have a
 * wildcard. The case of letters does not matter.
 *
 * @example parseSearch('level:error function:*-api -"cold start" duration>=250')
 */
export function parseSearch(text: string): Search {
  const terms = termsOf(text);
  const tests = terms.map((term) => ({ term, test: testOf(term) }));
  return {
    isEmpty: terms.length === 0,
    keys: terms.flatMap(({ key }) => key ?? []),
    matches: (searched) => tests.every(({ term, test }) => test(searched) !== term.isNegated),
  };
}

const TERM = /(-)?(?:([\w.@$-]+?)(>=|<=|:|>|<))?("(?:[^"\\]|\\.)*"|\S+)/g;

function termsOf(text: string): Term[] {
  return [...text.matchAll(TERM)].map(([, minus, key, operator, raw = '']) => ({
    ...(key !== undefined && { key: key.toLowerCase() }),
    operator: (operator ?? ':') as Term['operator'],
    value: raw.startsWith('"') && raw.length > 1 ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw,
    isNegated: minus !== undefined,
  }));
}

function testOf({ key, operator, value }: Term): (searched: Searched) => boolean {
  if (key === undefined) {
    const wanted = value.toLowerCase();
    return ({ text }) => text.toLowerCase().includes(wanted);
  }
  if (operator === ':') {
    const pattern = patternOf(value);
    return ({ values }) => values(key).some((found) => pattern.test(textOf(found)));
  }
  const limit = numberOf(value);
  const compare: Record<Exclude<Term['operator'], ':'>, (found: number) => boolean> = {
    '>': (found) => found > limit,
    '<': (found) => found < limit,
    '>=': (found) => found >= limit,
    '<=': (found) => found <= limit,
  };
  return ({ values }) => values(key).some((found) => compare[operator](Number(found)));
}

/** Reads a number. `1.5s` and `250ms` are times, which are returned in ms. */
function numberOf(text: string): number {
  const match = /^(-?[\d.]+)(ms|s)?$/.exec(text);
  return match === null ? Number.NaN : Number(match[1]) * (match[2] === 's' ? 1000 : 1);
}

function patternOf(value: string): RegExp {
  const parts = value.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`, 'i');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
